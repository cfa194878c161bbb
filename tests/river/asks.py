"""What is asked of a river whose answers are held against the OpenAPI file: the lists, and what is there from the start."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from asked import HIRING, MADE, NARROW, OFF, ONE, PENDING, RECRUITEE, STAFFING, Asked, filled
from described import sample
from weir import ACME, PROBES, eventually


def ask_lists(asked: Asked) -> None:
    """Each list endpoint: whole, page by page, with each of its parameters, and each error that a list can answer."""
    lists = [one for one in asked.described.operations
             if one.method == "GET" and one.spec.get("operationId", "").startswith("list_")]
    assert len(lists) > 20
    for one in lists:
        hris = one.template.startswith("/v1/hris/")
        own, other = ((ACME, STAFFING), HIRING) if hris else ((HIRING, RECRUITEE), ACME)
        for integration in own:
            got = asked.ask("GET", one.template, integration)
            if got.status == 501:
                continue
            first = asked.ask("GET", one.template, integration, page_size=1, include_deleted="true")
            if first.data["next"]:
                asked.ask("GET", one.template, integration, page_size=1, include_deleted="true",
                          cursor=first.data["next"])
            for parameter in one.parameters(asked.described.file):
                if parameter["in"] == "query" and parameter["name"] != "cursor":
                    got = asked.ask("GET", one.template, integration, **{parameter["name"]: sample(parameter)})
                    assert got.status == 200, (one.name, parameter, got.body)
            assert asked.ask("GET", one.template, integration, cursor="nonsense").status == 400
        assert asked.ask("GET", one.template, other).status == 501
        assert asked.ask("GET", one.template, "personio:nobody").status == 404
        assert asked.ask("GET", one.template, None).status == 400
    for integration, status in ((PENDING, 409), (OFF, 409)):
        assert asked.ask("GET", "/v1/hris/employees", integration).status == status
    assert asked.ask("GET", "/v1/hris/absences", NARROW).status == 403


def ask_admin_lists(asked: Asked) -> None:
    """Each list of the admin API, in all forms that its parameters name."""
    for one in asked.described.operations:
        names = {p["name"] for p in one.parameters(asked.described.file)}
        if "limit" not in names:
            continue
        path = filled(one, model="hris_employees")
        page = asked.ask("GET", path, limit=1).data
        while page["next"]:
            page = asked.ask("GET", path, limit=1, cursor=page["next"]).data
        for parameter in one.parameters(asked.described.file):
            for value in parameter["schema"].get("enum", []):
                assert asked.ask("GET", path, **{parameter["name"]: value}).status == 200
        if "integration" in names:
            assert asked.ask("GET", path, integration=ACME).status == 200
            assert asked.ask("GET", path, integration="personio:nobody").status == 404
        assert asked.ask("GET", path, cursor="nonsense").status == 400
    for kind in ("delivery,fetch", "attempt", "integration"):
        assert asked.ask("GET", "/admin/v1/log", kind=kind).status == 200
    assert asked.ask("GET", "/admin/v1/notifications", endpoint="dead", state="dead").status == 200


def ask_without_key(asked: Asked) -> None:
    for one in asked.described.operations:
        if one.spec["security"]:
            assert asked.ask(one.method, filled(one), ACME, key="not-the-right-key").status == 401


def ask_with_a_small_key(asked: Asked) -> None:
    """One that may read, of an integration that nobody asks for here."""
    keys = {}
    for surface in ("app", "admin"):
        wish = {"name": f"small-{surface}", "surface": surface, "role": "read", "integrations": ["personio:other"]}
        keys[surface] = asked.admin("POST", "/keys", wish)["key"]
    asked.words += keys.values()
    for one in asked.described.operations:
        if not one.spec["security"]:
            continue  # signing in, which knows no key before
        admin = one.template.startswith("/admin/")
        codes = one.spec["responses"].get("403", {}).get("x-codes", [])
        if ("FORBIDDEN" if admin else "PLATFORM.AUTHENTICATION_INVALID") in codes:
            got = asked.ask(one.method, filled(one), ACME, key=keys["admin" if admin else "app"])
            assert got.status == 403 and got.code in ("FORBIDDEN", "PLATFORM.AUTHENTICATION_INVALID"), one.name


def ask_what_is_not_built(asked: Asked) -> None:
    for one in asked.described.operations:
        if not one.answers:
            got = asked.ask(one.method, filled(one), ACME, {} if one.method != "GET" else None)
            assert got.status in (404, 501), (one.name, got.status)


def ask_general(asked: Asked) -> None:
    api = "/v1/integrations/personio%3Aacme"
    assert asked.ask("GET", "/v1/openapi.json").status == 200
    assert asked.ask("GET", "/v1/check-api-key").status == 200
    assert asked.ask("POST", "/v1/force-sync", ACME, {"type": "DELTA"}).status == 200
    assert asked.ask("POST", "/v1/force-sync", ACME, {"type": "NONE"}).status == 400
    assert asked.ask("POST", "/v1/force-sync", OFF, {}).status == 409
    for end in ("", "/custom-fields", "/integration-fields"):
        assert asked.ask("GET", api + end).status == 200
        assert asked.ask("GET", "/v1/integrations/personio%3Anobody" + end).status == 404
    for integration in (HIRING, RECRUITEE, PENDING, OFF):
        assert asked.ask("GET", f"/v1/integrations/{quote(integration, safe='')}").status == 200
    for category in ("hris", "ats", "lms"):
        assert asked.ask("GET", f"/v1/tools/{category}").status == 200
    assert asked.ask("GET", "/v1/tools/payroll").status == 400


def happen(asked: Asked) -> None:
    """A delivery, one that is set aside, and a dead letter, so that the logs have something to show."""
    asked.dead.answers = [500] * 6
    asked.sim.update_person(asked.sim.person_ids()[0], first_name="Zora")
    asked.wait_employee(asked.sim.person_ids()[0], first_name="Zora")
    assert asked.hook(b"{").status == 200
    eventually(lambda: asked.rows("/events", state="aside"))
    eventually(lambda: asked.rows("/notifications", state="dead"))
    asked.dead.answers = []


def ask_traces(asked: Asked) -> None:
    for delivery in asked.rows("/deliveries"):
        asked.admin("GET", f"/trace/{delivery['delivery']}")
    letter = asked.rows("/notifications", state="dead")[0]["id"]
    assert asked.admin("GET", f"/trace/{letter}")["by"] == "notification"
    fetched = asked.rows("/log", kind="fetch")[0]["id"]
    seen = asked.admin("GET", f"/trace/{fetched}", by="record")
    assert {"received", "verified", "event", "fetch"} <= {stage["stage"] for stage in seen["stages"]}
    asked.admin("GET", "/trace/nothing-of-that-name", None, 404)


def ask_replays(asked: Asked) -> None:
    number = asked.rows("/events", state="aside")[0]["number"]
    letter = asked.rows("/notifications", state="dead")[0]["id"]
    assert asked.admin("POST", "/events/replay", {"number": number, "dry_run": True}) == {"dry_run": True, "count": 1}
    assert asked.admin("POST", "/events/replay", {"all": True, "dry_run": True})["count"] >= 1
    assert asked.admin("POST", "/events/replay", {"number": number})["replayed"] == 1
    asked.admin("POST", "/events/replay", {"integration": ACME})
    asked.admin("POST", "/events/replay", {"number": 10 ** 9}, 404)
    asked.admin("POST", "/events/replay", {}, 400)
    assert asked.admin("POST", "/notifications/replay", {"id": letter})["replayed"] == 1
    asked.admin("POST", "/notifications/replay", {"endpoint": "dead"})
    asked.admin("POST", "/notifications/replay", {"all": True})
    asked.admin("POST", "/notifications/replay", {"id": ONE}, 404)
    asked.admin("POST", "/notifications/replay", {}, 400)
    asked.admin("POST", "/endpoints/dead/disable")
    asked.admin("POST", "/endpoints/dead/enable")
    for end in ("enable", "disable"):
        asked.admin("POST", f"/endpoints/nobody/{end}", None, 404)


def ask_integrations(asked: Asked) -> None:
    wish = {"id": MADE, "organization": "Made AG", "base_url": asked.spare.url, "allow_private": True,
            "origin_id": "cust-7", "creator_email": "hr@made.example", "scope": "default",
            "settings": {"client_id": asked.spare.client_id, "client_secret": asked.spare.client_secret}}
    path = f"/integrations/{quote(MADE, safe='')}"

    asked.admin("POST", "/integrations", {"id": MADE}, 400)
    asked.admin("POST", "/integrations", wish)
    asked.admin("GET", path)
    asked.admin("POST", path + "/settings", {"settings": {"client_secret": asked.spare.client_secret}})
    asked.admin("POST", path + "/settings", {}, 400)
    asked.admin("POST", "/integrations/personio%3Aacme/settings", {"settings": {"client_id": "x"}}, 409)
    asked.admin("DELETE", "/integrations/personio%3Aacme", None, 409)
    asked.admin("DELETE", path)
    asked.admin("DELETE", "/integrations/personio%3Anobody", None, 404)
    asked.admin("POST", "/integrations/personio%3Anobody/settings", {"settings": {"a": "b"}}, 404)
    for way in ("/integrations", "/subscriptions"):
        asked.admin("GET", f"{way}/personio%3Aacme")
        asked.admin("GET", f"{way}/recruitee%3Aacme")
        asked.admin("GET", f"{way}/personio%3Anobody", None, 404)
        asked.admin("POST", f"{way}/personio%3Aacme/ensure")
        asked.admin("POST", f"{way}/personio%3Anobody/ensure", None, 404)
    asked.admin("POST", "/integrations/personio%3Aacme/sync", {"type": "FULL"})
    asked.admin("POST", "/integrations/personio%3Aacme/sync", {"type": "HALF"}, 400)
    asked.admin("POST", "/integrations/personio%3Apending/sync/cancel")
    asked.admin("POST", "/integrations/personio%3Anobody/sync/cancel", None, 404)
    asked.admin("POST", "/subscriptions/personio%3Anobody/remove", None, 404)
    asked.admin("POST", "/subscriptions/personio%3Aacme/remove")


def ask_daemon(asked: Asked) -> None:
    for probe in PROBES:
        assert asked.ask("GET", probe).status == 200
    asked.admin("GET", "/status")
    assert asked.ask("GET", "/admin/v1/openapi.json").status == 200
    for tool in ("personio", "recruitee", "hiring"):
        asked.admin("GET", f"/connectors/{tool}")
    asked.admin("GET", "/connectors/nobody", None, 404)
    asked.admin("POST", "/connectors/reload")
    asked.admin("POST", "/connectors/personio/reload")
    asked.admin("POST", "/connectors/nobody/reload", None, 404)
    asked.admin("POST", "/backup", {"path": str(asked.folder / "copy.weir"), "compact": True})
    asked.admin("POST", "/backup", {"path": "copy.weir"}, 400)
    asked.admin("GET", "/session")
    asked.admin("DELETE", "/session")
    asked.admin("POST", "/session", {"key": asked.weir.admin_key})
    asked.admin("POST", "/session", {"key": "not-the-right-key"}, 401)
    asked.admin("POST", "/session", {}, 400)
    asked.admin("POST", "/reload")
    asked.weir.write_config("no_such_key = 1;")
    assert asked.admin("POST", "/reload", None, 409)["report"]
    asked.weir.write_config()


def make_invalid(asked: Asked) -> None:
    """The tool refuses the credentials for days."""
    asked.sim.switches.token_error = "invalid_client"
    asked.sim.tokens.expire_all()

    def shown(name: str) -> Any:
        return asked.admin("GET", "/integrations/personio%3Aacme")[name]
    # What is due after the subscription was removed is spread over some time.
    eventually(lambda: shown("auth_failed_since") or asked.pass_time(hours=1), every=0.2)
    eventually(lambda: shown("state") == "INVALID" or asked.pass_time(hours=12), every=0.2)
