"""The simulated Okta's event hooks: management, verification, deliveries and their oddities."""

from __future__ import annotations

from typing import Any

import pytest

from sim.okta import OktaSim
from sim.okta_caller import SECRET, Endpoint, OktaCaller, hook_body

USER = ["user.lifecycle.create", "user.lifecycle.activate", "user.lifecycle.reactivate",
        "user.lifecycle.suspend", "user.lifecycle.unsuspend", "user.lifecycle.deactivate",
        "user.lifecycle.delete.initiated", "user.account.update_profile"]
GROUP = ["group.user_membership.add", "group.user_membership.remove", "group.lifecycle.create",
         "group.profile.update", "group.lifecycle.delete", "system.import.group.create",
         "system.import.group.delete", "system.import.complete"]
ALL = USER + GROUP
FAR = "https://hooks.acme.example/in/okta"


@pytest.fixture
def hook(org: OktaCaller, endpoint: Endpoint) -> str:
    """The id of a verified hook for all of the above, at `endpoint`."""
    return org.hook(endpoint.url, ALL)


def types(okta: OktaSim, endpoint: Endpoint) -> list[str]:
    """What was delivered once nothing is under way, and then forgotten."""
    assert okta.wait_idle()
    found = endpoint.types
    endpoint.requests.clear()
    return found


# Management


def test_a_new_hook_is_active_unverified_and_shows_no_secret(org: OktaCaller) -> None:
    got = org.subscribe(FAR, ALL)
    assert got.status == 200
    hook = got.json
    assert (hook["status"], hook["verificationStatus"]) == ("ACTIVE", "UNVERIFIED")
    assert hook["description"] is None and hook["events"]["filter"] is None
    assert hook["channel"]["config"] == {
        "uri": FAR, "headers": [], "method": "POST",
        "authScheme": {"type": "HEADER", "key": "authorization"}}
    assert set(hook["events"]["items"]) == set(ALL)
    assert set(hook["_links"]) == {"self", "verify", "deactivate"}
    assert org.get("/eventHooks").json[0]["id"] == hook["id"]
    orders = {tuple(org.get(f"/eventHooks/{hook['id']}").json["events"]["items"])
              for _ in range(5)}
    assert len(orders) > 1
    assert SECRET.encode() not in org.get("/eventHooks").body


def test_what_breaks_a_rule_is_refused_with_a_cause(okta: OktaSim, org: OktaCaller) -> None:
    def config(**changed: Any) -> dict[str, Any]:
        body = hook_body(FAR, USER)
        body["channel"]["config"] |= changed
        return {"channel": body["channel"]}

    wrong: list[dict[str, Any]] = [
        {"name": ""}, {"name": "x" * 256}, {"name": None}, {"description": 7}, {"events": None},
        {"events": {"type": "EVENT_TYPE", "items": []}},
        {"events": {"type": "EVENT_TYPE", "items": USER * 40}},
        {"events": {"type": "FLOW", "items": USER}},
        {"events": {"type": "EVENT_TYPE", "items": USER, "filter": {"type": "X"}}},
        {"events": {"type": "EVENT_TYPE", "items": ["user.lifecycle.delete.completed"]}},
        {"events": {"type": "EVENT_TYPE", "items": ["system.import.user.create"]}},
        {"channel": {}}, {"channel": {"type": "HTTP", "version": "2.0.0", "config": {}}},
        config(uri="http://hooks.acme.example/"), config(uri=FAR + " x"),
        config(uri=FAR + "x" * 1024), config(headers=[{"key": "Accept", "value": "x"}]),
        config(headers=[{"key": "X-A"}]), config(authScheme={"type": "HEADER"}),
        {"status": "PAUSED"}]
    for changed in wrong:
        got = org.subscribe(FAR, USER, **changed)
        assert (got.status, got.json["errorCode"]) == (400, "E0000001"), changed
        assert got.json["errorCauses"] and "errorSummary" in got.json["errorCauses"][0]
    assert org.send("POST", "/api/v1/eventHooks", "{", {"Content-Type": "application/json"}
                    ).json["errorCode"] == "E0000003"
    assert org.subscribe(FAR, ["user.session.start", "application.lifecycle.create"]).status == 200
    assert org.get("/eventHooks").json[0]["name"] == "weir test"
    assert org.subscribe(FAR, USER).status == 400  # the name is taken
    okta.hooks.allow_http = False
    assert org.subscribe("http://127.0.0.1:1/x", USER, name="b").status == 400


