"""The simulated Okta's gate: rights, paths, rates, and trouble on demand."""

from __future__ import annotations

import http.client
import time
from email.utils import parsedate_to_datetime

import pytest

from sim.caller import ApiCaller, Got
from sim.okta import OktaSim
from sim.okta.people import Json
from sim.okta_caller import OktaCaller

ALWAYS = {"filter": 'lastUpdated gt "1990-01-01T00:00:00.000Z"'}


def ids(rows: list[Json]) -> list[str]:
    return [row["id"] for row in rows]


# Who may call


def test_a_call_needs_a_good_api_token(okta: OktaSim, org: OktaCaller) -> None:
    stranger = ApiCaller(okta)
    for wrong in ("", "SSWS", "SSWS 00wrong", f"Bearer {okta.access.api_token}", "Basic eDp5"):
        stranger.authorization = wrong
        got = stranger.send("GET", "/api/v1/users")
        assert (got.status, got.json["errorCode"]) == (401, "E0000011")
    stranger.close()
    okta.advance(29 * 86400)
    assert org.get("/users").status == 200  # each call renews it
    okta.advance(29 * 86400)
    assert org.get("/users").status == 200
    okta.advance(31 * 86400)
    assert org.get("/users").status == 401


def test_rights_can_be_missing(okta: OktaSim, org: OktaCaller) -> None:
    okta.switches.missing_roles = ["users", "logs"]
    for path, status in (("/users", 403), ("/logs", 403), ("/groups", 200)):
        got = org.get(path)
        assert got.status == status and "www-authenticate" not in got.headers
    assert org.get("/users").json["errorCode"] == "E0000006"
    okta.switches.features_off = ["groups"]
    got = org.get("/groups")
    assert (got.status, got.json["errorCode"]) == (401, "E0000015")
    okta.switches.token_expired = True
    assert org.get("/groups").json["errorCode"] == "E0000011"


def test_a_role_limited_to_groups_makes_lists_shorter(okta: OktaSim, org: OktaCaller) -> None:
    sales = okta.group_id("Sales")
    members = ids(org.everything(f"/groups/{sales}/users"))
    okta.switches.visible_groups = [sales]
    assert ids(org.everything("/groups")) == [sales]
    assert ids(org.everything("/users", **ALWAYS)) == members
    outsider = next(one for one in okta.user_ids() if one not in members)
    assert org.get(f"/users/{outsider}").status == 404


def test_paths_and_methods(okta: OktaSim, org: OktaCaller) -> None:
    for path in ("/eventhooks", "/nowhere", "/users/a/b/c/d"):
        assert org.get(path).json["errorCode"] == "E0000008"
    got = org.send("PATCH", "/api/v1/users")
    assert (got.status, got.json["errorCode"]) == (405, "E0000022")
    conn = http.client.HTTPConnection("127.0.0.1", okta.server.port)
    conn.putrequest("POST", "/api/v1/eventHooks/who/lifecycle/verify")
    conn.putheader("Authorization", org.authorization)
    conn.endheaders()
    assert conn.getresponse().status == 411
    conn.close()


# Limits and trouble


def test_every_answer_tells_the_rate(okta: OktaSim, org: OktaCaller) -> None:
    okta.limits.set("GET /api/v1/users/{id}", 2)
    one = f"/users/{okta.user_ids(1)[0]}"
    got = [org.get(one) for _ in range(3)]
    assert [g.status for g in got] == [200, 200, 429]
    assert [g.headers["x-rate-limit-remaining"] for g in got] == ["1", "0", "0"]
    last = got[2]
    assert last.json["errorCode"] == "E0000047" and "retry-after" not in last.headers
    until = int(last.headers["x-rate-limit-reset"])
    assert 0 < until - parsedate_to_datetime(last.headers["date"]).timestamp() <= 61
    for path in ("/users", "/nowhere", "/eventHooks"):
        got_headers = org.get(path).headers
        assert {"date", "x-okta-request-id", "x-rate-limit-limit", "x-rate-limit-remaining",
                "x-rate-limit-reset"} <= set(got_headers)
    okta.advance(61)
    assert org.get(one).status == 200
    okta.use_real_limits()
    assert org.get("/users").headers["x-rate-limit-limit"] == "600"
    assert org.get("/eventHooks").headers["x-rate-limit-limit"] == "1200"


