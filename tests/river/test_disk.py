"""A full disk is our own trouble: 503 with Retry-After, nothing lost, and no restart needed afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from weir import eventually
from whole_river import person_event


@contextmanager
def mounted(path: Path, megabytes: int) -> Iterator[Path]:
    """A small tmpfs; skipped by the caller if there is no right to mount."""
    path.mkdir()
    mount = shutil.which("mount")
    done = subprocess.run([mount or "mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)],
                          capture_output=True, text=True) if mount else None
    if done is None or done.returncode != 0:
        raise PermissionError(done.stderr if done else "there is no mount program")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=False)


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs the right to mount")
    try:
        with mounted(tmp_path / "disk", 24) as disk:
            yield disk
    except PermissionError as why:
        pytest.skip(f"mount was refused: {why}")


def padded(person: str, number: int) -> bytes:
    """An event with much around it, which the tool's own limit still admits."""
    at = f"2026-05-{number // 3600 % 28 + 1:02}T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000Z"
    return person_event(person, at, meta={"text": "x" * 50_000})


def test_a_full_disk_answers_503_and_recovers_without_a_restart(make_river, small_disk):
    # The river goes before the disk does: it is closed by hand.
    river = make_river(data_dir=str(small_disk / "data"), limits={"disk_free_min_bytes": 2_000_000}).start()
    person = river.sim.person_ids()[0]
    filler = small_disk / "filler"
    free = os.statvfs(small_disk)
    filler.write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - 5_000_000))
    river.sim.server.stop()  # nothing leaves the inbox

    accepted, refused = 0, None
    for number in range(2000):
        got = river.hook(padded(person, number))
        if got.status != 200:
            refused = got
            break
        accepted += 1

    assert refused is not None, "the disk never filled"
    assert refused.status == 503 and int(refused.headers["retry-after"]) > 0
    eventually(lambda: river.weir.admin("/readyz").status == 503)
    assert river.weir.status()["store"]["disk_full"] is True
    assert river.weir.api("/hris/employees").status == 200  # reading goes on
    assert river.weir.status()["store"]["inbox_count"] == accepted

    filler.unlink()

    eventually(lambda: river.hook(person_event(person)).status == 200)
    river.sim.server.start()
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Lodin")
    assert river.hook(person_event(person)).status == 200
    river.wait_employee(person, first_name="Lodin")
    river.settle()
    assert river.weir.admin("/readyz").status == 200
    river.weir.stop()


def test_a_disk_that_is_full_to_the_last_byte_loses_nothing_that_was_accepted(make_river, small_disk):
    river = make_river(data_dir=str(small_disk / "data"), limits={"disk_free_min_bytes": 0}).start()
    person = river.sim.person_ids()[0]
    free = os.statvfs(small_disk)
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - 1_000_000))
    river.sim.server.stop()

    statuses = [river.hook(padded(person, number), timeout=20).status for number in range(60)]

    assert 200 in statuses and set(statuses) <= {200, 503, 0}, statuses
    assert statuses[-1] != 200, "the disk never filled"
    accepted = statuses.count(200)
    filler.unlink()
    # The daemon may have ended itself (its supervisor starts it again); it must not have lost anything.
    if river.weir.process.poll() is not None:
        river.weir.wait_end()
        river.weir.start()
    eventually(lambda: river.hook(person_event(person)).status == 200)
    assert accepted <= river.weir.status()["store"]["inbox_count"] <= accepted + statuses.count(0) + 1
    river.sim.server.start()
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Magnhild")
    assert river.hook(person_event(person)).status == 200
    river.wait_employee(person, first_name="Magnhild")
    river.settle()
    river.weir.stop()
