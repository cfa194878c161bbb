"""record: a case from a real tool, with nobody in it, that passes when the tool is gone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import re
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from conftest import BUILD, CONNECTORS, SECRET

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sim.names import FIRST_NAMES, LAST_NAMES  # noqa: E402
from sim.okta import OktaSim, jose  # noqa: E402
from sim.personio import PersonioSim  # noqa: E402

PERSONIO = BUILD / "connectors/personio.so"
OKTA = BUILD / "connectors/okta.so"
CALLBACK = "https://hooks.real-customer.net/hooks/tool:real"


@pytest.fixture
def personio():
    with PersonioSim(9, client_secret="Of/The+Real=Account", allow_http=True) as sim:
        yield sim


@pytest.fixture
def okta():
    with OktaSim(9, allow_http=True) as sim:
        yield sim


class Person(http.server.BaseHTTPRequestHandler):
    """What the tool of the sampler says of anybody."""

    def do_GET(self) -> None:
        person = {"name": "Ottilie", "gender": "FEMALE", "mail": "ottilie@real-customer.net",
                  "iban": "DE89 3704 0044 0532 0130 00", "call": "+49 30 901820",
                  "comment": "Her boss is Ottilie, too", "by_mail": {"ottilie@real-customer.net": 1},
                  "emergency_contact": {"name": "Balduin"}, "department": {"name": "Sales"},
                  "kept": "ottilie", "number": 7}
        page = {"people": [person | {"id": self.path}], "next": str(int(self.path[-1]) + 1)}
        body = json.dumps(page if self.path.startswith("/people?page=") else person).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def people_tool():
    """The address of a tool that the sampler knows."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Person) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def record(harness, so, url: str, settings: dict, *args: str, status: int = 0) -> str:
    """The text of the case that was written."""
    (harness.folder / "settings.json").write_text(json.dumps(settings))
    (harness.folder / "cases").mkdir(exist_ok=True)
    done = harness.run("record", so, "--settings", "settings.json", "--base-url", url, "--allow-private",
                       "--out", "cases/recorded.json", *args, status=status)
    harness.said = done.stdout + done.stderr
    return (harness.folder / "cases/recorded.json").read_text()


def passes(harness, so) -> None:
    out = harness.run("test", so, "cases", "--only", "recorded", status=0).stdout
    assert "ok      recorded" in out


def unfold(run: str) -> str:
    run = run[:len(run) - 1] if len(run) % 4 == 1 else run
    return base64.b64decode(run.translate(str.maketrans("-_", "+/")) + "=" * (-len(run) % 4)).decode("utf-8", "replace")


def leaks(text: str, words) -> list[str]:
    """What of it is in the text: as it is, escaped for an address, or within base64."""
    unfolded = "\n".join([text, *map(unfold, re.findall(r"[A-Za-z0-9+/_-]{12,}", text))])
    return [word for word in words if re.search(rf"(?i)(?<!\w){re.escape(word)}(?!\w)", unfolded)
            or (quote(word, safe="") != word and quote(word, safe="") in unfolded)]


def steps(text: str) -> list[dict]:
    return json.loads(text)["steps"]


def people(sim: PersonioSim) -> list[str]:
    words = []
    for one in map(sim.person, sim.person_ids()):
        words += [one["email"], one["first_name"], one["last_name"]]
        words += [a["value"] for a in one["custom_attributes"] if a.get("global_id") == "date_of_birth"]
    return words


