"""The tools' own data beside the unified one: payloads, integration fields, custom fields; and how long all of it stays."""

from __future__ import annotations

import json

from weir import ACME, eventually
from whole_river import person_event

MODELS = {"hris_employees": "enabled", "hris_employments": "enabled", "hris_teams": "enabled",
          "hris_locations": "enabled", "hris_legal_entities": "enabled", "hris_absences": "enabled",
          "hris_absence_types": "enabled"}
PAYLOAD = {"fields": {"remote_data": "enabled"}, "default_field": "enabled"}
INTEGRATION = "/integrations/personio%3Aacme"


def rescope(river, **models) -> None:
    river.weir.config["scopes"] = [{"name": "default", "models": MODELS | models}]
    river.weir.write_config()
    assert river.weir.admin("/reload", "POST").status == 200


def field(river, key: str, model: str = "hris_employees") -> dict:
    rows = river.weir.api(INTEGRATION + "/integration-fields", page_size=250).data["results"]
    found = [row for row in rows if (row["key"], row["model"]) == (key, model)]
    return found[0] if found else {}


def custom(river, key: str) -> dict:
    return next(row for row in river.weir.api(INTEGRATION + "/custom-fields").data["results"] if row["key"] == key)


def map_to(river, key: str, from_key: str | None) -> dict:
    body = {"integration_field_id": field(river, from_key)["id"] if from_key else None}
    return river.weir.api(f"{INTEGRATION}/custom-fields/{custom(river, key)['id']}", method="PUT", body=body).data


# Payloads

def test_payloads_are_kept_for_the_models_whose_scope_names_them(make_river):
    river = make_river(people=3, scope=MODELS | {"hris_employees": PAYLOAD})
    river.start()
    person = river.sim.person_ids()[0]
    row = river.weir.employee(person)
    assert row["remote_data"].keys() == {"/v2/persons", "/v2/persons/{id}/employments"}
    assert row["remote_data"]["/v2/persons"]["id"] == person
    assert all(one["remote_data"] is None for one in river.weir.rows("/hris/employments"))
    assert all(one["remote_data"] is None for one in river.weir.rows("/hris/absences"))
    assert [g["name"] for g in row["teams"]] == [g["name"] for g in row["groups"]]

    mark = river.weir.log.mark()
    rescope(river, hris_employments=PAYLOAD)
    assert river.weir.employee(person)["remote_data"] is None
    river.weir.cli("sync", ACME)
    river.weir.wait_log("sync ended", mark, integration=ACME, state="SUCCEEDED")
    assert all(one["remote_data"]["/v2/persons/{id}/employments"]["id"] == one["remote_id"]
               for one in river.weir.rows("/hris/employments"))


def test_a_change_of_the_payload_alone_is_kept_and_is_no_change(make_river):
    river = make_river(people=3, scope=MODELS | {"hris_employees": PAYLOAD})
    river.start()
    person = river.sim.person_ids()[0]
    before = river.weir.employee(person)
    mark = river.weir.log.mark()
    with river.sim.lock:
        river.sim.company.persons[person]["updated_at"] = "2031-04-05T06:07:08Z"

    assert river.hook(person_event(person)).status == 200

    river.weir.wait_log("record stored", mark, remote_id=person, result="unchanged")
    after = river.weir.employee(person)
    assert after["remote_data"]["/v2/persons"].pop("updated_at").startswith("2031-04-05T06:07:08")
    before["remote_data"]["/v2/persons"].pop("updated_at")
    assert after == before
    river.settle()
    assert river.app.messages == []


# Fields

def test_a_custom_field_is_filled_from_what_a_sync_met_and_its_records_are_told(make_river):
    river = make_river(people=5, custom_fields=[
        {"key": "favourite", "model": "hris_employees", "label": "Favourite colour"}])
    river.start()
    eventually(lambda: field(river, "color"), say="the attribute was not met")
    assert field(river, "color")["type"] == "CUSTOM" and not field(river, "email")
    people = river.weir.rows("/hris/employees")
    newest = max(row["changed_at"] for row in people)
    assert all("favourite" not in row["custom_fields"] for row in people)

    shown = map_to(river, "favourite", "color")

    assert shown["integration_field"]["key"] == "color" and shown["label"] == "Favourite colour"
    person = people[0]["remote_id"]
    river.wait_message("hris_employees", person, "updated")
    rows = river.weir.rows("/hris/employees")
    assert [row["custom_fields"]["favourite"] for row in rows] == [row["custom_fields"]["color"] for row in rows]
    assert {row["changed_at"] for row in rows} == {row["changed_at"] for row in people}
    later = river.weir.rows("/hris/employees", updated_after=newest.replace("Z", "")[:-3] + "999Z")
    assert {row["remote_id"] for row in later} == {row["remote_id"] for row in people}
    red = river.weir.rows("/hris/employees", custom_fields=json.dumps({"favourite": "Red"}))
    assert red and all(row["custom_fields"]["color"] == "Red" for row in red)

    river.weir.restart()
    assert custom(river, "favourite")["integration_field"]["key"] == "color"
    map_to(river, "favourite", None)
    assert all("favourite" not in row["custom_fields"] for row in river.weir.rows("/hris/employees"))


