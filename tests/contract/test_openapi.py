"""Runs openapi.test.mjs: what `weir openapi` prints, against the published schema of OpenAPI 3.1."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "river"))

from weir import build_folder  # noqa: E402


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
@pytest.mark.skipif(not (HERE / "node_modules" / "@seriousme").exists(), reason="npm ci was not run in tests/contract")
def test_what_is_printed_is_valid_openapi():
    env = dict(os.environ, WEIR_PROGRAM=str(build_folder() / "core" / "weir"))
    done = subprocess.run(["node", "--test", "--test-reporter", "spec", str(HERE / "openapi.test.mjs")], cwd=HERE, env=env,
                          capture_output=True, text=True, timeout=100)
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
