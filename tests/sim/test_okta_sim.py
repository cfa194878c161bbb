"""The simulated Okta's API: people, groups, paging; and the simulator itself."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sim.okta import OktaSim, Switches
from sim.okta.ids import USER, make_id, number_of
from sim.okta_caller import OktaCaller, links
from sim.stamps import iso_millis

HERE = Path(__file__).parent
ALWAYS = {"filter": 'lastUpdated gt "1990-01-01T00:00:00.000Z"'}


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


# People


def test_a_user_has_nulls_where_the_real_one_has_them(okta: OktaSim, org: OktaCaller) -> None:
    okta.update_user(okta.user_ids()[1], displayName=None, mobilePhone=None)
    got = org.get(f"/users/{okta.user_ids()[1]}")
    user = got.json
    assert re.fullmatch(r'W/"[0-9a-f]+"', got.headers["etag"])
    assert user["profile"]["secondEmail"] is user["profile"]["mobilePhone"] is None
    assert "displayName" not in user["profile"] and "middleName" not in user["profile"]
    assert isinstance(user["profile"]["badge"], int) and user["profile"]["remote"] is False
    assert set(user["_links"]) == {"self", "schema", "type", "suspend", "deactivate"}
    assert "recovery_question" in user["credentials"]
    leaver = org.get(f"/users/{okta.user_ids()[6]}").json
    assert (leaver["status"], leaver["activated"]) == ("DEPROVISIONED", None)
    staged = org.get(f"/users/{okta.user_ids()[17]}").json
    assert (staged["status"], staged["statusChanged"]) == ("STAGED", None)
    okta.switches.nulls = "absent"
    assert "secondEmail" not in org.get(f"/users/{user['id']}").json["profile"]
    okta.switches.nulls = "null"
    assert org.get(f"/users/{user['id']}").json["profile"]["middleName"] is None


def test_answers_can_be_made_smaller(okta: OktaSim, org: OktaCaller) -> None:
    wish = {"Content-Type": 'application/json; okta-response="omitCredentials,'
                            'omitCredentialsLinks,omitTransitioningToStatus"'}
    one = f"/users/{okta.user_ids(1)[0]}"
    assert "credentials" not in org.get(one, wish).json
    assert "credentials" not in org.get("/users", wish).json[0]
    rows = org.get("/users", fields="id,status,profile:(firstName,lastName)", limit=3).json
    assert set(rows[0]) == {"id", "status", "profile"}
    assert set(rows[0]["profile"]) == {"firstName", "lastName"}


def test_a_user_is_found_by_id_login_short_login_and_me(okta: OktaSim, org: OktaCaller) -> None:
    user = okta.user(okta.user_ids()[3])
    login = user["profile"]["login"]
    for key in (user["id"], login, login.partition("@")[0], login.upper()):
        assert org.get(f"/users/{key}").json["id"] == user["id"]
    assert org.get("/users/me").json["id"] == okta.user_ids(1)[0]
    okta.update_user(user["id"], login="other@acme.example")
    assert org.get(f"/users/{login}").status == 404
    assert org.get("/users/other@acme.example").json["id"] == user["id"]
    new = okta.create_user(login="first@acme.example")
    okta.update_user(new, login="second@acme.example")
    assert org.get("/users/first@acme.example").status == 404
    assert org.get("/users/second").json["id"] == new
    for key in ("00unone", make_id(USER, 77), "nobody@acme.example"):
        got = org.get(f"/users/{key}")
        assert (got.status, got.json["errorSummary"]) == (
            404, f"Not found: Resource not found: {key} (User)")


def test_leavers_are_in_a_list_only_when_it_is_filtered(okta: OktaSim, org: OktaCaller) -> None:
    everybody = okta.user_ids()
    leaver = everybody[6]
    assert ids(org.everything("/users", limit=3)) == [u for u in everybody if u != leaver]
    assert ids(org.everything("/users", limit=3, **ALWAYS)) == everybody
    assert ids(org.get("/users", filter='status eq "DEPROVISIONED"').json) == [leaver]
    assert leaver in ids(org.get("/users", search='profile.department pr').json)
    rows = org.get("/users", limit=1).json
    assert set(rows[0]["_links"]) == {"self"}


def test_deltas_and_other_filters(okta: OktaSim, org: OktaCaller) -> None:
    def found(text: str, name: str = "filter") -> list[str]:
        return ids(org.everything("/users", **{name: text}))

    since = iso_millis(okta.now() - 1)
    fresh = [okta.create_user(firstName="Uma", badge=7), okta.user_ids()[2]]
    okta.update_user(fresh[1], title="Cook")
    assert found(f'lastUpdated gt "{since}"') == [fresh[1], fresh[0]]
    assert found(f'lastUpdated ge "{since}" and status eq "ACTIVE"') == [fresh[1], fresh[0]]
    assert found(f'lastUpdated gt "{iso_millis(okta.now() + 5)}"') == []
    login = okta.user(fresh[0])["profile"]["login"]
    assert found(f'profile.login eq "{login}" or id eq "{fresh[1]}"') == [fresh[1], fresh[0]]
    assert found('profile.title eq "Cook"', "search") == [fresh[1]]
    assert found('profile.badge eq 7', "search") == [fresh[0]]
    assert found('profile.firstName sw "Um"', "search") == [fresh[0]]
    assert found('not (profile.remote eq true) and profile.badge le 101', "search")
    for place in (3, 9):  # their e-mail address is their login, or is not
        user = okta.user(okta.user_ids()[place])
        for name in ("login", "email"):
            assert found(f'profile.{name} eq "{user["profile"][name]}"') == [user["id"]]
        number = f'profile.employeeNumber eq "{user["profile"]["employeeNumber"]}"'
        assert found(number, "search") == [user["id"]]
        assert found(f'{number} and profile.remote eq true or {number}', "search") == [user["id"]]
        assert found(f'{number} and status eq "STAGED"', "search") == []
    for name, text in (("filter", 'profile.title eq "x"'), ("filter", 'status ne "ACTIVE"'),
                       ("filter", 'lastUpdated gt "soon"'), ("filter", "status"),
                       ("search", 'status ne "ACTIVE"'), ("filter", 'status eq "A" status')):
        got = org.get("/users", **{name: text})
        assert (got.status, got.json["errorCode"]) == (400, "E0000031"), text
    names = [u["profile"]["lastName"] for u in org.everything(
        "/users", search="profile.login pr", sortBy="profile.lastName", limit=4)]
    assert names == sorted(names) and len(names) == 21
    assert len(org.get("/users", q="uma").json) == 1


def test_an_index_lags_behind_a_read_by_id(okta: OktaSim, org: OktaCaller) -> None:
    user, gone = okta.user_ids()[:2]
    okta.switches.set(index_lag_s=60, delete_delay_s=0)
    title = okta.user(user)["profile"]["title"]
    okta.update_user(user, title="Cook")
    okta.delete_user(gone)
    new = okta.create_user()
    assert org.get(f"/users/{user}").json["profile"]["title"] == "Cook"
    rows = {row["id"]: row for row in org.everything("/users", **ALWAYS)}
    assert rows[user]["profile"]["title"] == title and gone in rows and new not in rows
    assert org.everything("/users", search='profile.title eq "Cook"') == []
    okta.advance(61)
    rows = {row["id"]: row for row in org.everything("/users", **ALWAYS)}
    assert rows[user]["profile"]["title"] == "Cook" and gone not in rows and new in rows


def test_deleting_takes_a_while(okta: OktaSim, org: OktaCaller) -> None:
    user = okta.user_ids(1)[0]
    group = okta.groups_of(user)[1]
    okta.delete_user(user)
    assert org.get(f"/users/{user}").json["status"] == "DEPROVISIONED"
    okta.advance(2)
    got = org.get(f"/users/{user}")
    assert (got.status, got.json["errorCode"]) == (404, "E0000007")
    assert org.get(f"/users/{user}/groups").status == 404
    assert user not in ids(org.everything(f"/groups/{group}/users"))


# Groups


def test_groups_have_types_and_members(okta: OktaSim, org: OktaCaller) -> None:
    rows = org.everything("/groups", limit=5)
    assert ids(rows) == okta.group_ids() and rows[0]["profile"]["name"] == "Everyone"
    assert {row["type"] for row in rows} == {"BUILT_IN", "OKTA_GROUP", "APP_GROUP"}
    imported = next(row for row in rows if row["type"] == "APP_GROUP")
    assert imported["objectClass"] == ["okta:windows_security_principal"]
    assert imported["profile"]["samAccountName"] and "source" in imported["_links"]
    for row in rows:
        for user in ids(org.everything(f"/groups/{row['id']}/users", limit=2)):
            assert row["id"] in okta.groups_of(user)
    leaver = okta.user_ids()[6]
    assert leaver in ids(org.everything(f"/groups/{rows[0]['id']}/users"))
    assert ids(org.everything(f"/users/{leaver}/groups", limit=1)) == okta.groups_of(leaver)
    assert org.get("/groups/00gnone").json["errorSummary"].endswith("(UserGroup)")


def test_memberships_and_profiles_move_their_own_stamps(okta: OktaSim, org: OktaCaller) -> None:
    since = iso_millis(okta.now() - 1)
    user = okta.create_user()
    group = okta.group_id("Sales")
    okta.add_member(group, user)
    named = okta.create_group("Choir")
    delta = f'lastUpdated gt "{since}" or lastMembershipUpdated gt "{since}"'
    assert ids(org.everything("/groups", filter=delta)) == [group, named]
    assert org.get("/groups", filter=f'lastUpdated gt "{since}"').json[0]["id"] == named
    assert ids(org.get("/groups", filter='type eq "BUILT_IN"').json) == okta.group_ids()[:1]
    assert ids(org.get("/groups", search='profile.name sw "Cho"').json) == [named]
    assert ids(org.get("/groups", q="Choir").json) == [named]
    assert org.get("/groups", filter='profile.name eq "x"').status == 400
    assert org.get(f"/groups/{group}/users").json[-1]["id"] == user
    assert okta.remove_member(group, user) and not okta.remove_member(group, user)
    seeded = okta.user_ids(1)[0]
    okta.remove_member(group, seeded)
    assert seeded not in ids(org.everything(f"/groups/{group}/users"))
    okta.delete_group(named)
    assert org.get(f"/groups/{named}").status == 404


def test_a_big_group_needs_a_smaller_limit(okta: OktaSim, org: OktaCaller) -> None:
    okta.switches.big_group_limit = 5
    path = f"/groups/{okta.group_ids()[0]}/users"
    got = org.get(path)
    assert (got.status, got.json["errorCode"]) == (500, "E0000009")
    assert len(org.everything(path, limit=5)) == 20


def test_schemas_types_and_linked_objects(okta: OktaSim, org: OktaCaller) -> None:
    types = org.get("/meta/types/user").json
    assert [t["default"] for t in types] == [True, False]
    schemas = [org.send("GET", "/" + t["_links"]["schema"]["href"].split("/", 3)[3]).json
               for t in types]
    custom = [set(s["definitions"]["custom"]["properties"]) for s in schemas]
    assert custom == [{"startDate", "badge", "remote", "skills"}, set()]
    assert org.get("/meta/schemas/user/default").json == schemas[0]
    assert org.get("/meta/types/user/default").json["id"] == types[0]["id"]
    assert org.get("/meta/schemas/user/osc0").status == 404
    assert org.get("/meta/types/user/oty0").status == 404
    user, boss = okta.user_ids(2)
    path = f"/users/{user}/linkedObjects/manager"
    assert org.get(path).json == []
    okta.set_linked_object(user, "manager", boss)
    assert org.get(path).json == [{"_links": {"self": {
        "href": f"{okta.url}/api/v1/users/{boss}"}}}]
    okta.set_linked_object(user, "manager", None)
    assert org.get(path).json == []


# Paging


def test_links_lead_through_a_list(okta: OktaSim, org: OktaCaller) -> None:
    got = org.get("/users", limit=2, **ALWAYS)
    assert [name for name, _ in got.header_list].count("Link") == 2
    query = parse_qs(urlsplit(links(got)["next"]).query)
    assert query == {"after": [got.json[-1]["id"]], "limit": ["2"], "filter": list(ALWAYS.values())}
    assert "+gt+%22" in links(got)["next"]
    assert links(got)["self"].startswith(f"{okta.url}/api/v1/users?limit=2&")
    assert "next" not in links(org.get("/users"))
    assert len(org.get("/users", limit=0, **ALWAYS).json) == 20
    assert org.get("/users", limit="x").status == org.get("/users", after="x").status == 400
    okta.switches.joined_links = True
    got = org.get("/users", limit=2)
    assert [name for name, _ in got.header_list].count("Link") == 1
    assert len(org.everything("/users", limit=2)) == 19
    okta.switches.lower_case_headers = True
    assert {name for name, _ in org.get("/users").header_list} >= {"link", "x-okta-request-id"}


def test_a_user_that_goes_between_two_pages_shifts_nothing(
        okta: OktaSim, org: OktaCaller) -> None:
    okta.switches.delete_delay_s = 0
    got = org.get("/users", limit=4)
    everybody = okta.user_ids()
    okta.delete_user(everybody[3])  # the cursor itself
    okta.delete_user(everybody[0])
    rest = org.follow(got)
    assert rest is not None and ids(rest.json) == [everybody[n] for n in (4, 5, 7, 8)]


def test_the_other_host_and_odd_pages(okta: OktaSim, org: OktaCaller) -> None:
    okta.switches.other_host = True
    got = org.get("/users", limit=7)
    assert links(got)["next"].startswith("https://acme.okta.invalid/api/v1/users?after=")
    assert got.json[0]["_links"]["self"]["href"].startswith("https://acme.okta.invalid/")
    assert len(org.everything("/users", limit=7)) == 19
    okta.switches.reset()
    okta.switches.empty_page_with_next = 2
    assert [len(org.get("/users", limit=4).json) for _ in range(3)] == [0, 0, 4]
    okta.switches.empty_page_with_next = 2
    assert len(org.everything("/users", limit=4)) == 19
    okta.switches.empty_last_page = True
    got = org.get("/users", limit=20, **ALWAYS)
    last = org.follow(got)
    assert len(got.json) == 20 and last is not None and last.json == []
    assert "next" not in links(last)


# The simulator itself


def test_every_switch_is_tested_and_explained() -> None:
    tests = "".join(path.read_text() for path in HERE.glob("test_okta_*.py"))
    manual = (HERE / "README.md").read_text().partition("\n# Okta\n")[2]
    for spec in fields(Switches):
        assert re.search(rf"\b{spec.name}\b", tests), f"no test turns {spec.name} on"
        assert f"`{spec.name}`" in manual, f"the README leaves {spec.name} out"


def test_ids_are_reversible_and_unlike_each_other() -> None:
    numbers = [*range(2000), 99_999, 2_000_000_000]
    made = [make_id(USER, n) for n in numbers]
    assert len(set(made)) == len(made) and {len(one) for one in made} == {20}
    assert [number_of(USER, one) for one in made] == numbers
    assert made[:50] != sorted(made[:50])
    assert number_of(USER, made[0].replace("00u", "00g")) is None


def test_the_same_seed_gives_the_same_people() -> None:
    def people(seed: int) -> list[object]:
        with OktaSim(people=5, seed=seed, org_url="https://acme.okta.invalid") as sim:
            return [sim.user(one) for one in sim.user_ids()]

    assert people(1) == people(1) != people(2)


def test_a_hundred_thousand_people_cost_nothing_until_they_are_read() -> None:
    began = time.monotonic()
    with OktaSim(people=100_000, print_cache_mb=1) as sim:
        org = OktaCaller(sim)
        first = org.get("/users", limit=200)
        last = org.get("/users", limit=200, after=make_id(USER, 99_900))
        assert time.monotonic() - began < 5
        assert len(first.json) == 200 and "next" in links(first)
        assert "next" not in links(last) and last.json[-1]["id"] == make_id(USER, 99_999)
        assert org.get("/users", limit=200).body == first.body
        sim.update_user(first.json[0]["id"], title="Cook")
        assert org.get("/users", limit=200).json[0]["profile"]["title"] == "Cook"
        recent = f'lastUpdated gt "{iso_millis(sim.now() - 60)}"'
        assert ids(org.everything("/users", filter=recent)) == [first.json[0]["id"]]
        assert len(org.get("/groups", limit=200).json) == 200
        org.close()


def test_it_runs_as_a_program_with_a_control_api() -> None:
    program = subprocess.Popen(
        [sys.executable, str(HERE / "okta_sim.py"), "--people", "3", "--print-url"],
        stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    try:
        url = program.stdout.readline().strip()

        def control(method: str, path: str, body: object = None) -> dict:
            request = urllib.request.Request(
                f"{url}/__sim/{path}", json.dumps(body).encode() if body is not None else None,
                method=method)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)

        user = control("POST", "users", {"firstName": "Uma", "activate": False})["id"]
        assert control("PATCH", f"users/{user}", {"lastName": "Vale"}) == {"changed": True}
        for turn in ("activate", "suspend", "unsuspend", "deactivate", "reactivate"):
            control("POST", f"users/{user}/{turn}", {})
        control("PUT", f"users/{user}/status", {"status": "LOCKED_OUT"})
        seen = control("GET", f"users/{user}")
        assert (seen["status"], seen["profile"]["lastName"]) == ("LOCKED_OUT", "Vale")
        group = control("POST", "groups", {"name": "Choir"})["id"]
        control("PATCH", f"groups/{group}", {"description": "Sings"})
        assert control("PUT", f"groups/{group}/users/{user}", {}) == {"changed": True}
        assert control("DELETE", f"groups/{group}/users/{user}") == {"changed": True}
        other = control("GET", "users?limit=1")["ids"][0]
        control("PUT", f"users/{user}/linked/manager", {"to": other})
        control("POST", "imports", {"profiles": {other: {"title": "Cook"}}})
        control("DELETE", f"groups/{group}")
        control("DELETE", f"users/{user}")
        control("POST", "advance", {"seconds": 5})
        assert control("GET", "state?what=counts")["counts"]["users"] == 3
        assert control("GET", "events?limit=1")["events"][0]["eventType"] == (
            "user.lifecycle.delete.completed")
        assert control("PATCH", "switches", {"rate_limited": 3})["rate_limited"] == 3
        control("DELETE", "switches")
        assert control("PATCH", "settings", {"batch_s": 0.5})["batch_s"] == 0.5
        assert len(control("POST", "storm", {"events": 9, "people": 3})["users"]) == 3
        control("POST", "rates", {"GET /api/v1/users": 1})
        control("PUT", "scopes", {"scopes": ["okta.users.read"]})
        control("POST", "expire-tokens", {})
        control("POST", "reset", {})
        assert control("POST", "wait", {"timeout": 1}) == {"done": True}
        for method, path, body in (("PATCH", "switches", {"nonsense": 1}),
                                   ("POST", f"users/{other}/promote", {}),
                                   ("PATCH", "users/00u0", {"title": "x"})):
            with pytest.raises(urllib.error.HTTPError) as refused:
                control(method, path, body)
            assert refused.value.code in (400, 404)
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
        program.stdout.close()
