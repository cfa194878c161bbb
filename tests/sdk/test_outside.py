"""Connectors built outside of Weir, against the installed SDK, load in the daemon."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sdk import ROOT, daemon_takes, run

# A connector of the contract's tests, which uses every part of the contract and is one file.
SOURCE = ROOT / "tests/abi/connectors/good.c"
SETTINGS = {"token": "0123456789abcdef"}
BASE_URL = "https://api.example.com"

# A value for each setting that the connectors here require.
NEEDED = {
    "okta": {"api_token": "00a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"},
    "recruitee": {"company_id": "4711", "api_token": "invented-token-0123456789"},
    "personio": {"client_id": "papi-0123456789", "client_secret": "papi-secret-0123456789"},
}
ADDRESSES = {"okta": "https://acme.okta.com"}

FOLDERS = sorted(path.parent for path in (ROOT / "connectors").glob("*/CMakeLists.txt"))


def exported(so: Path) -> list[str]:
    return [line.split()[-1] for line in run("nm", "-D", "--defined-only", so).splitlines()]


def test_with_cmake(sdk, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    shutil.copy(SOURCE, source)
    (source / "CMakeLists.txt").write_text("""
cmake_minimum_required(VERSION 3.25)
project(good LANGUAGES C)
find_package(Weir 0.1 REQUIRED)
weir_add_connector(good good.c)
""")
    build = sdk.cmake(source, tmp_path / "build")
    assert exported(build / "good.so") == ["weir_connector"]
    daemon_takes(build / "good.so", tmp_path, SETTINGS, BASE_URL)
    run("cmake", "--install", build, "--prefix", tmp_path / "usr")
    daemon_takes(tmp_path / "usr/lib/weir/connectors/good.so", tmp_path, SETTINGS, BASE_URL)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_with_one_line(sdk, tmp_path, compiler):
    so = sdk.cc(tmp_path / "good.so", SOURCE, compiler=compiler)
    daemon_takes(so, tmp_path, SETTINGS, BASE_URL)


def test_a_tool_s_name_is_checked_when_it_is_built(sdk, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text("""
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES C)
find_package(Weir REQUIRED)
weir_add_connector(Not-A-Tool tool.c)
""")
    said = run("cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja",
               f"-DCMAKE_PREFIX_PATH={sdk.prefix}", status=1)
    assert "Not-A-Tool" in said and "[a-z][a-z0-9_]{1,31}" in said


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_connector_of_the_project_could_move_out(sdk, tmp_path, folder):
    alone = tmp_path / "alone"
    shutil.copytree(folder, alone)
    build = sdk.cmake(alone, tmp_path / "build", "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror")
    so = build / f"{folder.name}.so"
    assert exported(so) == ["weir_connector"]
    daemon_takes(so, tmp_path, NEEDED[folder.name], ADDRESSES.get(folder.name, ""))