def test_the_twenty_sixth_hook_is_refused(org: OktaCaller) -> None:
    got = [org.subscribe(FAR, USER, name=f"hook {n}").status for n in range(26)]
    assert got == [200] * 25 + [400]


def test_status_is_obeyed_and_only_an_inactive_hook_can_be_deleted(org: OktaCaller) -> None:
    one = "/eventHooks/" + org.subscribe(FAR, USER, status="INACTIVE").json["id"]
    assert set(org.get(one).json["_links"]) == {"self", "activate", "delete"}
    for call, status in (("activate", "ACTIVE"), ("activate", "ACTIVE"),
                         ("deactivate", "INACTIVE"), ("deactivate", "INACTIVE"),
                         ("activate", "ACTIVE")):
        got = org.post(f"{one}/lifecycle/{call}")
        assert (got.status, got.json["status"]) == (200, status)
    got = org.delete(one)
    assert (got.status, got.json["errorCode"]) == (403, "E0000006")
    org.post(f"{one}/lifecycle/deactivate")
    assert [org.delete(one).status for _ in range(2)] == [204, 404]
    for method in ("GET", "PUT", "DELETE"):
        assert org.send(method, f"/api/v1{one}", hook_body(FAR, USER)).status == 404
    assert org.post(f"{one}/lifecycle/verify").json["errorCode"] == "E0000007"


# Verification


def test_verify_asks_the_endpoint_while_the_call_waits(
        okta: OktaSim, org: OktaCaller, endpoint: Endpoint) -> None:
    inner: list[int] = []

    def echo(challenge: str) -> dict[str, str]:
        other = OktaCaller(okta)  # the tool answers others meanwhile
        inner.append(other.get("/eventHooks").status)
        other.close()
        return {"verification": challenge}
    endpoint.echo = echo
    body = hook_body(endpoint.url, USER)
    body["channel"]["config"]["headers"] = [{"key": "X-Weir", "value": "1"}]
    hook = org.post("/eventHooks", body).json["id"]
    got = org.post(f"/eventHooks/{hook}/lifecycle/verify")
    assert (got.status, got.json["verificationStatus"]) == (200, "VERIFIED")
    assert inner == [200] and len(endpoint.requests) == 1
    sent = endpoint.challenges[0].headers
    assert sent["authorization"] == SECRET and sent["x-weir"] == "1"
    assert "content-length" not in sent and endpoint.challenges[0].body == b""
    assert sent["user-agent"] == "Okta-Integrations" and sent["x-okta-request-id"]
    first = sent["x-okta-verification-challenge"]
    org.post(f"/eventHooks/{hook}/lifecycle/verify")
    assert endpoint.challenges[1].headers["x-okta-verification-challenge"] != first


def test_verify_fails_without_the_echo_and_tries_twice_at_most(
        okta: OktaSim, org: OktaCaller, endpoint: Endpoint) -> None:
    hook = org.subscribe(endpoint.url, USER).json["id"]

    def verify() -> tuple[int, int]:
        before = len(endpoint.requests)
        got = org.post(f"/eventHooks/{hook}/lifecycle/verify")
        if got.status == 400:
            assert got.json["errorCauses"][0]["errorSummary"] == (
                "Unable to verify event hook. Hook weir test execution failed")
        return got.status, len(endpoint.requests) - before

    okta.courier.timeout_s = 0.5
    endpoint.statuses = [None, 200]
    assert verify() == (200, 2)
    okta.edit_hook(hook, verified=False)
    endpoint.statuses = [503, None]
    assert verify() == (400, 2)
    endpoint.statuses = [401]
    assert verify() == (400, 1)
    endpoint.echo = lambda challenge: {"verification": challenge[:-1]}
    assert verify() == (400, 1)
    assert org.get(f"/eventHooks/{hook}").json["verificationStatus"] == "UNVERIFIED"
    okta.switches.verify_without_call = True
    assert verify() == (200, 0)