def test_a_recorded_personio_passes_without_it_and_has_nobody_in_it(harness, personio):
    person = personio.person_ids()[4]
    delivery = {"headers": {"Authorization": "Bearer the-webhook-secret-of-nobody", "Content-Type": "application/json"},
                "body": {"company_id": "4711", "event_name": "person.updated", "payload": {"person": {"id": person}},
                         "occurred_at": "2026-02-03T10:15:29.120Z"}}
    (harness.folder / "delivery.json").write_text(json.dumps(delivery))
    settings = {"settings": {"client_id": personio.client_id, "client_secret": personio.client_secret},
                "secrets": ["the-webhook-secret-of-nobody"]}
    text = record(harness, PERSONIO, personio.url, settings, "--record", "hris_employees", person,
                  "--list", "hris_employees", "--list", "hris_absences", "--delivery", "delivery.json",
                  "--ensure", CALLBACK, "--inspect", CALLBACK, "--remove", CALLBACK)
    secrets = [personio.client_secret, "the-webhook-secret-of-nobody", personio.url.removeprefix("http://"),
               "real-customer"]
    personio.stop()
    passes(harness, PERSONIO)
    assert leaks(text, people(personio) + secrets + ["Summer"]) == []
    assert person in text
    kinds = [next(iter(step)) for step in steps(text)]
    assert kinds == ["record", "list", "list", "deliver", "record", "ensure", "inspect", "remove"]


def test_who_stands_in_for_a_person_is_the_same_everywhere(harness, personio):
    person = personio.person_ids()[4]
    settings = {"client_id": personio.client_id, "client_secret": personio.client_secret}
    text = record(harness, PERSONIO, personio.url, settings, "--record", "hris_employees", person,
                  "--list", "hris_employees")
    one, listing = steps(text)
    fetched = next(r["json"] for r in one["expect"]["records"] if r["model"] == "hris_employees")
    listed = {r["remote_id"]: r["json"] for r in listing["expect"]["records"] if r["model"] == "hris_employees"}
    assert listed[person]["first_name"] == fetched["first_name"]
    assert listed[person]["work_email"] == fetched["work_email"]
    assert len({(r["first_name"], r["last_name"]) for r in listed.values()}) == len(listed) == 9


def test_ids_are_hidden_when_that_is_asked(harness, personio):
    settings = {"client_id": personio.client_id, "client_secret": personio.client_secret}
    text = record(harness, PERSONIO, personio.url, settings, "--hide-ids", "--list", "hris_employees")
    passes(harness, PERSONIO)
    assert leaks(text, personio.person_ids()) == []
    records = [r for r in steps(text)[0]["expect"]["records"] if r["model"] == "hris_employees"]
    ids = {r["remote_id"] for r in records}
    assert len(ids) == 9
    assert {r["json"]["manager_id"] for r in records if r["json"].get("manager_id")} <= ids


def test_a_recorded_okta_passes_without_it_and_has_nobody_in_it(harness, okta):
    user = okta.user_ids(9)[4]
    token = okta.access.api_token
    text = record(harness, OKTA, okta.url, {"api_token": token, "start_date_attribute": "startDate"},
                  "--record", "hris_employees", user, "--list", "hris_employees", "--ensure", CALLBACK,
                  "--replace", "Acme=Bell", "--replace", "acme=bell", "--replace", "ACME=BELL")
    profiles = [okta.user(one)["profile"] for one in okta.user_ids(9)]
    host = okta.url.removeprefix("http://")
    okta.stop()
    passes(harness, OKTA)
    words = [profile[key] for profile in profiles
             for key in ("email", "login", "secondEmail", "firstName", "lastName", "displayName", "mobilePhone",
                         "primaryPhone", "streetAddress", "city", "zipCode") if profile.get(key)]
    assert leaks(text, [*words, token, host, "real-customer", "Acme", "Nobody"]) == []
    assert user in text


def test_hidden_ids_of_a_tool_that_reads_them_still_play(harness, okta):
    text = record(harness, OKTA, okta.url, {"api_token": okta.access.api_token}, "--hide-ids", "--list",
                  "hris_employees", "--ensure", CALLBACK, "--inspect", CALLBACK)
    ids = okta.user_ids(9)
    okta.stop()
    passes(harness, OKTA)
    assert leaks(text, ids) == []


