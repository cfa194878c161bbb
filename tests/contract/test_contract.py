"""Runs contract.test.mjs: the application's own client against a daemon with real data, over real sockets."""

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

from weir import eventually  # noqa: E402
from whole_river import River  # noqa: E402

from sim.okta import OktaSim  # noqa: E402
from sim.recruitee import RecruiteeSim  # noqa: E402

ABSENCES_OFF = {"hris_employees": "enabled", "hris_employments": "enabled", "hris_teams": "enabled",
                "hris_absences": "disabled"}
ODDITIES = {"typed_attribute_values": True, "attribute_types": "upper", "null_supervisor": True, "null_office": True,
            "null_ends_at": True, "absence_nulls": True, "zoned_date_times": True, "midday_boundaries": True,
            "person_status_missing": True, "legal_entities_off": True, "hidden_person_fields": ["email"]}


HRIS = ("employees", "employments", "groups", "locations", "legal-entities", "absence-types", "absences")
ATS = ("candidates", "applications", "jobs", "application-stages", "offers", "interviews", "users", "roles", "tags",
       "rejection-reasons")


def lists(river: River, integration: str, category: str = "hris", paths: tuple[str, ...] = HRIS) -> dict[str, int]:
    return {path: len(river.weir.rows(f"/{category}/{path}", integration)) for path in paths}


def run(script: str, facts: dict, folder: Path) -> None:
    path = folder / "facts.json"
    path.write_text(json.dumps(facts))
    done = subprocess.run(["node", "--test", "--test-reporter", "spec", str(HERE / script)], cwd=HERE,
                          env=dict(os.environ, WEIR_FACTS=str(path)), capture_output=True, text=True, timeout=150)
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
needs_client = pytest.mark.skipif(not (HERE / "node_modules" / "@kombo-api").exists(),
                                  reason="npm ci was not run in tests/contract")


@needs_node
@needs_client
def test_the_applications_own_client_is_content(tmp_path):
    river = River(tmp_path, people=23)
    try:
        config = river.weir.config
        config["integrations"][0] |= {"organization": "Äcme \"Söhne\" \\ Łódź / GmbH", "origin_id": "cust-42",
                                      "creator_email": "hr-admin@acme.example"}
        config["endpoints"][0]["events"] = ["data-changed", "sync-finished"]
        config["scopes"] = [{"name": "default"}, {"name": "narrow", "models": ABSENCES_OFF}]
        odd = river.tool("personio:odd", 12)
        odd.switches.set(**ODDITIES)
        river.tool("personio:narrow", 4)
        config["integrations"][-1]["scope"] = "narrow"
        config["integrations"].append({"id": "hiring:jobs", "organization": "Northwind Robotics GmbH"})
        pending = river.tool("personio:pending", 4)
        go = threading.Event()
        pending.gate = lambda request: request.path == "/v2/persons" and go.wait(120)
        river.weir.start()
        for one in ("personio:acme", "personio:odd", "personio:narrow"):
            river.weir.wait_log("sync ended", integration=one)
            eventually(lambda: river.weir.api("/hris/employees", one).status == 200)
        river.weir.wait_log("sync ended", integration="hiring:jobs")
        eventually(lambda: river.weir.api("/ats/jobs", "hiring:jobs").status == 200)
        assert river.hook(b'ats_applications a3 {"candidate_id":"c3","outcome":"HIRED"}', integration="hiring:jobs",
                          token="").status == 200
        eventually(lambda: river.weir.row("/ats/applications", "a3", "hiring:jobs")["candidate_id"])
        river.sim.delete_person(river.sim.person_ids()[-1])
        river.sim.update_person(river.sim.person_ids()[0], first_name="Zoë")
        eventually(lambda: len(river.weir.rows("/hris/employees")) == 22)
        river.wait_employee(river.sim.person_ids()[0], first_name="Zoë")
        assert river.app.wait_for(lambda messages: {"data-changed", "sync-finished"} <= {m.type for m in messages})

        facts = {
            "server_url": f"http://127.0.0.1:{river.weir.port}/v1", "api_key": river.weir.api_key,
            "tool_url": river.sim.url, "first_person": river.sim.person_ids()[0],
            "counts": {one: lists(river, one) for one in ("personio:acme", "personio:odd")},
            "ats_counts": lists(river, "hiring:jobs", "ats", ATS),
            "secret": river.weir.env["HOOK_SECRET_1"],
            "messages": [{"headers": m.headers, "body": m.body.decode()} for m in river.app.messages]}
        try:
            run("contract.test.mjs", facts, tmp_path)
        finally:
            go.set()
    finally:
        river.close()


class EachTool(River):
    """An account of each tool that is simulated."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, 7, custom_fields=[{"key": "favourite", "model": "hris_employees"},
                                                   {"key": "source", "model": "ats_candidates"}])
        payload = {"fields": {"remote_data": "enabled"}, "default_field": "enabled"}
        self.weir.config["scopes"] = [{"name": "default", "default_model": "enabled", "models": {
            "hris_employees": payload, "ats_candidates": payload, "ats_jobs": payload}}]
        okta, recruitee = OktaSim(6, seed=2, allow_http=True), RecruiteeSim(6, seed=3, allow_http=True)
        for sim in (okta, recruitee):
            sim.start()
            self.tools.append(sim)
        self.weir.env |= {"TOOL_SECRET_2": okta.access.api_token, "TOOL_SECRET_3": recruitee.token}
        for tool, sim, settings in (("okta", okta, {"api_token": "@env:TOOL_SECRET_2"}),
                                    ("recruitee", recruitee, {"company_id": str(recruitee.company_id),
                                                              "api_token": "@env:TOOL_SECRET_3"})):
            self.weir.config["integrations"].append({
                "id": f"{tool}:acme", "organization": "Acme GmbH", "base_url": sim.url, "allow_private": True,
                "settings": settings})

    def check_requests(self) -> None:
        """Each tool's own tests do."""

    def check_secrets(self) -> None:
        log = self.weir.log.text()
        secrets = [value for name, value in self.weir.env.items() if name.startswith(("HOOK_", "TOOL_"))]
        assert [word for word in [*secrets, self.weir.api_key, self.weir.admin_key] if word in log] == []


DELIVERED = {
    "personio:acme": ("hris", HRIS),
    "okta:acme": ("hris", ("employees", "groups", "legal-entities", "locations")),
    "recruitee:acme": ("ats", ("users", "tags", "rejection-reasons", "jobs", "application-stages", "candidates",
                               "applications"))}


@needs_node
@needs_client
def test_the_client_reads_every_list_of_each_tool(tmp_path):
    river = EachTool(tmp_path)
    try:
        river.weir.start()
        for one, (category, paths) in DELIVERED.items():
            river.weir.wait_log("sync ended", integration=one, state="SUCCEEDED")
            eventually(lambda: river.weir.api(f"/{category}/{paths[0]}", one).status == 200)
        river.settle()
        counts = {one: {"category": category, "counts": lists(river, one, category, paths)}
                  for one, (category, paths) in DELIVERED.items()}
        assert all(count > 0 for one in counts.values() for count in one["counts"].values()), counts
        run("lists.test.mjs", {"server_url": f"http://127.0.0.1:{river.weir.port}/v1", "api_key": river.weir.api_key,
                               "integrations": counts}, tmp_path)
    finally:
        river.close()
