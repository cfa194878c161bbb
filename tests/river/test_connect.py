"""Connection links: what a customer is asked, what is made of it, and what the application gets."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest

from weir import ACME, Got, call, eventually, has_pages

CREATED = "integration-created"
FAILED = "connection-flow-failed"
MADE = "personio:made"
SECRET = "papi-made-at-run-time"
CUSTOMER = {"end_user_email": "hr@kreisel.example", "end_user_organization_name": "Kreisel & Söhne",
            "end_user_origin_id": "cust-77"}


@pytest.fixture
def river(make_river):
    river = make_river(movable=True)
    river.weir.config["endpoints"][0]["events"] = ["data-changed", "integration-state-changed", CREATED, FAILED]
    river.weir.config["scopes"] = [
        {"name": "default"},
        {"name": "choice", "models": {"hris_employees": {"fields": "all"}, "hris_absences": "optional"}}]
    river.words += ["open sesame", "wrong sesame"]
    return river.start()


def told(river, kind: str) -> list[dict[str, Any]]:
    assert all(m.problems == [] for m in river.app.messages)
    return [m.data for m in river.app.messages if m.type == kind]


def create_link(river, **more: Any) -> Got:
    return river.weir.api("/connect/create-link", None, method="POST", body=CUSTOMER | more)


def link(river, **more: Any) -> str:
    """Its path."""
    url = create_link(river, **more).data["link"]
    base = river.weir.config["public_url"]
    assert url.startswith(base + "/connect/") and len(url) == len(base) + len("/connect/") + 43
    river.words.append(url.rpartition("/")[2])
    return url.removeprefix(base)


def state(river, path: str) -> dict[str, Any]:
    return call(river.weir.port, "GET", path + "/state").data


def submit(river, path: str, **body: Any) -> Got:
    return call(river.weir.port, "POST", path + "/submit", {"Content-Type": "application/json"},
                json.dumps(body).encode())


def swap(river, token: str) -> Got:
    return river.weir.api(f"/connect/integration-by-token/{token}", None)


def make(river) -> Any:
    sim = river.account(client_secret=SECRET)
    river.weir.cli("integrations", "create", MADE, "--organization", "Made AG", "--base-url", sim.url,
                   "--allow-private", f"client_id={sim.client_id}", "client_secret=-", given=SECRET)
    river.weir.wait_synced(MADE)
    return sim


def test_a_customer_connects_a_tool_and_the_application_gets_the_integration(river):
    path = link(river)
    shown = state(river, path)
    tool = next(t for t in shown["tools"] if t["id"] == "by_hand")

    assert (shown["kind"], shown["stage"], shown["language"]) == ("connect", "connect", "en")
    assert shown["organization_name"] == "Kreisel & Söhne" and shown["expires_at"]
    assert {"personio", "okta"} <= {t["id"] for t in shown["tools"]}
    password = next(s for s in tool["settings"] if s["key"] == "password")
    assert password == {"key": "password", "label": "Password", "help": None, "secret": True, "required": True,
                        "is_set": False}
    assert [m["id"] for m in tool["models"]] == ["hris_employees"] and tool["models"][0]["setting"] == "ENABLED"
    done = submit(river, path, tool="by_hand", settings={"password": "open sesame"}).data

    assert done["stage"] == "steps"
    got = swap(river, done["token"]).data
    assert list(got) == ["tool", "id", "end_user_origin_id", "end_user_organization_name", "end_user_email",
                         "setup_status"]
    assert got == {"tool": "by_hand", "id": got["id"], "end_user_origin_id": "cust-77",
                   "end_user_organization_name": "Kreisel & Söhne", "end_user_email": "hr@kreisel.example",
                   "setup_status": "INCOMPLETE"}
    assert got["id"].startswith("by_hand:") and len(got["id"]) == len("by_hand:") + 24
    [made] = eventually(lambda: told(river, CREATED))
    assert made == {"id": got["id"], "tool": "by_hand", "category": "HRIS", "end_user": {
        "organization_name": "Kreisel & Söhne", "creator_email": "hr@kreisel.example", "origin_id": "cust-77"}}


def test_until_the_steps_are_done_nothing_is_shown(river):
    path = link(river, integration_tool="by_hand")
    done = submit(river, path, settings={"password": "open sesame"}).data
    one = swap(river, done["token"]).data["id"]
    river.weir.wait_log("sync ended", integration=one)

    assert river.weir.api("/hris/employees", one).code == "INTEGRATION.SETUP_INCOMPLETE"
    river.weir.restart()
    assert river.weir.api("/hris/employees", one).code == "INTEGRATION.SETUP_INCOMPLETE"
    shown = state(river, path)
    assert (shown["stage"], shown["tools"]) == ("steps", [])
    [step] = shown["steps"]
    assert step["title"] == "Make a webhook" and step["copy_value"].endswith(f"/hooks/{one}")
    assert submit(river, path, done=True).data["stage"] == "done"

    eventually(lambda: river.weir.api(f"/integrations/{one}", None).data["setup_status"] == "COMPLETED")
    assert river.weir.employee("7", one)["first_name"] == "Ada"
    states = eventually(lambda: [s for s in told(river, "integration-state-changed")
                                 if s["integration_id"] == one and s["setup_status"] == "COMPLETED"])
    assert states[0]["qa_status"] == "PASSED"
    assert state(river, path)["stage"] == "done"
    assert submit(river, path, done=True).status == 410


def test_credentials_that_the_tool_refuses_make_nothing_and_the_application_is_told(river):
    path = link(river, integration_tool="by_hand")

    got = submit(river, path, settings={"password": "wrong sesame"})

    assert got.status == 400 and "the password is another" in got.json["error"]["message"]
    [failed] = eventually(lambda: told(river, FAILED))
    assert list(failed) == ["integration_tool", "integration_category", "end_user", "log_url"]
    assert failed["integration_tool"] == "by_hand" and failed["end_user"]["origin_id"] == "cust-77"
    assert {row["id"] for row in river.weir.listed("/integrations")} == {ACME}
    assert told(river, CREATED) == []
    number = failed["log_url"].rpartition("/")[2]
    assert any(row.get("id") == number for row in river.weir.listed("/log"))
    assert submit(river, path, settings={"password": "open sesame"}).data["token"]  # it can still succeed


def test_a_link_makes_one_integration_however_often_it_is_sent(river):
    path = link(river, integration_tool="by_hand")
    for _ in range(2):
        submit(river, path, settings={"password": "open sesame"})
    assert len(river.weir.listed("/integrations")) == 2


def test_a_code_is_swapped_once_and_not_after_ten_minutes(river):
    path = link(river, integration_tool="by_hand")
    token = submit(river, path, settings={"password": "open sesame"}).data["token"]
    late = submit(river, path).data["token"]

    assert swap(river, token).status == 200
    assert (swap(river, token).status, swap(river, token).code) == (404, "PLATFORM.INPUT_INVALID")
    river.pass_time(hours=0.2)
    assert swap(river, late).status == 404
    assert swap(river, path.rpartition("/")[2]).status == 404  # a link is no code
    for odd in ("x", "x" * 43, "%00", "../x"):
        assert swap(river, odd).status in (400, 404)


def test_an_optional_model_can_be_refused_and_is_then_disabled(river):
    sim = make(river)
    got = river.weir.api(f"/integrations/{MADE}/relink", None, method="POST", body={"scope_config_id": "choice"})
    path = got.data["link"].removeprefix(river.weir.config["public_url"])
    river.words.append(path.rpartition("/")[2])
    shown = state(river, path)
    assert [t["id"] for t in shown["tools"]] == ["personio"]
    models = {m["id"]: m["setting"] for m in shown["tools"][0]["models"]}
    assert (models["hris_employees"], models["hris_absences"]) == ("ENABLED", "OPTIONAL")
    assert river.weir.api(f"/integrations/{MADE}", None).data["scope_config"]["name"] == "default"
    assert submit(river, path, settings={}, refused=["hris_employees"]).status == 400
    assert submit(river, path, settings={"nosuch": "x"}).status == 400

    sim.client_secret = sim.tokens.client_secret = "papi-renewed"
    sim.tokens.expire_all()
    river.words.append("papi-renewed")
    done = submit(river, path, settings={"client_secret": "papi-renewed"}, refused=["hris_absences"]).data

    assert done["stage"] == "done" and swap(river, done["token"]).data["id"] == MADE
    for _ in range(2):
        got = river.weir.api("/hris/absences", MADE)
        assert (got.status, got.code) == (403, "INTEGRATION.MODEL_DISABLED")
        shown = river.weir.api(f"/integrations/{MADE}", None).data
        absences = next(m for m in shown["read_models"] if m["id"] == "hris_absences")
        assert (absences["opted_out_by_customer"], absences["is_available"]) == (True, False)
        assert shown["scope_config"]["name"] == "choice"
        river.weir.restart()
    person = sim.person_ids()[0]
    sim.update_person(person, first_name="Sif")
    eventually(lambda: river.weir.employee(person, MADE)["first_name"] == "Sif")


def test_one_of_the_file_is_connected_anew_in_the_file(river):
    got = river.weir.api(f"/integrations/{ACME}/relink", None, method="POST", body={})
    assert (got.status, got.code) == (400, "PLATFORM.INPUT_INVALID") and "configuration" in got.json["error"]["message"]


def test_a_setup_link_is_for_tools_with_steps(river):
    make(river)
    got = river.weir.api(f"/integrations/{MADE}/setup-link", None, method="POST", body={"link_type": "EMBEDDED"})
    assert (got.status, got.code) == (400, "PLATFORM.INPUT_INVALID") and "no setup step" in got.json["error"]["message"]
    river.weir.cli("integrations", "create", "pasted:made", "--organization", "Handmade GmbH")
    assert river.weir.api("/integrations/pasted:made/setup-link", None, method="POST", body={}).status == 400
    river.words.append("invented-webhook-secret")
    path = river.weir.api("/integrations/pasted:made/setup-link", None, method="POST", body={
        "link_type": "MAGIC_LINK", "language": "de"}).data["link"].removeprefix(river.weir.config["public_url"])
    shown = state(river, path)
    assert (shown["kind"], shown["stage"], shown["language"]) == ("setup", "steps", "de")
    assert [s["paste_key"] for s in shown["steps"]] == [None, "webhook_secret"]
    assert shown["steps"][1]["paste_label"] == "Secret"

    assert submit(river, path, settings={"webhook_secret": "invented-webhook-secret"}, done=True).data["stage"] == "done"

    subscription = eventually(lambda: "no delivery that it signed yet" in (
        river.weir.admin("/subscriptions/pasted%3Amade").data["reason"] or ""))
    assert subscription


def test_the_operator_gives_what_no_customer_is_asked_for(make_river):
    river = make_river()
    sim = river.account(client_secret=SECRET)
    river.weir.config["tools"] = [{"tool": "personio", "base_url": sim.url, "allow_private": True,
                                   "settings": {"partner_id": "OPERATOR"}}]
    river.start()
    path = link(river, integration_tool="personio")
    [tool] = state(river, path)["tools"]
    keys = [s["key"] for s in tool["settings"]]
    assert keys[:2] == ["client_id", "client_secret"] and "partner_id" not in keys and "app_id" in keys
    assert submit(river, path, settings={"client_id": sim.client_id, "client_secret": SECRET,
                                         "partner_id": "CUSTOMER"}).status == 400

    got = submit(river, path, settings={"client_id": sim.client_id, "client_secret": "papi-mistyped"})
    river.words.append("papi-mistyped")
    error = got.json["error"]
    assert (got.status, error["kind"], error["settings"]) == (400, "credentials", ["client_id", "client_secret"])
    assert "invalid_client" in error["tool_message"] and error["lacks"] == []
    done = submit(river, path, settings={"client_id": sim.client_id, "client_secret": SECRET}).data

    one = swap(river, done["token"]).data["id"]
    river.weir.wait_synced(one)
    partners = {value for request in sim.requests for name, value in request.headers.items()
                if name.lower() == "x-personio-partner-id"}
    assert partners == {"OPERATOR"}


def test_each_right_that_lacks_is_named_and_the_model_can_be_refused_instead(make_river):
    river = make_river()
    sim = river.account(client_secret=SECRET)
    river.weir.config["tools"] = [{"tool": "personio", "base_url": sim.url, "allow_private": True}]
    river.weir.config["scopes"] = [{"name": "default"}, {"name": "choice", "models": {
        "hris_employees": {"fields": "all"}, "hris_absences": "optional"}}]
    river.start()
    path = link(river, integration_tool="personio", scope_config_id="choice")
    given = {"client_id": sim.client_id, "client_secret": SECRET}
    sim.switches.missing_rights = ["absences", "webhooks"]

    got = submit(river, path, settings=given)

    error = got.json["error"]
    assert (got.status, error["kind"]) == (400, "permission")
    assert [lack["model"] for lack in error["lacks"]] == [None, "hris_absences"]
    assert "personio:webhooks:read" in error["lacks"][0]["message"]
    assert "personio:absences:read" in error["lacks"][1]["message"]
    assert len(river.weir.listed("/integrations")) == 1
    sim.switches.missing_rights = ["absences"]
    assert submit(river, path, settings=given).status == 400
    assert submit(river, path, settings=given, refused=["hris_absences"]).data["stage"] == "done"


def test_the_state_tells_what_the_tool_has_sent(river):
    secret = "invented-webhook-secret"
    river.weir.cli("integrations", "create", "pasted:made", "--organization", "Handmade GmbH")
    path = river.weir.api("/integrations/pasted:made/setup-link", None, method="POST", body={
        "link_type": "EMBEDDED"}).data["link"].removeprefix(river.weir.config["public_url"])
    river.words += [secret, path.rpartition("/")[2]]

    def sent(body: bytes, key: str | None = None) -> tuple[int, str | None]:
        proof = {} if key is None else {"X-Signature": hmac.new(key.encode(), body, "sha256").hexdigest()}
        got = river.hook(body, token="", integration="pasted:made", headers=proof)
        shown = state(river, path)["webhook"]
        assert shown["manual"] and shown["state"] == "waiting" and shown["tested_at"]
        return got.status, shown["test"]

    assert state(river, path)["webhook"] == {"manual": True, "state": "waiting", "test": None, "tested_at": None,
                                             "last_delivery": None}
    assert sent(b'{"test":true}') == (200, "reached")
    assert sent(b'{"id":1}', secret) == (503, "reached")
    assert not state(river, path)["steps"][1]["is_pasted"]
    submit(river, path, settings={"webhook_secret": secret})
    assert state(river, path)["steps"][1]["is_pasted"] and secret not in json.dumps(state(river, path))
    assert sent(b'{"test":true}', "another-secret") == (200, "unproven")
    assert sent(b'{"test":true}') == (200, "reached")
    assert sent(b'{"id":1}', "another-secret") == (401, "unproven")
    submit(river, path, settings={"webhook_secret": secret})
    assert state(river, path)["webhook"]["test"] == "reached"  # of what was pasted now nothing is known
    assert sent(b'{"test":true}', secret) == (200, "proven")
    body = b'{"id":1}'
    proof = hmac.new(secret.encode(), body, "sha256").hexdigest()
    assert river.hook(body, token="", integration="pasted:made", headers={"X-Signature": proof}).status == 200
    eventually(lambda: state(river, path)["webhook"]["state"] == "active")


@pytest.mark.parametrize("link_type,hours", [("EMBEDDED", 1), ("MAGIC_LINK", 365 * 24)])
def test_a_link_lives_as_long_as_it_should_and_then_says_so(river, link_type, hours):
    path = link(river, link_type=link_type)
    river.weir.restart()
    page = call(river.weir.port, "GET", path)
    assert page.status == 200 and page.headers["content-type"].startswith("text/html")
    if not has_pages():
        assert b"Kreisel &amp; S" in page.body and b"<script" not in page.body and b"Connect your tool" in page.body
    assert page.headers["referrer-policy"] == "no-referrer" and page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]

    river.weir.stop()
    river.pass_time(hours=hours + 0.1)
    river.weir.start()

    page = call(river.weir.port, "GET", path)
    assert page.status == 410 and (has_pages() or b"expired" in page.body)
    assert call(river.weir.port, "GET", path + "/state").status == 410
    assert submit(river, path, tool="by_hand").status == 410
    river.pass_time(days=2)
    eventually(lambda: call(river.weir.port, "GET", path).status == 404)


def test_the_language_is_the_links_or_else_the_browsers(river):
    asked = [{}, {"language": "de"}, {"language": None}]
    assert [state(river, link(river, **one))["language"] for one in asked] == ["en", "de", None]


def test_who_guesses_with_a_link_is_held_up(river):
    path = link(river, integration_tool="by_hand")
    statuses = [submit(river, path, settings={"password": "wrong sesame"}).status for _ in range(11)]
    assert statuses == [400] * 10 + [429]
    river.pass_time(hours=0.2)
    assert submit(river, path, settings={"password": "open sesame"}).status == 200


@pytest.mark.parametrize("change", [
    {"end_user_email": None}, {"end_user_organization_name": ""}, {"integration_category": "HR"},
    {"integration_tool": "nosuchtool"}, {"integration_tool": "hiring"}, {"language": "tlh"}, {"link_type": "POSTCARD"},
    {"scope_config_id": "nosuch"}, {"enable_filtering": "yes"}, {"end_user_origin_id": "x" * 2000}], ids=str)
def test_a_link_that_cannot_be_is_refused(river, change):
    got = create_link(river, **change)
    assert (got.status, got.code) == (400, "PLATFORM.INPUT_INVALID"), got.body


def test_what_is_no_link_is_answered_and_a_token_is_nowhere_in_the_store(river):
    path = link(river, integration_category="ATS")
    assert {t["id"] for t in state(river, path)["tools"]} >= {"hiring"}
    token = path.rpartition("/")[2]
    store = (river.folder / "data" / "data.mdb").read_bytes()
    assert token.encode() not in store and b"hr@kreisel.example" not in store
    for odd in ("/connect/x", "/connect/" + "x" * 43, "/connect/" + "x" * 300, "/connect/%ff"):
        assert call(river.weir.port, "GET", odd).status in (400, 404)
    assert call(river.weir.port, "POST", path).status == 405
    assert submit(river, path, tool=7).status == 400
    assert call(river.weir.port, "POST", path + "/submit", {}, b"[]").status == 400
