"""Runs signatures.test.mjs: libraries that consumers use verify messages around the rotation of a secret."""

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

from whole_river import Receiver, River  # noqa: E402


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
@pytest.mark.skipif(not (HERE / "node_modules" / "svix").exists(), reason="npm ci was not run in tests/contract")
def test_the_libraries_of_consumers_verify_messages_around_a_rotation(tmp_path):
    river = River(tmp_path)
    app = Receiver([]).start()
    river.receivers.append(app)
    messages = []

    def take(when, fits, refused):
        count = len(app.messages)
        river.sim.update_person(river.sim.person_ids()[0], first_name=f"Zoë {when}")
        assert app.wait_for(lambda all: len(all) > count)
        river.settle()
        messages.append({"when": when, "headers": app.messages[-1].headers, "body": app.messages[-1].body.decode(),
                         "fits": fits, "refused": refused, "newest": fits[0]})

    try:
        river.start()
        old = river.weir.admin("/endpoints", "POST", {"name": "crm", "url": app.url, "allow_private": True}).data["secret"]
        river.words.append(old)
        take("before", [old], [])
        new = river.weir.admin("/endpoints/crm/rotate", "POST", {"overlap_hours": 1}).data["secret"]
        take("during", [new, old], [])
        last = river.weir.admin("/endpoints/crm/rotate", "POST", {"overlap_hours": 0}).data["secret"]
        river.words += [new, last]
        take("after", [last], [new, old])
        assert river.weir.admin("/endpoints/crm/test", "POST", {}).data["delivered"] is True
        messages.append(messages[-1] | {"when": "that is a test", "headers": app.messages[-1].headers,
                                        "body": app.messages[-1].body.decode()})
        path = tmp_path / "facts.json"
        path.write_text(json.dumps({"messages": messages}))
        done = subprocess.run(["node", "--test", "--test-reporter", "spec", str(HERE / "signatures.test.mjs")], cwd=HERE,
                              env=dict(os.environ, WEIR_FACTS=str(path)), capture_output=True, text=True, timeout=90)
        print(done.stdout)
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    finally:
        river.close()
