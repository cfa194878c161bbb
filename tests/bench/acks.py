"""Acknowledgements: how many, how fast, at what price, beside nginx in the same minutes."""

import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import wrk
from daemon import Daemon

CONNECTIONS = (64, 120, 128, 256)
COALESCED_CONNECTIONS = (64, 256)


@dataclass
class Acks:
    ceiling: dict = field(default_factory=dict)  # connections -> [Load]
    held: dict = field(default_factory=dict)
    coalesced: dict = field(default_factory=dict)
    alone: list = field(default_factory=list)
    ceiling_cpu_us: list = field(default_factory=list)
    held_cpu_us: list = field(default_factory=list)
    coalesced_cpu_us: list = field(default_factory=list)
    threads_us: dict = field(default_factory=dict)
    overwrite_ms: list = field(default_factory=list)
    append_ms: list = field(default_factory=list)
    errors: int = 0
    lost: int = 0


def fdatasync_ms(directory: Path, seconds: float, append: bool) -> float:
    """The median of: write 4 KB, fdatasync. At the end of a growing file, as an inbox grows; or over what is there
    already, which spares the file system its own notes and is the least that this disk takes."""
    path = directory / "fdatasync"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    page, size, times = os.urandom(4096), 4 << 20, []
    try:
        if not append:
            os.pwrite(fd, bytes(size), 0)
            os.fsync(fd)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            begun = time.perf_counter()
            os.pwrite(fd, page, len(times) * 4096 if append else len(times) * 4096 % size)
            os.fdatasync(fd)
            times.append(time.perf_counter() - begun)
    finally:
        os.close(fd)
        path.unlink()
    return 1000 * median(times)


def _add(table: dict, connections: int, load: wrk.Load) -> None:
    table.setdefault(connections, []).append(load)


def _one_round(acks: Acks, plan, ceiling, daemon: Daemon, targets: Path) -> None:
    """With the tool out of reach: everything is acknowledged and waits in the inbox."""
    acked = 0
    for connections in CONNECTIONS:
        before = ceiling.cpu_s()
        load = wrk.run(ceiling.url, connections, plan.ceiling_s, targets)
        _add(acks.ceiling, connections, load)
        acks.ceiling_cpu_us.append(1e6 * (ceiling.cpu_s() - before) / load.requests)

        before, threads = daemon.cpu_s(), daemon.threads_cpu_s()
        load = wrk.run(daemon.url, connections, plan.ack_s, targets)
        _add(acks.held, connections, load)
        acks.held_cpu_us.append(1e6 * (daemon.cpu_s() - before) / load.requests)
        for name, used in daemon.threads_cpu_s().items():
            acks.threads_us.setdefault(name, []).append(1e6 * (used - threads.get(name, 0)) / load.requests)
        acks.errors += load.errors
        acked += load.requests
    acks.overwrite_ms.append(fdatasync_ms(daemon.directory, plan.sync_s, append=False))
    acks.append_ms.append(fdatasync_ms(daemon.directory, plan.sync_s, append=True))
    load = wrk.run(daemon.url, 1, plan.ack_s, targets)
    acks.alone.append(load)
    acks.errors += load.errors
    # More may have been taken in than wrk saw answered when its time was up; never fewer.
    acks.lost += max(0, acked + load.requests - daemon.accepted())


def out_of_reach(daemon: Daemon, targets: Path) -> None:
    """The tool goes; each integration notices, and holds its events back."""
    daemon.tool.stop()
    wrk.run(daemon.url, 2 * daemon.integrations, 1, targets)
    deadline = time.monotonic() + 20
    quiet = 0
    before = daemon.cpu_s()
    while quiet < 5 and time.monotonic() < deadline:
        time.sleep(0.1)
        quiet = quiet + 1 if daemon.cpu_s() - before <= 0.011 else 0
        before = daemon.cpu_s()


def _coalesced_round(acks: Acks, plan, daemon: Daemon, targets: Path) -> None:
    """With the tool there, and all events about ten people of each integration."""
    for connections in COALESCED_CONNECTIONS:
        before = daemon.cpu_s()
        load = wrk.run(daemon.url, connections, plan.ack_s, targets, people=10)
        _add(acks.coalesced, connections, load)
        acks.coalesced_cpu_us.append(1e6 * (daemon.cpu_s() - before) / load.requests)
        acks.errors += load.errors


def measure(plan, ceiling, tool, receiver) -> tuple[Acks, Daemon]:
    """The last round's daemon is left running, with its inbox full."""
    acks = Acks()
    daemon = None
    for number in range(plan.rounds):
        plan.say(f"acknowledgements, round {number + 1} of {plan.rounds}")
        if daemon is not None:
            daemon.stop()
            shutil.rmtree(daemon.directory)
        daemon = Daemon(plan.build, plan.directory / f"acks-{number}", tool, receiver.url, integrations=4)
        tool.start()
        daemon.start()
        daemon.settle()
        targets = tool.targets()
        _coalesced_round(acks, plan, daemon, targets)
        daemon.settle()
        out_of_reach(daemon, targets)
        _one_round(acks, plan, ceiling, daemon, targets)
    return acks, daemon