@pytest.mark.parametrize(("kind", "switches"), [("ES256", {}), ("RS256", {}),
                                                ("ES256", {"dpop": True, "dpop_nonce_on_api": True})])
def test_a_private_key_is_replaced_by_one_that_works(harness, okta, kind, switches):
    okta.switches.set(**switches)
    key = jose.new_key(kind)
    okta.oauth.add_key("weir-1", jose.pem_of(key))
    (harness.folder / "key.pem").write_text(jose.pem_of(key))
    settings = {"client_id": okta.oauth.client_id, "key_id": "weir-1", "private_key": "@file:key.pem"}
    text = record(harness, OKTA, okta.url, settings, "--list", "hris_employees")
    okta.stop()
    passes(harness, OKTA)
    written = json.loads(text)["settings"]["private_key"]
    assert written.startswith("-----BEGIN") and written != jose.pem_of(key)
    assert leaks(text, jose.pem_of(key).splitlines()[1:-1]) == []


def test_a_tool_that_does_not_answer_is_recorded_as_one(harness, personio):
    settings = {"client_id": personio.client_id, "client_secret": personio.client_secret}
    url = personio.url
    personio.stop()
    text = record(harness, PERSONIO, url, settings, "--record", "hris_employees", "7")
    assert steps(text)[0]["exchanges"][0]["fail"] == "WEIR_E_LATER"
    assert steps(text)[0]["expect"]["code"] == "WEIR_E_LATER"
    passes(harness, PERSONIO)


def test_a_private_address_is_refused_unless_it_is_allowed(harness, personio):
    (harness.folder / "settings.json").write_text(json.dumps(
        {"client_id": personio.client_id, "client_secret": personio.client_secret}))
    done = harness.run("record", PERSONIO, "--settings", "settings.json", "--base-url", personio.url, "--out", "x.json",
                       "--record", "hris_employees", "7")
    assert done.returncode != 0 or "WEIR_E_CONFIG" in done.stderr
    assert personio.requests == []


SAMPLER = CONNECTORS / "sampler.so"


def test_what_has_the_form_of_personal_data_is_replaced_wherever_it_stands(harness, people_tool):
    text = record(harness, SAMPLER, people_tool, {"token": "an-invented-token"}, "--record", "hris_employees", "7")
    passes(harness, SAMPLER)
    body = steps(text)[0]["exchanges"][0]["answer"]["body"]
    name = body["name"]
    assert re.fullmatch(r"[A-Z][a-z]+", name) and name != "Ottilie"
    assert re.fullmatch(r"person\d+@example\.com", body["mail"])
    assert re.fullmatch(r"DE\d\d \d{4} \d{4} \d{4} \d{4} \d\d", body["iban"])
    assert body["iban"] != "DE89 3704 0044 0532 0130 00"
    assert re.fullmatch(r"\+\d\d \d\d \d{6}", body["call"]) and body["call"] != "+49 30 901820"
    assert body["comment"].startswith("Invented text")
    assert list(body["by_mail"]) == [body["mail"]]
    assert body["emergency_contact"]["name"] != "Balduin" and body["department"]["name"] == "Sales"
    assert (body["kept"], body["number"], body["gender"]) == ("ottilie", 7, "FEMALE")


def test_a_listing_may_be_cut_after_some_pages(harness, people_tool):
    text = record(harness, SAMPLER, people_tool, {"token": "an-invented-token"}, "--list", "hris_employees",
                  "--pages", "3")
    passes(harness, SAMPLER)
    assert [step["list"].get("cursor") for step in steps(text)] == [None, "2", "3"]
    assert [step["expect"]["next"] for step in steps(text)] == ["2", "3", "4"]


