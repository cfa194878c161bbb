"""Nothing that a released contract said has moved, been resized or been given another value."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from members import differences, read

HERE = Path(__file__).resolve().parent
TODAY = HERE.parents[1] / "sdk/include"
FROZEN = sorted((HERE / "frozen").glob("[0-9]*"), key=lambda path: [int(part) for part in path.name.split(".")])


def version_of(folder: Path) -> str:
    text = (folder / "weir/connector.h").read_text()
    return ".".join(re.search(rf"^#define WEIR_ABI_{part} (\d+)$", text, re.MULTILINE)[1] for part in ("MAJOR", "MINOR"))


@pytest.mark.parametrize("folder", FROZEN, ids=lambda folder: folder.name)
def test_a_released_contract_is_still_kept(folder, tmp_path):
    assert version_of(folder) == folder.name
    assert differences(folder, TODAY, "cc", tmp_path) == []


def test_today_s_contract_is_frozen_too():
    today = version_of(TODAY)
    assert today in [folder.name for folder in FROZEN], (
        f"WEIR_ABI_MINOR has grown: put the headers of contract {today} as they are now into "
        f"tests/abi/frozen/{today}/weir, and never change them again")


def test_the_frozen_contract_has_today_s_structs_in_full(tmp_path):
    """An addition without a new minor version would be one that nobody can ask for."""
    frozen = HERE / "frozen" / version_of(TODAY)
    assert differences(TODAY, frozen, "cc", tmp_path) == []


def test_it_reads_all_of_the_contract():
    contract = read(TODAY)
    assert len(contract.structs) >= 20 and sum(map(len, contract.structs.values())) >= 100
    assert [name for name, _ in contract.structs["weir_connector"]][:5] == [
        "magic", "size", "abi_major", "abi_minor", "tool"]
    assert {"WEIR_E_STOPPING", "WEIR_ABI_MAJOR", "WEIR_CONNECTOR_MAGIC", "WEIR_SUB_FAILED"} <= set(contract.numbers)


# What must not happen unseen: one change to the header, and what is said of it.
CHANGES = {
    "moved": ("    const char *tool; ", "    uint32_t flags;\n    const char *tool; ", "weir_connector.tool"),
    "resized": ("char detail[252];", "char detail[300];", "weir_subscription.detail"),
    "retyped": ("    int32_t status;   /* HTTP", "    uint32_t status;   /* HTTP", "weir_verdict.status"),
    "removed": ("    bool repeatable; ", "    // ", "weir_http_request.repeatable"),
    "another parameter": ("int64_t (*now_ms)(const struct weir_host *host);",
                          "int64_t (*now_ms)(const struct weir_host *host, int zone);", "weir_host.now_ms"),
    "another value": ("WEIR_ANSWER = 2", "WEIR_ANSWER = 3", "WEIR_ANSWER"),
    "an array's struct has grown": ("    const char *paste_key;", "    const char *icon;\n    const char *paste_key;",
                                    "weir_step"),
    "a struct inside has grown": ("struct weir_ref {", "struct weir_ref {\n    uint64_t more;", "weir_ref"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_breaks_connectors_is_seen(change, tmp_path):
    old, new, said = CHANGES[change]
    shutil.copytree(TODAY, tmp_path / "changed")
    header = tmp_path / "changed/weir/connector.h"
    text = header.read_text()
    assert text.count(old) >= 1
    header.write_text(text.replace(old, new, 1))
    problems = differences(TODAY, tmp_path / "changed", "cc", tmp_path)
    assert problems and said in problems[0], problems


def test_an_addition_at_the_end_breaks_nothing(tmp_path):
    shutil.copytree(TODAY, tmp_path / "changed")
    header = tmp_path / "changed/weir/connector.h"
    text = header.read_text()
    last = "    const struct weir_pass *pass;           /* since 1.2; NULL: not offered */\n"
    assert last in text
    header.write_text(text.replace(last, last + "    int (*probe)(void *self);\n"))
    assert differences(TODAY, tmp_path / "changed", "cc", tmp_path) == []
