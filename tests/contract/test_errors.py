"""Runs errors.test.mjs: the application's own client, and every error that it can be answered with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "river"))

from weir import ACME, eventually  # noqa: E402
from whole_river import River  # noqa: E402


def make_invalid(river: River) -> None:
    """The tool refuses the credentials of ACME for more than three days."""
    river.sim.switches.token_error = "invalid_client"
    river.sim.tokens.expire_all()
    shown = lambda name: river.weir.admin("/integrations/personio%3Aacme").data[name]  # noqa: E731
    eventually(lambda: shown("auth_failed_since") or river.pass_time(hours=3), every=0.2)
    eventually(lambda: shown("state") == "INVALID" or river.pass_time(hours=12), every=0.2)


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
@pytest.mark.skipif(not (HERE / "node_modules" / "@kombo-api").exists(), reason="npm ci was not run in tests/contract")
def test_the_client_knows_every_error(tmp_path):
    river = River(tmp_path, people=1, movable=True)
    go = threading.Event()
    try:
        config = river.weir.config
        config["scopes"] = [{"name": "default"}, {"name": "narrow", "models": {"hris_employees": "enabled"}}]
        river.tool("personio:narrow", 1)
        config["integrations"][-1]["scope"] = "narrow"
        river.tool("personio:fine", 1)
        synced = [ACME, "personio:narrow", "personio:fine"]
        river.tool("personio:off", 1)
        config["integrations"][-1]["paused"] = True
        river.weir.start().wait_synced(*synced)
        make_invalid(river)
        pending = river.account(1)
        pending.gate = lambda request: request.path == "/v2/persons" and go.wait(120)
        config["integrations"].append({
            "id": "personio:pending", "organization": "Acme GmbH", "base_url": pending.url, "allow_private": True,
            "settings": {"client_id": pending.client_id, "client_secret": pending.client_secret}})
        river.weir.write_config()
        river.weir.cli("reload")
        eventually(lambda: river.weir.api("/hris/absences", "personio:pending").status == 409)

        path = tmp_path / "facts.json"
        path.write_text(json.dumps({"server_url": f"http://127.0.0.1:{river.weir.port}/v1",
                                    "api_key": river.weir.api_key}))
        done = subprocess.run(["node", "--test", "--test-reporter", "spec", str(HERE / "errors.test.mjs")], cwd=HERE,
                              env=dict(os.environ, WEIR_FACTS=str(path)), capture_output=True, text=True, timeout=120)
        go.set()
        print(done.stdout)
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    finally:
        go.set()
        river.close()
