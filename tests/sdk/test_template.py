"""The template is a connector by itself: it builds without a warning, the daemon loads it, its cases pass."""

from __future__ import annotations

import shutil

import pytest

from sdk import daemon_takes

STRICT = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Werror"


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_it_builds_without_a_warning_and_loads(sdk, tmp_path, compiler):
    source = tmp_path / "sample_tool"
    shutil.copytree(sdk.prefix / "share/weir/template", source)
    build = sdk.cmake(source, tmp_path / "build", f"-DCMAKE_C_COMPILER={compiler}", f"-DCMAKE_C_FLAGS={STRICT}")
    daemon_takes(build / "sample_tool.so", tmp_path, {"api_token": "0123456789abcdef"})
    assert " 0 failed" in sdk.harness("test", build / "sample_tool.so", source / "cases")


def test_it_can_be_read_in_one_go(sdk):
    files = [path for path in (sdk.prefix / "share/weir/template").iterdir() if path.suffix in (".c", ".h")]
    assert len(files) >= 5
    assert sum(len(path.read_text().splitlines()) for path in files) < 200
