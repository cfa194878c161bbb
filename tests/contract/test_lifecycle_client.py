"""Runs lifecycle.test.mjs: the application's own client makes, switches and deletes integrations of a running daemon."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "river"))

from weir import ACME, eventually  # noqa: E402
from whole_river import River  # noqa: E402

from sim.tiny_http import Answer, Server  # noqa: E402


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
@pytest.mark.skipif(not (HERE / "node_modules" / "@kombo-api").exists(), reason="npm ci was not run in tests/contract")
def test_the_applications_own_client_lives_with_integrations(tmp_path):
    river = River(tmp_path, people=3)
    shown = None
    try:
        river.words += ["open sesame", "wrong sesame"]
        river.weir.config["endpoints"][0]["events"] = [
            "data-changed", "integration-created", "integration-deleted", "integration-state-changed",
            "connection-flow-failed"]
        empty = river.tool("personio:empty", 1)
        with empty.quiet():
            empty.delete_person(empty.person_ids()[0])
        river.weir.start()
        river.weir.wait_synced(ACME)
        river.weir.wait_log("sync ended", integration="personio:empty")
        eventually(lambda: river.weir.api("/hris/employees", "personio:empty").code == "INTEGRATION.QA_FAILED")

        def messages(request) -> Answer:
            body = json.dumps([{"body": m.body.decode()} for m in river.app.messages]).encode()
            return Answer(200, body, {"Content-Type": "application/json"})
        shown = Server(messages)
        shown.start()
        path = tmp_path / "facts.json"
        path.write_text(json.dumps({"server_url": f"http://127.0.0.1:{river.weir.port}/v1", "api_key": river.weir.api_key,
                                    "messages_url": shown.url}))
        done = subprocess.run(["node", "--test", "--test-reporter", "spec", str(HERE / "lifecycle.test.mjs")], cwd=HERE,
                              env=dict(os.environ, WEIR_FACTS=str(path)), capture_output=True, text=True, timeout=150)
        print(done.stdout)
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    finally:
        river.close()
        if shown is not None:
            shown.stop()
