"""What is asked of a river whose answers are held against the OpenAPI file: what is made, changed and taken away."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from asked import EMPTY, HIRING, NARROW, OFF, ONE, PENDING, Asked
from sim.receiver import Receiver
from weir import ACME, eventually

CUSTOMER = {"end_user_email": "hr@kreisel.example", "end_user_organization_name": "Kreisel & Söhne",
            "end_user_origin_id": "cust-77"}


def of(integration: str, end: str = "") -> str:
    return f"/integrations/{quote(integration, safe='')}{end}"


NOBODY = of("personio:nobody")


def ask_fields(asked: Asked) -> None:
    wish = {"key": "picture", "model": "hris_employees", "label": "Picture", "description": "Of the badge"}
    made = asked.admin("POST", "/custom-fields", wish)
    assert asked.admin("POST", "/custom-fields", wish | {"label": None}) == made | {"label": None}
    asked.admin("POST", "/custom-fields", wish | {"key": "favourite"}, 409)
    asked.admin("POST", "/custom-fields", {"key": "city", "model": "hris_teams"}, 400)
    kept = asked.admin("GET", "/custom-fields")["results"]
    assert [row["runtime"] for row in kept] == [False, True]

    fields = asked.api("GET", of(ACME, "/integration-fields"), page_size=250)["results"]
    field = next(row for row in fields if row["model"] == "hris_employees")
    path = of(ACME, f"/custom-fields/{made['id']}")
    assert asked.api("PUT", path, {"integration_field_id": field["id"]})["integration_field"]["id"] == field["id"]
    assert asked.api("GET", of(ACME, "/custom-fields"), page_size=1)["next"]
    assert asked.api("PUT", path, {"integration_field_id": None})["integration_field"] is None
    asked.api("PUT", path, {"integration_field_id": "nothing"}, 400)
    asked.api("PUT", of(ACME, f"/custom-fields/{ONE}"), {"integration_field_id": None}, 404)
    path = of(ACME, f"/integration-fields/{field['id']}")
    for shown in (True, None, False):
        asked.api("PATCH", path, {"enable_passthrough": shown})
    asked.api("PATCH", path, {}, 400)
    asked.api("PATCH", of(ACME, f"/integration-fields/{ONE}"), {"enable_passthrough": True}, 404)

    asked.admin("DELETE", f"/custom-fields/{made['id']}")
    asked.admin("DELETE", f"/custom-fields/{made['id']}", None, 404)
    asked.admin("DELETE", f"/custom-fields/{kept[0]['id']}", None, 409)


def ask_endpoints(asked: Asked) -> None:
    receiver = Receiver([]).start()
    asked.receivers.append(receiver)
    wish = {"name": "crm", "url": receiver.url, "allow_private": True, "headers": {"X-Tenant": "blue-tenant"},
            "events": ["data-changed", "sync-finished"], "integrations": [ACME], "order": "strict", "concurrency": 2,
            "timeout_ms": 3000}
    made = asked.admin("POST", "/endpoints", wish)
    receiver.secrets = [made["secret"]]
    asked.words += [made["secret"], "blue-tenant"]
    asked.admin("POST", "/endpoints", wish, 409)
    asked.admin("POST", "/endpoints", {"name": "crm2"}, 400)
    for name in ("crm", "app", "dead"):
        asked.admin("GET", f"/endpoints/{name}")
    asked.admin("GET", "/endpoints/nobody", None, 404)
    changed = asked.admin("PATCH", "/endpoints/crm", {"headers": {"X-Tenant": None}, "order": "none"})
    assert (changed["headers"], changed["order"]) == ([], "none")
    asked.admin("PATCH", "/endpoints/crm", {"order": "upwards"}, 400)
    asked.admin("PATCH", "/endpoints/app", {"order": "none"}, 409)
    asked.admin("PATCH", "/endpoints/nobody", {"order": "none"}, 404)

    assert asked.admin("POST", "/endpoints/crm/test")["delivered"] is True
    receiver.answers = lambda message: 500  # to whatever else arrives meanwhile, too
    assert asked.admin("POST", "/endpoints/crm/test")["status"] == 500
    receiver.answers = []
    asked.admin("POST", "/endpoints/nobody/test", None, 404)
    first = asked.admin("POST", "/endpoints/crm/rotate")
    asked.words.append(first["secret"])
    assert len(first["secrets"]) == 2 and first["secrets"][1]["valid_until"]
    own = asked.admin("POST", "/endpoints/crm/rotate", {"secret": "a-secret-of-our-own", "overlap_hours": 0})
    assert own["secret"] is None
    asked.admin("POST", "/endpoints/app/rotate", {}, 409)
    asked.admin("POST", "/endpoints/nobody/rotate", {}, 404)
    proof = asked.admin("POST", "/endpoints/crm/verify", {"id": "m1", "timestamp": "1", "signature": "v1,AA", "body": "{}"})
    assert not proof["valid"]
    assert asked.admin("DELETE", "/endpoints/crm", force="true") == {"dead_letters": 0}
    asked.admin("DELETE", "/endpoints/app", None, 409)
    asked.admin("DELETE", "/endpoints/crm", None, 404)


def ask_keys(asked: Asked) -> None:
    for wish in ({"name": "reader", "surface": "app", "role": "read"},
                 {"name": "helper", "surface": "admin", "role": "operate", "integrations": ["personio:*"],
                  "expires_in_days": 30}):
        asked.words.append(asked.admin("POST", "/keys", wish)["key"])
        asked.admin("POST", "/keys", wish, 409)
    asked.admin("POST", "/keys", {"name": "boss", "surface": "app", "role": "admin"}, 400)
    for name in ("reader", "helper", "app"):
        assert asked.admin("GET", f"/keys/{name}")["name"] == name
    asked.admin("GET", "/keys/nobody", None, 404)
    asked.admin("DELETE", "/keys/reader")
    assert {row["state"] for row in asked.rows("/keys")} == {"active", "revoked"}
    asked.admin("DELETE", "/keys/nobody", None, 404)
    asked.admin("DELETE", "/keys/app", None, 409)


def ask_scopes(asked: Asked) -> None:
    wish = {"models": {"hris_employees": {"state": "enabled", "fields": {"work_email": "disabled"},
                                          "default_field": "enabled"}, "hris_teams": "optional"},
            "actions": {"hris_create_absence": "optional"}}
    asked.admin("POST", "/scopes", {"name": "lean", "dry_run": True} | wish)
    asked.admin("POST", "/scopes", {"name": "lean"} | wish)
    asked.admin("POST", "/scopes", {"name": "lean"} | wish, 409)
    asked.admin("POST", "/scopes", {"name": "x", "models": {"hris_people": "enabled"}}, 400)
    shown = asked.admin("GET", "/scopes/lean")
    assert shown["actions"]["hris_create_absence"] == "optional"
    assert shown["models"]["hris_employees"]["fields"]["work_email"] == "disabled"
    asked.admin("GET", "/scopes/nobody", None, 404)
    asked.admin("PUT", of(NARROW, "/scope"), {"scope": "lean", "dry_run": True})
    given = asked.admin("PUT", of(NARROW, "/scope"), {"scope": "lean"})["effects"][0]
    assert {one["change"] for one in given["models"]} == {"fields", "added"}
    taken = asked.admin("PUT", "/scopes/lean", {"models": {"hris_employees": "enabled"}, "dry_run": True})
    assert {one["change"] for one in taken["effects"][0]["models"]} == {"fields", "removed"}
    asked.admin("PUT", "/scopes/lean", {"models": {"hris_employees": "enabled"}})
    asked.admin("PUT", "/scopes/default", {"models": {"hris_employees": "enabled"}}, 409)
    asked.admin("PUT", "/scopes/lean", {"models": 7}, 400)
    asked.admin("PUT", of(NARROW, "/scope"), {"scope": "nowhere"}, 400)
    asked.admin("PUT", "/integrations/personio%3Anobody/scope", {"scope": "lean"}, 404)
    asked.admin("DELETE", "/scopes/lean", None, 409)
    asked.admin("PUT", of(NARROW, "/scope"), {"scope": "narrow"})
    asked.admin("DELETE", "/scopes/lean")
    asked.admin("DELETE", "/scopes/lean", None, 404)


def ask_records(asked: Asked) -> None:
    path = of(ACME, "/records/hris_employees")
    assert asked.admin("GET", path, page_size=1, include_deleted="true", updated_after="2026-01-01")["next"]
    assert asked.admin("GET", of(HIRING, "/records/ats_candidates"))["results"]
    asked.admin("GET", path, None, 400, cursor="nonsense")
    asked.admin("GET", of(ACME, "/records/hris_people"), None, 404)
    asked.admin("GET", NOBODY + "/records/hris_employees", None, 404)
    asked.admin("GET", of(NARROW, "/records/hris_absences"), None, 403)
    asked.admin("GET", of(PENDING, "/records/hris_employees"), None, 409)
    asked.admin("GET", of(OFF, "/records/hris_employees"), None, 409)
    asked.admin("GET", of(HIRING, "/records/hris_employees"), None, 501)
    table = asked.admin("GET", "/models")
    assert any(one["name"] == "hris_employees" and one["listed"] for one in table["models"]) and table["actions"]
    person = asked.admin("GET", path)["results"][0]["id"]
    assert asked.admin("GET", of(ACME, f"/changes/{person}"), limit=1)["results"]
    asked.admin("GET", of(ACME, f"/changes/{person}"), None, 400, cursor="nonsense")
    asked.admin("GET", NOBODY + f"/changes/{person}", None, 404)


def ask_actions(asked: Asked) -> None:
    types = asked.api("GET", "/hris/absence-types", on=ACME)["results"]
    away = {absence.person_id for absence in asked.sim.company.absences.values() if absence.end is None}
    people = asked.api("GET", "/hris/employees", on=ACME)["results"]
    wish = {"employee_id": next(row["id"] for row in people if row["remote_id"] not in away),
            "absence_type_id": next(row["id"] for row in types if row["name"] == "Vacation"),
            "start_date": "2031-03-10", "end_date": "2031-03-12", "employee_note": None, "status": "REQUESTED"}
    made = asked.api("POST", "/hris/absences", wish, on=ACME)
    assert asked.api("POST", "/hris/absences", wish, 400, on=ACME)["code"] == "REMOTE.INPUT_INVALID"
    asked.api("POST", "/hris/absences", wish | {"unit": "WEEKS"}, 400, on=ACME)
    asked.api("POST", "/hris/absences", wish, 403, on=NARROW)
    asked.api("POST", "/hris/absences", wish, 409, on=OFF)
    asked.api("POST", "/hris/absences", wish, 501, on=HIRING)
    switches = asked.sim.switches
    switches.missing_rights = ["absences:write"]
    later = wish | {"start_date": "2031-05-01", "end_date": "2031-05-02"}
    asked.api("POST", "/hris/absences", later, 403, on=ACME)
    switches.missing_rights = []
    for call, theirs, ours in (("POST /v2/absence-periods", 503, 503), ("POST /v2/absence-periods", 429, 429),
                               ("GET /v2/absence-periods/{id}", 404, 502)):  # made, but not read back
        switches.fail_match, switches.fail_status, switches.fail_count = call, theirs, 1
        asked.api("POST", "/hris/absences", later, ours, on=ACME)
    path = f"/hris/absences/{made['id']}"
    assert asked.api("DELETE", path, {}, on=ACME)["remote_deleted_at"]
    asked.api("DELETE", path, {}, 404, on=ACME)
    asked.api("DELETE", path, {}, 403, on=NARROW)

    path = "/passthrough/personio/personnelv2"
    for wish in ({"method": "GET", "path": "/persons", "params": {"limit": "1"}},
                 {"method": "GET", "path": "/persons/999999", "headers": {"Accept": "application/json"}},
                 {"method": "GET", "path": "/persons?limit=1", "response_as_base64": True}):
        assert asked.api("POST", path, wish, on=ACME)["url"]
    asked.api("POST", path, {"method": "GET"}, 400, on=ACME)
    asked.api("POST", "/passthrough/personio/payroll", {"method": "GET", "path": "/"}, 404, on=ACME)
    asked.api("POST", path, {"method": "GET", "path": "/persons"}, 404, on="personio:nobody")
    asked.api("POST", path, {"method": "GET", "path": "/persons"}, 409, on=OFF)


def ask_life(asked: Asked) -> None:
    for end in ("disable", "enable"):
        asked.admin("POST", of(ACME, f"/{end}"))
        asked.admin("POST", NOBODY + f"/{end}", None, 404)
    asked.admin("POST", of(OFF, "/enable"), None, 409)
    for value in (False, True):
        asked.api("PUT", of(ACME, "/enabled"), {"value": value})
    asked.api("PUT", of(ACME, "/enabled"), {"value": "yes"}, 400)
    asked.api("PUT", NOBODY + "/enabled", {"value": True}, 404)

    got = asked.ask("GET", "/v1/hris/employees", EMPTY)
    assert (got.status, got.code) == (409, "INTEGRATION.QA_FAILED")
    asked.admin("GET", of(EMPTY))
    asked.admin("POST", of(EMPTY, "/pass-qa"))
    assert asked.api("GET", "/hris/employees", on=EMPTY)["results"] == []
    asked.admin("POST", NOBODY + "/pass-qa", None, 404)


def die(asked: Asked) -> str:
    """A notification that the endpoint "dead" does not take."""
    known = {row["id"] for row in asked.rows("/notifications", state="dead")}
    asked.dead.answers = [500] * 6
    person = asked.sim.person_ids()[1]
    asked.sim.update_person(person, first_name=f"Zora {len(known)}")
    [one] = eventually(lambda: {row["id"] for row in asked.rows("/notifications", state="dead")} - known)
    asked.dead.answers = []
    return one


def ask_letters(asked: Asked) -> None:
    """What was given up, or taken, one by one and in bulk."""
    letter = die(asked)
    assert asked.admin("GET", f"/notifications/{letter}")["state"] == "dead"
    taken = eventually(lambda: asked.rows("/notifications", state="delivered", endpoint="app", since="1h"))[0]["id"]
    assert asked.admin("GET", f"/notifications/{taken}")["state"] == "delivered"
    asked.admin("GET", f"/notifications/{ONE}", None, 404)
    assert asked.admin("GET", "/overview")["dead_letters"] >= 1
    assert asked.admin("POST", "/notifications/replay", {
        "endpoint": "app", "since": "1h", "state": "delivered", "dry_run": True})["count"] >= 1
    wish = {"id": letter, "reason": "the customer left"}
    assert asked.admin("POST", "/notifications/discard", wish | {"dry_run": True}) == {"dry_run": True, "count": 1}
    assert asked.admin("POST", "/notifications/discard", wish) == {"discarded": 1}
    asked.admin("POST", "/notifications/discard", wish, 404)
    asked.admin("POST", "/notifications/discard", {"all": True}, 400)
    assert asked.rows("/log", kind="notification", id=letter)[0]["reason"] == "the customer left"


def ask_again(asked: Asked) -> None:
    """Records are looked at again."""
    number = asked.rows("/deliveries", outcome="read")[0]["delivery"]
    assert asked.admin("POST", "/deliveries/replay", {"number": number})["deliveries"] == 1
    asked.admin("POST", "/deliveries/replay", {"since": "1h", "until": "0s", "integration": ACME, "dry_run": True})
    asked.admin("POST", "/deliveries/replay", {}, 400)
    asked.admin("POST", "/deliveries/replay", {"number": 10 ** 9}, 404)
    wish = {"model": "hris_employees", "remote_id": asked.sim.person_ids()[0]}
    asked.admin("POST", of(ACME, "/refetch"), wish)
    asked.admin("POST", of(ACME, "/refetch"), wish | {"model": "hris_nothing"}, 400)
    asked.admin("POST", NOBODY + "/refetch", wish, 404)


def ask_changes(asked: Asked) -> None:
    page = asked.api("GET", "/changes", page_size=2, include="record")
    assert page["has_more"] and page["results"][0]["record"]
    while page["has_more"]:
        page = asked.api("GET", "/changes", page_size=250, include="record", cursor=page["next"])
    asked.api("GET", "/changes", on=ACME, models="hris_employees,hris_absences")
    asked.api("GET", "/changes", None, 404, on="personio:nobody")
    asked.api("GET", "/changes", None, 400, cursor="nonsense")
    asked.api("GET", "/changes/stream", None, 400, models="hris_people")
    asked.api("GET", "/changes/stream", None, 404, on="personio:nobody")


def ask_streams(asked: Asked) -> None:
    """With what comes while they are open, and with the end."""
    streams = [asked.listen("/v1/changes"), asked.listen("/v1/changes/stream", cursor="now", include="record"),
               asked.listen("/admin/v1/log/stream"), asked.listen("/admin/v1/notifications/stream"),
               asked.listen("/admin/v1/overview/stream")]
    assert asked.hook(b'ats_tags t1 {"name":"by a friend"}', integration=HIRING, token="").status == 200
    for stream, event in zip(streams, ("change", "change", "log", "attempt", "overview")):
        stream.wait(event)
    streams[3].wait("notification")
    asked.weir.stop()
    for stream in streams:
        assert stream.wait("end") == {"reason": "stopping"}
        stream.close()


def connect(asked: Asked, path: str, status: int = 200, **body: Any) -> Any:
    return asked.customer("POST", path + "/submit", body, status)


def look(asked: Asked, path: str, stage: str, status: int = 200) -> Any:
    """What a customer sees."""
    page = asked.customer("GET", path, status=status)
    assert page.startswith(b"<!doctype html>")
    state = asked.customer("GET", path + "/state", status=status)
    assert status != 200 or state["stage"] == stage
    return state


def ask_links(asked: Asked) -> str:
    """The integration that a customer made."""
    asked.api("POST", "/connect/create-link", {"end_user_email": "hr@kreisel.example"}, 400)
    asked.admin("POST", "/links", {}, 400)
    asked.keep(asked.admin("POST", "/links", CUSTOMER | {"integration_category": "ATS", "link_type": "MAGIC_LINK"}))
    link = asked.keep(asked.api("POST", "/connect/create-link", CUSTOMER | {"integration_tool": "by_hand"}))
    assert look(asked, link, "connect")["tools"][0]["models"]
    for wrong in ({"tool": 7}, {"settings": {"password": "wrong sesame"}}, {"settings": {"nosuch": "x"}}):
        connect(asked, link, 400, **wrong)
    done = connect(asked, link, settings={"password": "open sesame"})
    asked.words += [done["token"], "wrong sesame", "open sesame"]
    assert look(asked, link, "steps")["steps"][0]["copy_value"]
    one = asked.api("GET", f"/connect/integration-by-token/{done['token']}")["id"]
    asked.api("GET", f"/connect/integration-by-token/{done['token']}", None, 404)
    for where, unknown in ((asked.api, 404), (asked.admin, 404)):
        asked.keep(where("POST", of(one, "/relink"), {"language": "de"}))
        asked.keep(where("POST", of(one, "/relink")))
        where("POST", of(ACME, "/relink"), {}, 400)
        where("POST", NOBODY + "/relink", {}, unknown)
        asked.keep(where("POST", of(one, "/setup-link"), {"link_type": "EMBEDDED"}))
        where("POST", of(one, "/setup-link"), {}, 400)
        where("POST", NOBODY + "/setup-link", {"link_type": "EMBEDDED"}, unknown)
    connect(asked, link, done=True)
    look(asked, link, "done")
    connect(asked, link, 410, done=True)
    look(asked, "/connect/" + "x" * 43, "", 404)
    connect(asked, "/connect/" + "x" * 43, 404)
    free = asked.keep(asked.api("POST", "/connect/create-link", CUSTOMER))
    assert len(look(asked, free, "connect")["tools"]) > 2
    for _ in range(10):
        connect(asked, free, 400, tool="by_hand", settings={"password": "wrong sesame"})
    connect(asked, free, 429, tool="by_hand", settings={"password": "open sesame"})
    asked.pass_time(hours=1.1)
    look(asked, free, "", 410)
    return one


def ask_end(asked: Asked, integration: str) -> None:
    asked.api("DELETE", of(integration), {})
    asked.api("DELETE", of(integration), {}, 404)
    asked.api("DELETE", of(ACME), {}, 400)
