"""The component sdk is all that an author needs, and nothing else."""

from __future__ import annotations

from sdk import ROOT, Sdk, run


def installed(sdk: Sdk) -> set[str]:
    return {str(path.relative_to(sdk.prefix)) for path in sdk.prefix.rglob("*") if path.is_file()}


def test_it_holds_every_header_what_finds_them_and_the_harness(sdk):
    headers = {f"include/weir/{path.name}" for path in (ROOT / "sdk/include/weir").glob("*.h")}
    cmake = {f"lib/cmake/Weir/{name}" for name in ("WeirConfig.cmake", "WeirConfigVersion.cmake", "connectors.cmake")}
    others = {"bin/weir-harness", "lib/pkgconfig/weir.pc", "share/man/man1/weir-harness.1"}
    assert headers | cmake | others <= installed(sdk)


def test_it_brings_no_daemon_and_no_connector(sdk):
    assert not [name for name in installed(sdk) if name.startswith("sbin/") or name.endswith(".so")]


def test_no_file_of_it_names_where_it_was_built(sdk):
    for path in sdk.prefix.rglob("*"):
        if path.suffix in (".cmake", ".pc", ".h", ".md", ".txt"):
            assert str(ROOT) not in path.read_text(), path


def test_pkg_config_tells_flags_contract_and_where_connectors_go(sdk):
    text = (sdk.prefix / "include/weir/connector.h").read_text()
    flags = sdk.pkg_config("--cflags", "--libs")
    assert "-ljansson" in flags and any(flag.endswith("/include") for flag in flags)
    [contract] = sdk.pkg_config("--variable=contract")
    major, minor = contract.split(".")
    assert f"#define WEIR_ABI_MAJOR {major}\n" in text and f"#define WEIR_ABI_MINOR {minor}\n" in text
    [folder] = sdk.pkg_config("--variable=connectordir")
    assert folder.endswith("/lib/weir/connectors")


def test_the_installed_headers_compile_alone(sdk):
    run("sh", ROOT / "tests/lint/headers.sh", sdk.prefix / "include")


def test_a_prefix_can_be_moved(sdk, tmp_path):
    moved = tmp_path / "moved"
    run("cp", "-r", sdk.prefix, moved)
    flags = run("pkg-config", "--cflags", "weir", PKG_CONFIG_PATH=moved / "lib/pkgconfig")
    assert str(moved) in flags and str(sdk.prefix) not in flags
