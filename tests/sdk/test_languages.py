"""The contract is C's, and so any language that can say it may be used: here C++ and Rust."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdk import ROOT, daemon_takes, run

RUSTC = Path("/usr/bin/rustc")  # Debian's: another one in the PATH may be newer than what authors have
SETTINGS = {"api_token": "0123456789abcdef"}


def exports_the_table(so: Path) -> bool:
    return "weir_connector" in [line.split()[-1] for line in run("nm", "-D", "--defined-only", so).splitlines()]


def passes(sdk, so: Path, language: str) -> None:
    cases = sdk.prefix / "share/weir/examples" / language / "cases"
    assert len(list(cases.iterdir())) >= 2
    assert "0 failed" in sdk.harness("test", so, cases)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_cpp_with_cmake(sdk, tmp_path, compiler):
    build = sdk.cmake(sdk.prefix / "share/weir/examples/cpp", tmp_path / "build", f"-DCMAKE_CXX_COMPILER={compiler}",
                      "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror")
    assert exports_the_table(build / "cpp_tool.so")
    daemon_takes(build / "cpp_tool.so", tmp_path, SETTINGS)
    passes(sdk, build / "cpp_tool.so", "cpp")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_cpp_with_one_line(sdk, tmp_path, compiler):
    so = tmp_path / "cpp_tool.so"
    run(compiler, "-std=c++17", *sdk.pkg_config("--cflags", "--libs"), "-shared", "-fPIC", "-fvisibility=hidden",
        "-o", so, sdk.prefix / "share/weir/examples/cpp/cpp_tool.cpp")
    assert exports_the_table(so)
    daemon_takes(so, tmp_path, SETTINGS)


def test_rust_without_cargo(sdk, tmp_path):
    so = tmp_path / "rust_tool.so"
    run(RUSTC, "--crate-type", "cdylib", "--edition", "2021", "-O", "-D", "warnings", "-o", so,
        sdk.prefix / "share/weir/examples/rust/rust_tool.rs")
    assert exports_the_table(so)
    daemon_takes(so, tmp_path, SETTINGS)
    passes(sdk, so, "rust")


def test_rust_says_the_contract_with_the_sizes_of_c(tmp_path):
    """weir.rs is written by hand: its structs, and the places of their last members, against connector.h."""
    pairs = {"Setting": "weir_setting", "EventType": "weir_event_type", "ModelUse": "weir_model_use",
             "Header": "weir_header", "Request": "weir_request", "Verdict": "weir_verdict", "Ref": "weir_ref",
             "Event": "weir_event", "Sink": "weir_sink", "HttpRequest": "weir_http_request",
             "HttpResponse": "weir_http_response", "Verify": "weir_verify", "Fetch": "weir_fetch",
             "Connector": "weir_connector", "Error": "weir_error"}
    rust = tmp_path / "sizes.rs"
    rust.write_text(f'#[path = "{ROOT}/tests/sdk/rust/weir.rs"]\nmod weir;\nfn main() {{\n'
                    + "".join(f'    println!("{{}}", weir::size_of::<weir::{name}>());\n' for name in pairs) + "}\n")
    c = tmp_path / "sizes.c"
    c.write_text('#include "weir/connector.h"\nint main(void)\n{\n'
                 + "".join(f'    printf("%zu\\n", sizeof(struct {name}));\n' for name in pairs.values()) + "}\n")
    run(RUSTC, "--edition", "2021", "-o", tmp_path / "of_rust", rust)
    run("cc", f"-I{ROOT}/sdk/include", "-o", tmp_path / "of_c", c)
    assert run(tmp_path / "of_rust").split() == run(tmp_path / "of_c").split()