def test_members_of_the_payload_are_fields_and_are_shown_when_asked_for(make_river):
    river = make_river(people=3, scope=MODELS | {"hris_employees": PAYLOAD})
    river.start()
    eventually(lambda: field(river, "profile_picture.url"), say="the payload's members were not met")
    made = river.weir.admin("/custom-fields", "POST", {"key": "picture", "model": "hris_employees"}).data
    assert custom(river, "picture")["id"] == made["id"]
    map_to(river, "picture", "profile_picture.url")
    one = field(river, "email")
    patched = river.weir.api(f"{INTEGRATION}/integration-fields/{one['id']}", method="PATCH",
                             body={"enable_passthrough": True}).data
    assert patched == one | {"is_passthrough_enabled": True} and one["type"] == "DEFAULT"

    for row in river.weir.rows("/hris/employees"):
        payload = row["remote_data"]["/v2/persons"]
        assert row["custom_fields"]["picture"] == payload["profile_picture"]["url"]
        assert row["integration_fields"] == [{"id": one["id"], "key": "email", "type": "DEFAULT",
                                              "value": payload["email"], "label": None}]

    assert river.weir.admin(f"/custom-fields/{made['id']}", "DELETE").status == 200
    assert all("picture" not in row["custom_fields"] for row in river.weir.rows("/hris/employees"))


# How long it stays

def test_what_a_deleted_person_was_is_erased_after_fourteen_days(make_river):
    river = make_river(people=4, movable=True)
    river.start()
    person = river.sim.person_ids()[0]
    river.sim.delete_person(person)
    gone = eventually(lambda: (river.weir.employee(person, include_deleted="true") or {}).get("remote_deleted_at")
                      and river.weir.employee(person, include_deleted="true"))
    assert gone["first_name"] and river.weir.employee(person) is None

    river.pass_time(days=13)
    assert river.weir.employee(person, include_deleted="true")["first_name"] == gone["first_name"]
    river.pass_time(days=1, hours=2)

    erased = eventually(lambda: (row := river.weir.employee(person, include_deleted="true"))
                        and row["first_name"] is None and row, say="the content was not erased")
    assert (erased["id"], erased["remote_id"]) == (gone["id"], person)
    assert erased["remote_deleted_at"] == gone["remote_deleted_at"] and erased["changed_at"] > gone["changed_at"]
    assert erased["custom_fields"] is None and erased["groups"] == [] and erased["employments"] == []


def test_a_model_that_is_switched_off_is_deleted_at_once_and_erased_after_fourteen_days(make_river):
    river = make_river(people=4, scope=MODELS, movable=True)
    river.start()
    names = {row["remote_id"]: row["name"] for row in river.weir.rows("/hris/groups")}
    assert names and all(names.values())

    mark = river.weir.log.mark()
    rescope(river, hris_teams="disabled")
    river.weir.wait_log("records of a model that is switched off are marked as deleted", mark, model="hris_teams")
    assert river.weir.api("/hris/groups").code == "INTEGRATION.MODEL_DISABLED"

    river.sim.poisoned["/v2"] = 503  # what is shown from here on is what was kept
    rescope(river)
    rows = river.weir.rows("/hris/groups", include_deleted="true")
    assert {row["remote_id"]: row["name"] for row in rows} == names
    assert all(row["remote_deleted_at"] for row in rows) and river.weir.rows("/hris/groups") == []

    rescope(river, hris_teams="disabled")
    river.pass_time(days=14, hours=2)
    rescope(river)
    eventually(lambda: all(row["name"] is None for row in river.weir.rows("/hris/groups", include_deleted="true")),
               say="the names were not erased")
    assert len(river.weir.rows("/hris/groups", include_deleted="true")) == len(names)


def test_a_field_that_is_switched_off_is_null_after_the_next_sync(make_river):
    river = make_river(people=3, scope=MODELS, movable=True)
    river.start()
    person = river.sim.person_ids()[0]
    assert river.weir.employee(person)["job_title"]
    mark = river.weir.log.mark()
    rescope(river, hris_employees={"fields": {"job_title": "disabled"}, "default_field": "enabled"})
    assert river.weir.employee(person)["job_title"] is None
    river.weir.cli("sync", ACME)
    river.weir.wait_log("sync ended", mark, integration=ACME, state="SUCCEEDED")

    river.sim.poisoned["/v2"] = 503
    rescope(river)

    assert river.weir.employee(person)["job_title"] is None and river.weir.employee(person)["first_name"]


# Attachments

def test_attachments_answer_as_the_contract_tables_it(make_river):
    river = make_river(people=2)
    river.start()
    for path in ("/ats/candidates/x/attachments", "/ats/applications/x/attachments"):
        got = river.weir.api(path)
        assert (got.status, got.code) == (501, "INTEGRATION.MODEL_NOT_AVAILABLE")
        assert river.weir.api(path, integration=None).code == "PLATFORM.INPUT_INVALID"


# The file

def test_a_custom_field_of_a_model_that_has_none_is_a_finding(make_river):
    river = make_river(people=1, custom_fields=[{"key": "city", "model": "hris_teams"}])
    river.weir.write_config()
    done = river.weir.cli("check", check=False)
    assert done.returncode != 0 and "has no custom fields" in done.stdout + done.stderr
    river.weir.config["custom_fields"] = [{"key": "city", "model": "hris_employee"}]
    river.weir.write_config()
    done = river.weir.cli("check", check=False)
    assert done.returncode != 0 and "hris_employees" in done.stdout + done.stderr