def test_a_delivery_is_signed_again_over_what_it_says_now(harness, people_tool):
    body = json.dumps({"person": 7, "id": "e-1", "at": 1767225600000, "email": "ottilie@real-customer.net"})
    mac = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    (harness.folder / "delivery.json").write_text(json.dumps({"headers": {"X-Signature": "sha256=" + mac}, "body": body}))
    text = record(harness, SAMPLER, people_tool, {"settings": {"token": "an-invented-token"}, "secrets": [SECRET]},
                  "--delivery", "delivery.json")
    passes(harness, SAMPLER)
    assert leaks(text, [SECRET, "ottilie@real-customer.net", mac]) == []
    delivered, fetched = steps(text)
    assert delivered["deliver"]["headers"]["X-Signature"] == {
        "hmac": {"digest": "sha256", "encoding": "hex", "prefix": "sha256="}}
    assert delivered["expect"]["verdict"] == "accept"
    assert fetched["record"]["remote_id"] == "7"


def test_a_case_that_does_not_play_is_kept_and_said_to_be_none(harness, people_tool):
    text = record(harness, SAMPLER, people_tool, {"token": "an-invented-token", "habit": "nonce"},
                  "--record", "hris_employees", "7", status=1)
    assert "nonce" in steps(text)[0]["exchanges"][0]["request"]
    assert "a request that the case does not expect here" in harness.said


def test_what_was_done_at_the_tool_and_passed_through_is_recorded_without_anybody(harness, personio):
    person = personio.person_ids()[0]
    [kind] = [one for one, row in personio.company.lookups["absence-types"].items() if row["name"] == "Vacation"]
    note = f"Ask {personio.person(person)['first_name']} first"
    (harness.folder / "absence.json").write_text(json.dumps(
        {"employee_id": person, "absence_type_id": kind, "start_date": "2031-03-10", "end_date": "2031-03-12",
         "employee_note": note}))
    (harness.folder / "request.json").write_text(json.dumps(
        {"path": f"/persons/{person}", "headers": {"Accept": "application/json"}}))
    settings = {"client_id": personio.client_id, "client_secret": personio.client_secret}

    text = record(harness, PERSONIO, personio.url, settings, "--act", "hris_create_absence", "absence.json",
                  "--pass", "personnelv2", "request.json")

    made = next(one for one, row in personio.company.absences.items() if row.comment == note)
    host = personio.url.removeprefix("http://")
    personio.stop()
    passes(harness, PERSONIO)
    out = harness.run("test", PERSONIO, "cases", "--only", "contract: act", "--only", "contract: pass", status=0).stdout
    assert "2 passed" in out
    assert leaks(text, [*people(personio), personio.client_secret, note, host]) == []
    acted, passed = steps(text)
    assert acted["expect"]["touched"] == [{"model": "hris_absences", "remote_id": made, "hint": person}]
    assert acted["act"]["action"] == "hris_create_absence" and acted["expect"]["warnings"] == []
    assert passed["pass"]["api"] == "personnelv2" and passed["expect"]["status"] == 200
    assert passed["expect"]["body"]["id"] == person
    assert passed["expect"]["headers"] == {"content-type": "application/json"}


def test_what_cannot_be_read_is_not_asked(harness):
    (harness.folder / "s.json").write_text("{}")
    for args in (("--act", "hris_create_absence"), ("--pass", "v1"), ("--act", "hris_create_absence", "nothing.json"),
                 ("--pass", "v1", "s.json", "--act")):
        harness.run("record", PERSONIO, "--settings", "s.json", "--out", "x.json", *args, status=2)
        assert not (harness.folder / "x.json").exists()


@pytest.mark.parametrize("args", [
    ("--record", "hris_employees"),
    ("--pages", "2", "--list", "hris_employees"),
    ("--list", "hris_employees", "--pages", "0"),
    ("--list", "hris_employees", "--replace", "=x"),
    (),
])
def test_what_makes_no_sense_is_said_before_anything_is_asked(harness, args):
    (harness.folder / "s.json").write_text("{}")
    done = harness.run("record", SAMPLER, "--settings", "s.json", "--out", "x.json", *args, status=2)
    assert "weir-harness record: " in done.stderr
    assert not (harness.folder / "x.json").exists()