def test_a_put_replaces_and_a_changed_channel_is_unverified(
        okta: OktaSim, org: OktaCaller, endpoint: Endpoint, hook: str) -> None:
    one = f"/eventHooks/{hook}"

    def put(body: dict[str, Any]) -> str:
        got = org.put(one, body)
        assert got.status == 200
        return got.json["verificationStatus"]

    before = org.get(one).json["lastUpdated"]
    okta.advance(10)
    got = org.put(one, hook_body(endpoint.url, USER, name="renamed"))
    assert got.json["lastUpdated"] == before != org.get(one).json["lastUpdated"]
    assert got.json["verificationStatus"] == "VERIFIED"
    assert set(got.json["events"]["items"]) == set(USER)
    assert put(hook_body(endpoint.url + "/b", USER)) == "UNVERIFIED"
    okta.edit_hook(hook, verified=True)
    body = hook_body(endpoint.url + "/b", USER)
    body["channel"]["config"]["authScheme"]["value"] = "Bearer new"
    assert put(body) == "UNVERIFIED"
    okta.edit_hook(hook, verified=True)
    okta.switches.put_keeps_secret = True
    del body["channel"]["config"]["authScheme"]["value"]
    assert put(body) == "VERIFIED"
    assert okta.hooks.rows[hook].secret == "Bearer new"
    okta.switches.set(put_keeps_secret=False, auth_key_case="as_sent")
    assert put(body) == "UNVERIFIED" and okta.hooks.rows[hook].secret == ""
    assert org.get(one).json["channel"]["config"]["authScheme"]["key"] == "Authorization"
    okta.edit_hook(hook, verified=True)
    okta.switches.put_unverifies = True
    assert put(body) == "UNVERIFIED"
    assert org.put(one, {"name": "only"}).status == 400


# Deliveries


def test_changes_close_together_come_in_one_post(
        okta: OktaSim, endpoint: Endpoint, hook: str) -> None:
    with okta.lock:  # nothing is sent meanwhile
        user = okta.create_user(firstName="Uma", lastName="Vale", groups=[okta.group_id("Sales")])
        okta.update_user(user, title="Cook", department="Sales")
    assert okta.wait_deliveries(1) and okta.wait_idle()
    assert len(endpoint.posts) == 1
    post = endpoint.posts[0]
    assert (post["eventType"], post["contentType"]) == ("com.okta.event_hook", "application/json")
    assert post["source"] == f"{okta.url}/api/v1/eventHooks/{hook}"
    events = post["data"]["events"]
    assert [e["eventType"] for e in events] == [
        "user.lifecycle.create", "user.lifecycle.activate", "group.user_membership.add",
        "user.account.update_profile"]
    assert len({e["uuid"] for e in events}) == 4
    assert events[3]["debugContext"]["debugData"]["changedAttributes"] == "title,department"
    assert events[3]["debugContext"]["debugData"]["targetEventHookIds"] == hook
    assert events[3]["target"] == [{
        "id": user, "type": "User", "alternateId": okta.user(user)["profile"]["login"],
        "displayName": "Uma Vale", "detailEntry": None}]
    assert {t["type"] for t in events[2]["target"]} == {"User", "UserGroup"}
    sent = next(r for r in endpoint.requests if r.method == "POST").headers
    assert sent["authorization"] == SECRET and sent["content-type"] == "application/json"


def test_full_and_sparse_events_stand_side_by_side(
        okta: OktaSim, endpoint: Endpoint, hook: str) -> None:
    def forms() -> list[tuple[bool, bool]]:
        endpoint.requests.clear()
        user = okta.create_user(groups=[okta.group_id("Sales")])
        assert okta.wait_idle()
        return [("device" in e, None in e["outcome"].values())
                for e in endpoint.events if user in str(e)]

    assert forms() == [(True, True), (True, True), (False, False)]
    sparse = endpoint.events[2]
    assert sparse["client"] == {"ipChain": []} and sparse["securityContext"] == {}
    assert sparse["transaction"]["type"] == "JOB"
    assert sparse["legacyEventType"] == "core.user_group_member.user_add"
    okta.switches.event_form = "full"
    assert forms() == [(True, True)] * 3
    okta.switches.event_form = "sparse"
    assert forms() == [(False, False)] * 3


