"""fuzz: libFuzzer over a connector, with its cases as what it begins with."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import CONNECTORS, PROGRAM

SAMPLER = CONNECTORS / "sampler.so"
built = pytest.mark.skipif(not PROGRAM.with_name("weir-harness-fuzz").exists(),
                           reason="libFuzzer was not there when this was built")
# Held by the manual: an input that broke something once has to be one for ever.
BREAKS = b"one\n%%\n200\ncontent-type: application/json\n\n" + json.dumps({"name": "A" * 1001}).encode()


def fuzz(harness, *args: str, status: int = 0) -> str:
    done = harness.run("fuzz", SAMPLER, "cases", *args, status=status)
    return done.stdout + done.stderr


@built
def test_a_connector_that_holds_passes(harness):
    harness.case("one")
    harness.case("two", steps=[{"deliver": {"headers": {"X-Signature": {"hmac": {"prefix": "sha256="}}},
                                            "body": {"person": 7}}}])
    said = fuzz(harness, "--seconds", "60", "--", "-runs=300")
    assert "2 files found in" in said
    assert "Done 300 runs" in said
    assert not list(harness.folder.glob("sampler-found-*"))


@built
def test_what_breaks_it_is_kept_and_plays_again(harness):
    harness.case("one", habit="fragile")
    (harness.folder / "corpus").mkdir()
    (harness.folder / "corpus/long").write_bytes(BREAKS)
    said = fuzz(harness, "--seconds", "60", "--corpus", "corpus", status=1)
    found = re.search(r"^found: (\S+)$", said, re.MULTILINE)
    assert (harness.folder / found[1]).read_bytes() == BREAKS
    again = re.search(r"^again: weir-harness (.+)$", said, re.MULTILINE)
    assert harness.run(*again[1].split(), status=1)


@built
def test_an_input_that_breaks_nothing_any_more_passes(harness):
    harness.case("one")
    (harness.folder / "long").write_bytes(BREAKS)
    fuzz(harness, "--", "long")


@built
@pytest.mark.parametrize("answer", [
    b"one", b"", b"%%", b"nobody\n%%\n200", b"one\n%%\nWEIR_E_LATER\n\n", b"one\n%%\n999\nno header\n: \na:b\n\n\0\xff",
])
def test_every_input_is_one(harness, answer):
    harness.case("one", habit="fragile")
    (harness.folder / "input").write_bytes(answer)
    fuzz(harness, "--", "input")


@built
@pytest.mark.parametrize(("habit", "status"), [("", 0), ("trusting", 1)])
def test_a_delivery_is_signed_anew_where_the_case_signs_it(harness, habit, status):
    """The habit is to break when a signature is right, and the one of the input is wrong."""
    harness.case("one", habit=habit, steps=[
        {"deliver": {"headers": {"X-Signature": {"hmac": {"prefix": "sha256="}}}, "body": {"person": 7}}}])
    (harness.folder / "input").write_bytes(b'one\n%%\nPOST /tail?a=b\nX-Signature: sha256=00\n\n{"person":8}')
    fuzz(harness, "--", "input", status=status)


def test_without_the_program_it_says_what_to_install(harness):
    alone = Path(shutil.copy(PROGRAM, harness.folder / "weir-harness"))
    harness.case("one")
    done = subprocess.run([alone, "fuzz", SAMPLER, "cases"], cwd=harness.folder, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 2
    assert "libclang-rt-14-dev" in done.stderr


@built
def test_a_connector_without_cases_is_a_mistake(harness):
    fuzz(harness, status=2)


@pytest.mark.parametrize("args", [("--seconds", "0"), ("--seconds", "soon"), ("--speed", "9")])
def test_an_option_that_makes_no_sense_is_a_mistake(harness, args):
    harness.run("fuzz", SAMPLER, *args, status=2)
