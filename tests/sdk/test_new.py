"""weir-harness new: a folder that builds and passes as it is, under its author's name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sdk import daemon_takes

STRICT = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror"


@pytest.mark.parametrize("tool", ["demo_tool", "x1", "int", "a_tool_with_the_longest_name_of_32"[:32]])
def test_it_builds_and_passes_as_it_is(sdk, tmp_path, tool):
    said = sdk.harness("new", tool, cwd=tmp_path)
    assert f"weir-harness test build/{tool}.so cases/" in said
    build = sdk.cmake(tmp_path / tool, tmp_path / tool / "build", f"-DCMAKE_C_FLAGS={STRICT}")
    said = sdk.harness("test", "build/" + tool + ".so", "cases/", cwd=tmp_path / tool)
    assert " 0 failed" in said, said
    daemon_takes(build / f"{tool}.so", tmp_path, {"api_token": "0123456789abcdef"})


def test_nothing_of_the_template_s_name_is_left(sdk, tmp_path):
    sdk.harness("new", "demo_tool", cwd=tmp_path)
    template = sdk.prefix / "share/weir/template"
    made = {str(path.relative_to(tmp_path / "demo_tool")) for path in (tmp_path / "demo_tool").rglob("*")}
    assert made == {str(path.relative_to(template)).replace("sample_tool", "demo_tool") for path in template.rglob("*")}
    for path in (tmp_path / "demo_tool").rglob("*"):
        if path.is_file():
            assert "sample" not in path.read_text().lower(), path
    table = (tmp_path / "demo_tool/demo_tool.c").read_text()
    assert '.tool = "demo_tool"' in table and '.label = "Demo tool"' in table and "demo-tool.example" in table


@pytest.mark.parametrize("tool", ["", "x", "Demo", "1st", "demo-tool", "../demo", "a" * 33, "_demo", "demo.so"])
def test_what_is_no_tool_s_name_is_refused(sdk, tmp_path, tool):
    said = sdk.harness("new", tool, cwd=tmp_path, status=2)
    assert "is no name of a tool" in said and "2 to 32" in said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("tool", ["client", "verify", "fetch", "subscribe"])
def test_a_name_that_a_file_of_the_template_has_is_refused(sdk, tmp_path, tool):
    assert f"{tool}_hr" in sdk.harness("new", tool, cwd=tmp_path, status=2)
    assert not list(tmp_path.iterdir())


def test_the_template_has_no_file_that_a_tool_could_be_named_after_unseen(sdk):
    """Whoever adds one has to tell new.c."""
    sources = {path.stem for path in (sdk.prefix / "share/weir/template").glob("*.[ch]")}
    assert sources == {"sample_tool", "client", "verify", "fetch", "subscribe"}


def test_a_folder_that_is_there_stays_as_it_is(sdk, tmp_path):
    (tmp_path / "demo_tool").mkdir()
    (tmp_path / "demo_tool/mine.c").write_text("int mine;\n")
    assert "demo_tool is there already" in sdk.harness("new", "demo_tool", cwd=tmp_path, status=2)
    assert [path.name for path in (tmp_path / "demo_tool").iterdir()] == ["mine.c"]


def test_where_nothing_can_be_written_the_reason_is_told(sdk, tmp_path):
    said = sdk.harness("new", "demo_tool", cwd=Path("/proc"), status=2)
    assert "cannot make the folder demo_tool" in said


def test_a_template_that_is_not_there_is_named(sdk, tmp_path):
    shutil.copytree(sdk.prefix, tmp_path / "bare")
    shutil.rmtree(tmp_path / "bare/share/weir/template")
    moved = object.__new__(type(sdk))
    moved.prefix = tmp_path / "bare"
    said = moved.harness("new", "demo_tool", cwd=tmp_path, status=2)
    assert f"{tmp_path}/bare/share/weir/template" in said and "--template" in said
    template = sdk.prefix / "share/weir/template"
    moved.harness("new", "--template", template, "demo_tool", cwd=tmp_path)
    assert (tmp_path / "demo_tool/demo_tool.c").exists()


def test_it_tells_how_it_is_called(sdk, tmp_path):
    for words in (["new"], ["new", "a_tool", "b_tool"], ["new", "--what", "a_tool"]):
        assert "usage: weir-harness new" in sdk.harness(*words, cwd=tmp_path, status=2)
    assert "--template" in sdk.harness("new", "--help")