def test_storms_of_429(okta: OktaSim, org: OktaCaller) -> None:
    def resets(got: Got) -> list[str]:
        return [text for name, text in got.header_list if name == "X-Rate-Limit-Reset"]

    okta.switches.set(rate_limited=2, rate_reset_s=7)
    got = [org.get("/users") for _ in range(3)]
    assert [g.status for g in got] == [429, 429, 200]
    wait = int(resets(got[0])[0]) - parsedate_to_datetime(got[0].headers["date"]).timestamp()
    assert 7 <= wait <= 8
    for shape, count in (("twice", 2), ("missing", 0), ("unreadable", 1)):
        okta.switches.set(rate_limited=1, reset_header=shape)
        found = resets(org.get("/users"))
        assert len(found) == count
        assert shape != "twice" or int(found[0]) < int(found[1])
        assert shape != "unreadable" or not found[0].isdigit()
    okta.switches.set(concurrency_limited=1, reset_header="once")
    got_one = org.get("/users")
    assert got_one.status == 429 and got_one.headers["x-rate-limit-limit"] == "0"
    okta.limits.concurrent_max = 0
    assert org.get("/users").headers["x-rate-limit-limit"] == "0"


def test_failures_come_in_bursts(okta: OktaSim, org: OktaCaller) -> None:
    one = f"/users/{okta.user_ids(1)[0]}"
    okta.switches.set(fail_count=2, fail_status=500, fail_match="GET /api/v1/users/{id}")
    assert org.get("/users").status == 200
    assert [org.get(one).status for _ in range(3)] == [500, 500, 200]
    okta.switches.set(fail_count=1, fail_status=502, fail_body="plain", fail_match="")
    got = org.get(one)
    assert got.status == 502 and got.headers["content-type"] == "text/plain"
    okta.switches.set(fail_count=1, fail_body="empty")
    assert org.get(one).body == b""
    okta.switches.set(fail_count=1, fail_status=200, fail_body="html")
    got = org.get(one)
    assert got.status == 200 and got.headers["content-type"].startswith("text/html")
    assert got.body.startswith(b"<!DOCTYPE html>")
    okta.switches.set(fail_count=1, fail_body="mislabelled")
    got = org.get(one)
    assert got.headers["content-type"] == "text/plain" and "profile" in got.json
    for kind, error in (("close", http.client.RemoteDisconnected),
                        ("cut", http.client.IncompleteRead)):
        okta.switches.set(fail_count=1, fail_body=kind)
        with pytest.raises(error):
            org.get(one)
        org.close()
    assert org.get(one).status == 200


def test_answers_can_be_slow(okta: OktaSim, org: OktaCaller) -> None:
    okta.switches.set(slow_s=0.5, slow_match="/users/{id}")
    began = time.monotonic()
    org.get("/groups")
    assert time.monotonic() - began < 0.5
    org.get("/users/me")
    assert time.monotonic() - began >= 0.5


def test_requests_are_recorded_and_counted(okta: OktaSim, org: OktaCaller) -> None:
    one = okta.user_ids(1)[0]
    org.get(f"/users/{one}", {"X-Okta-Retry-Count": "1"})
    org.get("/users/00unone")
    assert okta.count("GET /api/v1/users/{id}") == 2
    assert okta.count("GET /api/v1/users/{id}", status=404) == 1
    assert okta.count(f"GET /api/v1/users/{one}") == 1
    assert okta.requests[-2].headers["x-okta-retry-count"] == "1"
    okta.reset_counters()
    assert okta.requests == []
