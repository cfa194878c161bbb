"""The simulated Okta's System Log: polling, bounded queries, what is late and what is gone."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from sim.caller import Got
from sim.okta import OktaSim
from sim.okta_caller import Endpoint, OktaCaller, links
from sim.stamps import iso_millis

PEOPLE = 'eventType sw "user.lifecycle." or eventType eq "user.account.update_profile"'


def ago(okta: OktaSim, seconds: float) -> str:
    return iso_millis(okta.now() - seconds)


def kinds(got: Got) -> list[str]:
    assert got.status == 200, got.body
    return [event["eventType"].rpartition(".")[2] for event in got.json]


def test_polling_never_ends_and_skips_nothing(okta: OktaSim, org: OktaCaller) -> None:
    user = okta.create_user()
    got = org.get("/logs", since=ago(okta, 60), limit=1, sortOrder="ASCENDING")
    query = parse_qs(urlsplit(links(got)["next"]).query)
    assert set(query) == {"after", "limit", "sortOrder"}  # since and after exclude each other
    seen = []
    for _ in range(4):
        seen += kinds(got)
        got = org.follow(got)
        assert got is not None
    assert seen == ["create", "activate"] and got.json == []
    okta.suspend_user(user)
    got = org.follow(got)
    assert got is not None and kinds(got) == ["suspend"]
    again = org.follow(got)
    assert again is not None and again.json == [] and "next" in links(again)


def test_the_log_has_what_hooks_do_not_tell(okta: OktaSim, org: OktaCaller) -> None:
    user = okta.create_user()
    okta.update_user(user, email="uma@acme.example")
    okta.set_user_type(user, "oty1")
    okta.import_users({user: {"title": "Cook"}})
    okta.delete_user(user)
    okta.advance(2)
    org.subscribe("https://hooks.acme.example/a", ["user.lifecycle.create"])
    assert [e["eventType"] for e in org.get("/logs").json] == [
        "user.lifecycle.create", "user.lifecycle.activate", "user.account.update_profile",
        "user.account.update_primary_email", "user.account.update_user_type",
        "system.import.user.update", "system.import.complete", "user.lifecycle.deactivate",
        "user.lifecycle.delete.initiated", "user.lifecycle.delete.completed",
        "event_hook.created"]


def test_an_event_has_one_uuid_and_another_shape_than_in_a_delivery(
        okta: OktaSim, org: OktaCaller, endpoint: Endpoint) -> None:
    org.hook(endpoint.url, ["user.lifecycle.create"])
    okta.create_user()
    assert okta.wait_idle()
    logged = org.get("/logs", filter='eventType eq "user.lifecycle.create"').json
    assert [e["uuid"] for e in logged] == [e["uuid"] for e in endpoint.events]
    event = logged[0]
    assert event["request"]["ipChain"] and "ipChain" not in event["client"]
    assert "insertionTimestamp" not in event and event["version"] == "0"
    okta.switches.log_numbers = True
    event = org.get("/logs", filter='eventType eq "user.lifecycle.create"').json[0]
    place = event["request"]["ipChain"][0]["geographicalContext"]
    assert (event["version"], place["postalCode"]) == (0, 10115)


def test_a_bounded_query_ends_and_misses_what_is_late(okta: OktaSim, org: OktaCaller) -> None:
    user = okta.create_user()
    okta.switches.published_ago_s = 30
    okta.suspend_user(user)
    okta.switches.published_ago_s = 0
    bounds = {"since": ago(okta, 60), "until": ago(okta, -60)}
    assert kinds(org.get("/logs", **bounds)) == ["suspend", "create", "activate"]
    assert kinds(org.get("/logs", since=bounds["since"])) == ["create", "activate", "suspend"]
    pages = [org.get("/logs", limit=2, **bounds)]
    while (following := org.follow(pages[-1])) is not None:
        pages.append(following)
    assert [kinds(page) for page in pages] == [["suspend", "create"], ["activate"]]
    assert kinds(org.get("/logs", sortOrder="DESCENDING", limit=2)) == ["activate", "create"]
    okta.switches.log_lag_s = 20
    okta.unsuspend_user(user)
    poll = org.get("/logs", since=bounds["since"])
    assert "unsuspend" not in kinds(org.get("/logs", **bounds)) + kinds(poll)
    okta.advance(21)
    late = org.follow(poll)
    assert late is not None and kinds(late) == ["unsuspend"]


def test_filters_and_words(okta: OktaSim, org: OktaCaller) -> None:
    user = okta.create_user(firstName="Wolfhild")
    group = okta.create_group("Choir")
    okta.add_member(group, user)
    okta.advance(1)

    def found(**query: Any) -> list[str]:
        return kinds(org.get("/logs", **query))

    assert found(filter=PEOPLE) == ["create", "activate"]
    assert found(filter=f'target.id eq "{group}"') == ["create", "add"]
    assert found(filter=f'target.id eq "{user}" and not (eventType sw "user.")') == ["add"]
    assert found(filter='eventType ew ".add" or eventType co "lifecycle.act"') == [
        "activate", "add"]
    assert found(filter='eventType ne "group.lifecycle.create" and actor.id pr') == [
        "create", "activate", "add"]
    assert len(found(filter='outcome.result eq "SUCCESS"')) == 4
    assert found(q="wolfhild") == ["create", "activate", "add"]
    assert found(q="nobody") == []


def test_what_the_log_refuses(okta: OktaSim, org: OktaCaller) -> None:
    def code(**query: Any) -> str:
        got = org.get("/logs", **query)
        assert got.status == 400, query
        return got.json["errorCode"]

    assert code(since=ago(okta, 181 * 86400)) == "E0000053"
    assert code(since="yesterday") == code(until="x") == code(limit=1001) == "E0000053"
    assert code(limit="many") == code(sortOrder="UP") == code(after="x") == "E0000053"
    assert code(filter='published gt "2026"') == code(filter="eventType") == "E0000031"
    assert code(filter="(eventType pr") == code(filter='eventType is "x"') == "E0000031"
    cursor = parse_qs(urlsplit(links(org.get("/logs"))["next"]).query)["after"][0]
    assert code(after=cursor, since=ago(okta, 60)) == "E0000053"
    assert org.get("/logs", after=cursor).status == 200
    okta.switches.log_links_refused = True
    assert code(after=cursor) == "E0000053"
    assert org.get("/logs", limit=0).json == []


def test_events_are_kept_for_ninety_days(okta: OktaSim, org: OktaCaller) -> None:
    okta.create_user()
    okta.advance(8 * 86400)
    assert org.get("/logs").json == []  # without since: seven days
    assert len(org.get("/logs", since=ago(okta, 100 * 86400)).json) == 2
    for _ in range(4):  # an API token dies after thirty days without a call
        okta.advance(21 * 86400)
        assert org.get("/users").status == 200
    assert org.get("/logs", since=ago(okta, 100 * 86400)).json == []


def test_a_lost_delivery_is_in_the_log_only(
        okta: OktaSim, org: OktaCaller, endpoint: Endpoint) -> None:
    org.hook(endpoint.url, ["user.lifecycle.create"])
    endpoint.statuses = [500, 500]
    okta.create_user()
    assert okta.wait_idle()
    rows = org.get("/logs", filter='eventType eq "event_hook.delivery"').json
    assert [row["outcome"]["result"] for row in rows] == ["FAILURE"]
    with okta.quiet():
        okta.create_user()
    assert kinds(org.get("/logs", filter=PEOPLE)) == ["create", "activate"]
