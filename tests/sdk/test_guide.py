"""The guide is followed, word by word: its commands run in their order, its files are compiled, its config is checked."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sdk import ROOT, build_folder, run

GUIDE = ROOT / "sdk/README.md"
BLOCK = re.compile(r"^```(\w+)?(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str, str]]:
    """Language, file name, text."""
    return [(language or "", name or "", text) for language, name, text in BLOCK.findall(GUIDE.read_text())]


@pytest.fixture(scope="module")
def followed(sdk, tmp_path_factory) -> Path:
    """The folder that the guide leads into, after its last command. Installing goes below `root`."""
    scratch = tmp_path_factory.mktemp("guide")
    script = ["set -eu"]
    for language, name, text in blocks():
        if language == "sh":
            script.append(text)
        elif name:
            script.append(f"cat > {name} <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n")
    said = run("sh", "-c", "\n".join(script), cwd=scratch, SDK=sdk.prefix, CMAKE_PREFIX_PATH=sdk.prefix,
               PKG_CONFIG_PATH=sdk.prefix / "lib/pkgconfig", DESTDIR=scratch / "root",
               PATH=f"{sdk.prefix}/bin:/usr/bin:{os.environ['PATH']}", CFLAGS="-Wall -Wextra -Wpedantic -Werror")
    (scratch / "said").write_text(said)
    return scratch


def test_each_test_run_of_it_passes(followed):
    said = (followed / "said").read_text()
    results = re.findall(r"^\w+: (\d+) passed, (\d+) failed", said, re.MULTILINE)
    asked = sum(text.count("weir-harness test") for language, _, text in blocks() if language == "sh")
    assert len(results) == asked >= 5, said
    assert {failed for _, failed in results} == {"0"}


def test_its_files_are_part_of_what_was_built(followed):
    named = [name for _, name, _ in blocks() if name]
    assert "subscribe.c" in named and "cases/webhook.json" in named
    said = (followed / "said").read_text()
    assert "webhook: the webhook is made once" in said
    for language, name, text in blocks():
        if name:
            assert (followed / "demo_tool" / name).read_text() == text


def test_its_configuration_is_good_and_finds_the_connector(followed):
    [config] = [text for language, _, text in blocks() if language == "conf"]
    path = followed / "weir.conf"
    path.write_text(config.replace("/usr/lib", f"{followed}/root/usr/lib"))
    said = run(build_folder() / "core/weir", "check", "--config", path, WEIR_MASTER_KEY="5e" * 32,
               ACME_TOKEN="0123456789abcdef")
    assert "good: 1 integrations, 0 endpoints, 0 warnings" in said and "not loaded" not in said, said


def test_it_names_every_code_and_no_header_that_is_not_there():
    text = GUIDE.read_text()
    codes = re.findall(r"^    WEIR_E_(\w+) =", (ROOT / "sdk/include/weir/types.h").read_text(), re.MULTILINE)
    assert len(codes) >= 12
    for code in codes:
        assert re.search(rf"`(WEIR_E_)?{code}`", text), code
    for name in re.findall(r"`(\w+\.h)`", text):
        assert (ROOT / "sdk/include/weir" / name).exists(), name


def test_it_is_installed(sdk):
    assert (sdk.prefix / "share/doc/weir/README.md").read_text() == GUIDE.read_text()