def test_each_change_fires_its_events(okta: OktaSim, endpoint: Endpoint, hook: str) -> None:
    user = okta.user_ids(1)[0]
    for act, expected in (
            (lambda: okta.suspend_user(user), ["user.lifecycle.suspend"]),
            (lambda: okta.unsuspend_user(user), ["user.lifecycle.unsuspend"]),
            (lambda: okta.deactivate_user(user), ["user.lifecycle.deactivate"]),
            (lambda: okta.reactivate_user(user), ["user.lifecycle.reactivate"]),
            (lambda: okta.activate_user(user), ["user.lifecycle.activate"]),
            (lambda: okta.update_user(user, title="Cook"), ["user.account.update_profile"]),
            (lambda: okta.update_user(user, title="Cook"), []),
            (lambda: okta.update_user(user, email="a@b.example"), ["user.account.update_profile"]),
            (lambda: okta.set_user_status(user, "LOCKED_OUT"), []),
            (lambda: okta.set_user_type(user, "oty0"), []),
            (lambda: okta.delete_user(user), ["user.lifecycle.deactivate",
                                              "user.lifecycle.delete.initiated"]),
            (lambda: okta.import_users({okta.user_ids(2)[1]: {"title": "Boss"}}),
             ["system.import.complete"])):
        act()
        assert types(okta, endpoint) == expected
    okta.advance(2)
    assert types(okta, endpoint) == []  # that a deletion is complete is in the System Log only


def test_groups_fire_their_events(okta: OktaSim, endpoint: Endpoint, hook: str) -> None:
    user = okta.create_user()
    types(okta, endpoint)
    with okta.lock:
        group = okta.create_group("Choir", "Sings")
        okta.add_member(group, user)
        assert not okta.add_member(group, user)
        okta.update_group(group, name="Big choir")
        okta.remove_member(group, user)
        okta.add_member(group, user)
        okta.delete_group(group)
    assert types(okta, endpoint) == [
        "group.lifecycle.create", "group.user_membership.add", "group.profile.update",
        "group.user_membership.remove", "group.user_membership.add", "group.lifecycle.delete"]
    assert group not in okta.groups_of(user)
    okta.switches.removes_on_delete = True
    with okta.lock:
        group = okta.create_group("Staff", imported=True)
        okta.add_member(group, user)
        okta.delete_group(group)
    assert types(okta, endpoint) == [
        "system.import.group.create", "group.user_membership.add", "group.user_membership.remove",
        "system.import.group.delete"]


def test_only_an_active_verified_hook_that_asked_gets_an_event(
        okta: OktaSim, org: OktaCaller, endpoint: Endpoint) -> None:
    hook = org.subscribe(endpoint.url, ["user.account.update_profile"]).json["id"]
    user = okta.user_ids(1)[0]

    def fired() -> int:
        with okta.lock:
            okta.update_user(user, nickName=f"n{okta.now()}")
            okta.suspend_user(user)
        return len([t for t in types(okta, endpoint) if t])

    assert fired() == 0  # unverified
    org.post(f"/eventHooks/{hook}/lifecycle/verify")
    endpoint.requests.clear()
    assert fired() == 1
    okta.deactivate_hook(hook)
    assert fired() == 0
    org.post(f"/eventHooks/{hook}/lifecycle/activate")
    assert fired() == 1
    okta.edit_hook(hook, uri=endpoint.url + "?moved")
    assert fired() == 0
    okta.edit_hook(hook, verified=True, items=["user.lifecycle.suspend"])
    assert fired() == 1
    okta.delete_hook(hook)
    assert fired() == 0
    assert org.get("/eventHooks").json == []


def test_a_failed_delivery_is_retried_once_and_a_refused_one_never(
        okta: OktaSim, endpoint: Endpoint, hook: str) -> None:
    okta.courier.timeout_s = 0.5
    user = okta.user_ids(1)[0]

    def tries(*statuses: int | None) -> tuple[int, int, int]:
        endpoint.requests.clear()
        okta.reset_counters()
        endpoint.statuses = list(statuses)
        okta.update_user(user, nickName=f"n{okta.now()}")
        assert okta.wait_attempts(1) and okta.wait_idle()
        endpoint.statuses.clear()
        return len(endpoint.requests), okta.courier.delivered, okta.courier.given_up

    assert tries(200) == (1, 1, 0)
    assert tries(503, 204) == (2, 1, 0)
    assert tries(None, 204) == (2, 1, 0)
    assert len({r.body for r in endpoint.requests}) == 1
    assert tries(500, 500, 204) == (2, 0, 1)
    for refused in (400, 401, 404, 302):
        assert tries(refused) == (1, 0, 1)


