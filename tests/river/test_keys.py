"""Keys made at run time: what each role and each limited key may do, that they begin and end at once, and who did what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from weir import ACME, Got, Weir, call, eventually

TABLES = Path(__file__).resolve().parents[2] / "core" / "web"
ROUTE = re.compile(r'\{"(\w+)",\s*"(/admin/v1/[^"]*)",\s*\w+,\s*(?:true|false),\s*([A-Z_| \n]+)\}')
ROLES = ("read", "operate", "admin")
DAY_S = 24 * 3600


def routes() -> list[tuple[str, str, str]]:
    """Every route of the admin API as its table says: method, path, what it needs."""
    found = ROUTE.findall((TABLES / "admin.c").read_text())
    assert len(found) > 30
    return found


def add(weir: Weir, name: str, surface: str, role: str, *more: str) -> str:
    return weir.cli("keys", "add", name, "--for", surface, "--role", role, *more).stdout.strip()


def admin(weir: Weir, key: str, path: str, method: str = "GET") -> Got:
    return call(weir.admin_port, method, "/admin/v1" + path, {"Authorization": f"Bearer {key}"})


def test_every_admin_route_asks_for_its_role(river):
    keys = {role: add(river.weir, role, "admin", role) for role in ROLES}
    limited = add(river.weir, "limited", "admin", "admin", "--only", "personio:other")

    for method, template, needs in routes():
        path = template.removeprefix("/admin/v1").replace("{}", "personio:none")
        least = re.search(r"ROUTE_(READ|OPERATE|ADMIN)", needs)[1].lower()
        if method != "GET" and template != "/admin/v1/endpoints/{}/verify":  # which only looks at what it is sent
            assert least != "read", f"{method} {template} changes something"
        for role in ROLES:
            if path.endswith("/stream") and role in ROLES[ROLES.index(least):]:
                continue  # it would not end
            answer = admin(river.weir, keys[role], path, method)
            allowed = ROLES.index(role) >= ROLES.index(least)
            assert (answer.status != 403) == allowed and answer.status not in (0, 401, 500), (method, path, role, answer)
            assert allowed or answer.code == "FORBIDDEN"
        if "WHOLE" in needs:
            assert admin(river.weir, limited, path, method).status == 403, (method, path)


def test_a_key_works_at_once_after_a_restart_and_until_it_is_revoked(river):
    weir = river.weir
    key = add(weir, "reader", "app", "read")
    assert key.startswith("weir_") and len(key) == 48

    assert weir.api("/hris/employees", key=key).status == 200
    assert weir.api("/force-sync", key=key, method="POST", body={}).status == 403
    row = next(k for k in weir.listed("/keys") if k["name"] == "reader")
    assert (row["surface"], row["role"], row["state"], row["created_by"]) == ("app", "read", "active", "local")
    assert key.startswith(row["prefix"]) and eventually(lambda: weir.cli_json("keys", "show", "reader")["last_used_at"])
    assert "reader" in weir.cli("keys").stdout

    weir.restart()
    assert weir.api("/hris/employees", key=key).status == 200
    weir.cli("reload")
    assert weir.api("/hris/employees", key=key).status == 200

    weir.cli("keys", "revoke", "reader")
    assert weir.api("/hris/employees", key=key).status == 401
    assert weir.cli_json("keys", "show", "reader")["state"] == "revoked"
    weir.restart()
    assert weir.api("/hris/employees", key=key).status == 401
    weir.stop()
    for file in (weir.folder / "data").iterdir():
        assert key.encode() not in (file.read_bytes() if file.is_file() else b"")
    assert key not in weir.log.text()


def test_a_limited_key_sees_its_integrations_alone(make_river):
    river = make_river(people=3)
    river.tool("personio:second")
    river.start()
    weir = river.weir
    app = add(weir, "second-app", "app", "operate", "--only", "personio:second")
    ops = add(weir, "second-ops", "admin", "admin", "--only", "personio:second,okta:*")

    assert weir.api("/hris/employees", "personio:second", key=app).status == 200
    hidden = weir.api("/hris/employees", ACME, key=app)
    unknown = weir.api("/hris/employees", "personio:acmf", key=app)
    assert hidden.status == unknown.status == 404 and hidden.code == unknown.code
    assert hidden.json["error"]["message"].replace(ACME, "") == unknown.json["error"]["message"].replace(
        "personio:acmf", "")
    assert weir.api("/force-sync", ACME, key=app, method="POST", body={}).status == 404
    assert weir.api(f"/integrations/{ACME}", None, key=app).status == 404

    assert [i["id"] for i in admin(weir, ops, "/integrations").data["results"]] == ["personio:second"]
    assert {s["integration"] for s in admin(weir, ops, "/syncs").data["results"]} == {"personio:second"}
    assert {e["integration"] for e in admin(weir, ops, "/log").data["results"]} <= {"personio:second"}
    assert admin(weir, ops, f"/integrations/{ACME}").status == 404
    assert admin(weir, ops, f"/integrations/{ACME}/sync", "POST").status == 404
    assert admin(weir, ops, "/integrations/personio:second/sync", "POST").status == 200
    assert {e["target"] for e in admin(weir, ops, "/audit").data["results"]} == {"personio:second"}


@pytest.mark.parametrize("path", ["/status", "/overview", "/endpoints", "/endpoints/app", "/connectors",
                                  "/connectors/personio", "/keys"])
def test_a_limited_key_is_told_nothing_that_counts_the_integrations_of_others(make_river, path):
    river = make_river(people=3)
    river.tool("personio:second")
    river.start()
    ops = add(river.weir, "second-ops", "admin", "admin", "--only", "personio:second")

    refused = admin(river.weir, ops, path)

    assert (refused.status, refused.code) == (403, "FORBIDDEN")
    assert refused.json["error"]["message"] == (
        'The key "second-ops" is for some integrations alone, and GET /admin/v1'
        f'{path.replace("/app", "/{}").replace("/personio", "/{}")} is about more than those.')
    assert river.weir.admin(path).status == 200


def test_a_limited_key_sees_of_what_went_out_only_its_own(make_river):
    river = make_river(people=3)
    river.tool("personio:second")
    river.start()
    river.settle()
    weir = river.weir
    ops = add(weir, "second-ops", "admin", "admin", "--only", "personio:second")

    for path in ("/notifications?state=delivered", "/attempts", "/deliveries", "/events", "/subscriptions"):
        whole = {row["integration"] for row in weir.admin(path).data["results"]}
        seen = {row["integration"] for row in admin(weir, ops, path).data["results"]}
        assert seen == whole & {"personio:second"}, path
    others = [n for n in weir.listed("/notifications", state="delivered") if n["integration"] == ACME]
    assert others
    for path in (f"/notifications/{others[0]['id']}", f"/trace/{others[0]['id']}", f"/integrations/{ACME}/records/"
                 "hris_employees"):
        assert weir.admin(path).status == 200, path
        assert admin(weir, ops, path).status == 404, path


def test_keys_of_the_file_may_have_a_role_and_a_limit_and_are_changed_there(make_river):
    river = make_river(people=3)
    weir = river.weir
    weir.config["api_keys"] = [{"name": "app", "key": "@env:WEIR_API_KEY"},
                               {"name": "other", "key": "another-key-of-the-file", "role": "read",
                                "integrations": ["okta:*"]}]
    weir.config["admin_keys"] = [{"name": "ops", "key": "@env:WEIR_ADMIN_KEY", "role": "operate"}]
    river.start()

    assert weir.api("/hris/employees", key="another-key-of-the-file").status == 404
    assert weir.admin("/reload", "POST").status == 403
    assert weir.admin(f"/integrations/{ACME}/sync", "POST", {}).status == 200
    refused = weir.cli("keys", "revoke", "other", check=False)
    assert refused.returncode == 1 and "configuration file" in refused.stderr

    weir.config["api_keys"][1]["integrations"] = ["personio:*"]
    weir.write_config()
    weir.cli("reload")
    assert weir.api("/hris/employees", key="another-key-of-the-file").status == 200
    assert weir.api("/force-sync", key="another-key-of-the-file", method="POST", body={}).status == 403

    weir.config["api_keys"][1]["integrations"] = ["personio"]
    weir.write_config()
    assert "no pattern" in weir.cli("reload", check=False).stderr
    assert weir.api("/hris/employees", key="another-key-of-the-file").status == 200


def test_a_key_ends_by_itself_and_the_audit_log_is_kept_for_its_time(make_river):
    river = make_river(people=3)
    weir = river.weir
    weir.make_time_movable()
    river.start()
    key = add(weir, "brief", "admin", "operate", "--expires", "7")
    assert admin(weir, key, f"/integrations/{ACME}/ensure", "POST").status == 200
    assert admin(weir, key, "/reload", "POST").status == 403

    entries = weir.cli_json("audit", "--who", "brief")["results"]
    assert [(e["route"], e["target"], e["outcome"], e["from"]) for e in entries] == [
        ("/admin/v1/reload", None, "denied", "127.0.0.1"),
        ("/admin/v1/integrations/{}/ensure", ACME, "done", "127.0.0.1")]
    assert "brief" in weir.cli("audit", "--outcome", "denied").stdout
    assert weir.cli_json("audit", "--target", "brief")["results"][0]["route"] == "/admin/v1/keys"
    assert weir.cli_json("audit", "--who", "nobody")["results"] == []

    weir.pass_time(8 * DAY_S)
    assert admin(weir, key, "/status").status == 401
    assert weir.cli_json("keys", "show", "brief")["state"] == "expired"
    weir.restart()
    assert len(weir.cli_json("audit", "--who", "brief")["results"]) == 2

    weir.pass_time(370 * DAY_S)
    eventually(lambda: weir.cli_json("audit", "--who", "brief")["results"] == [])
    assert weir.cli_json("audit", "--limit", "1")["results"], "what was done since is still there"
    eventually(lambda: weir.cli("keys", "show", "brief", check=False).returncode == 1)


@pytest.mark.parametrize("words, says", [
    (["add"], "needs the name"), (["add", "x"], "add needs --for"), (["list", "--role", "read"], "mean nothing"),
    (["drop", "x"], "means nothing")])
def test_the_command_says_what_is_wrong(tmp_path, words, says):
    weir = Weir(tmp_path)
    weir.write_config()
    told = weir.cli("keys", *words, check=False)
    assert told.returncode == 2 and says in told.stderr
    weir.close()
