"""The SDK in a clean prefix, and what its user does with it.

Nothing here leads into the source folder: compilers and CMake are told of the prefix alone.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def build_folder() -> Path:
    return Path(os.environ["WEIR_BUILD"]).resolve()


def run(*words: object, cwd: Path | None = None, status: int = 0, **env: object) -> str:
    """What the command printed, standard error too; an AssertionError with all of it if it ended otherwise."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, env=os.environ | {k: str(v) for k, v in env.items()},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    assert done.returncode == status, f"{shlex.join(map(str, words))}: status {done.returncode}\n{done.stdout}"
    return done.stdout


class Sdk:
    """The installed SDK at `prefix`."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        run("cmake", "--install", build_folder(), "--prefix", prefix, "--component", "sdk")

    def harness(self, *words: object, cwd: Path | None = None, status: int = 0) -> str:
        return run(self.prefix / "bin/weir-harness", *words, cwd=cwd, status=status)

    def pkg_config(self, *words: str) -> list[str]:
        return run("pkg-config", *words, "weir", PKG_CONFIG_PATH=self.prefix / "lib/pkgconfig").split()

    def cmake(self, source: Path, build: Path, *options: str) -> Path:
        """Configured and built against the prefix; the build folder."""
        run("cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}", *options)
        run("cmake", "--build", build)
        return build

    def cc(self, so: Path, *sources: Path, compiler: str = "cc") -> Path:
        """The one line of the guide."""
        run(compiler, *self.pkg_config("--cflags", "--libs"), "-shared", "-fPIC", "-o", so, *sources)
        return so


def daemon_takes(so: Path, folder: Path, settings: dict[str, str] | None = None, base_url: str = "") -> None:
    """The daemon loads it, finds its table right, and takes an integration of it."""
    tool = so.stem
    values = "".join(f"{key} = {json.dumps(value)}; " for key, value in (settings or {}).items())
    address = f"base_url = {json.dumps(base_url)}; " if base_url else ""
    config = folder / f"{tool}.conf"
    config.write_text(f"""
data_dir = "{folder}/data";
public_url = "https://hooks.example.com";
master_key = "@env:WEIR_MASTER_KEY";
connectors = {{ path = [ "{so.parent}" ]; enabled = [ "{tool}" ]; }};
integrations = ( {{ id = "{tool}:acme"; organization = "Acme GmbH"; {address}settings = {{ {values}}}; }} );
""")
    said = run(build_folder() / "core/weir", "check", "--config", config, WEIR_MASTER_KEY="5e" * 32)
    assert "not loaded" not in said and "no connector" not in said, said
    assert "good: 1 integrations" in said, said