def test_deliveries_can_be_dropped_doubled_split_turned_and_delayed(
        okta: OktaSim, endpoint: Endpoint, hook: str) -> None:
    user = okta.user_ids(1)[0]

    def fire() -> list[list[str]]:
        endpoint.requests.clear()
        with okta.lock:
            okta.suspend_user(user)
            okta.unsuspend_user(user)
        assert okta.wait_idle()
        return [[e["eventType"].rpartition(".")[2] for e in p["data"]["events"]]
                for p in endpoint.posts]

    assert fire() == [["suspend", "unsuspend"]]
    okta.switches.drop = 1
    assert fire() == [] and okta.outgoing.dropped == 1
    okta.switches.reorder = True
    assert fire() == [["unsuspend", "suspend"]]
    okta.switches.duplicates = 1
    assert fire() == [["unsuspend", "suspend"]] * 2
    first, second = endpoint.posts
    assert first["eventId"] != second["eventId"]
    assert [e["uuid"] for e in endpoint.events[:2]] == [e["uuid"] for e in endpoint.events[2:]]
    okta.switches.reset()
    okta.switches.split = True
    assert sorted(fire()) == [["suspend"], ["unsuspend"]]
    okta.switches.set(split=False, delay_s=0.2)
    began = okta.now()
    assert len(fire()) == 1 and okta.now() - began >= 0.2
    okta.deliver = False
    assert fire() == []
    okta.deliver = True
    okta.outgoing.daily_cap = 0
    assert fire() == []


def test_events_flow_only_some_time_after_a_change_of_the_hook(
        okta: OktaSim, org: OktaCaller, endpoint: Endpoint) -> None:
    okta.switches.settle_s = 300
    org.hook(endpoint.url, USER)
    endpoint.requests.clear()
    user = okta.user_ids(1)[0]
    okta.suspend_user(user)
    assert types(okta, endpoint) == []
    okta.advance(301)
    okta.unsuspend_user(user)
    assert types(okta, endpoint) == ["user.lifecycle.unsuspend"]


def test_events_can_be_strange(okta: OktaSim, endpoint: Endpoint, hook: str) -> None:
    user = okta.user_ids(1)[0]

    def fire(**switches: Any) -> list[dict[str, Any]]:
        endpoint.requests.clear()
        okta.switches.reset()
        okta.switches.set(**switches)
        okta.suspend_user(user)
        assert okta.wait_idle()
        return endpoint.events

    assert [e["target"] for e in fire(null_targets=True)] == [None]
    assert endpoint.events[0]["actor"] is endpoint.events[0]["debugContext"] is None
    assert "sequence" in fire(extra_members=True)[0] and "meta" in endpoint.posts[0]
    assert [e["outcome"]["result"] for e in fire(failed_outcomes=True)] == ["FAILURE", "SUCCESS"]
    assert fire(unknown_events=True)[1]["eventType"] not in ALL
    ghosts = fire(ghost_events=True)[1:]
    assert {e["eventType"] for e in ghosts} <= set(ALL) and user not in str(ghosts)
    assert fire(published_ago_s=3600)[0]["published"] < fire()[0]["published"]
    okta.preview(hook)
    assert okta.wait_idle()
    assert (endpoint.events[-1]["outcome"]["result"], endpoint.events[-1]["target"]) == (
        "Success", None)


def test_bodies_and_secrets_can_be_wrong(okta: OktaSim, endpoint: Endpoint, hook: str) -> None:
    user = okta.user_ids(1)[0]

    def fire(**switches: str) -> Any:
        endpoint.requests.clear()
        okta.switches.reset()
        okta.switches.set(**switches)
        okta.suspend_user(user)
        assert okta.wait_idle()
        return endpoint.requests[0]

    with pytest.raises(ValueError):
        fire(body_fault="malformed")
        _ = endpoint.posts
    fire(body_fault="not_object")
    assert isinstance(endpoint.posts[0], list)
    fire(body_fault="wrong_type")
    assert endpoint.posts[0]["eventType"] != "com.okta.event_hook"
    fire(body_fault="no_events")
    assert endpoint.posts[0]["data"] == {}
    okta.edit_hook(hook, secret="Bearer next", verified=True)
    okta.hooks.rows[hook].previous_secret = SECRET
    for fault, expected in (("missing", []), ("wrong", ["Bearer nex0"]), ("no_prefix", ["next"]),
                            ("previous", [SECRET]), ("twice", ["Bearer next"] * 2)):
        sent = fire(secret_fault=fault).header_list
        assert [text for name, text in sent if name == "Authorization"] == expected
    okta.switches.reset()
    assert okta.send_raw(b"{}").status == 204
    assert endpoint.requests[-1].headers["authorization"] == "Bearer next"
