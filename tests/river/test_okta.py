"""Okta: a handshake, deliveries of many events, no replay, and the System Log for what was missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from okta_river import OktaRiver
from weir import eventually


@pytest.fixture
def make_okta(tmp_path: Path) -> Iterator[Callable[..., OktaRiver]]:
    made: list[OktaRiver] = []

    def make(**given: object) -> OktaRiver:
        made.append(OktaRiver(tmp_path / f"r{len(made)}", **given))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def okta(make_okta: Callable[..., OktaRiver]) -> OktaRiver:
    return make_okta().start()


# The hook


def test_the_challenge_is_answered_while_the_only_worker_waits(make_okta):
    okta = make_okta(workers={"count": 1})
    okta.start()
    user = okta.sim.user_ids(1)[0]
    okta.sim.update_user(user, title="Keeper")
    okta.wait_employee(user, job_title="Keeper")
    okta.wait_same()


@pytest.mark.parametrize("harm", ["deleted", "switched off", "other events", "other address", "not verified"])
def test_a_hook_that_was_harmed_is_repaired_at_the_next_start(okta, harm):
    hook = okta.wait_hook()
    okta.weir.stop()
    if harm == "deleted":
        okta.sim.delete_hook(hook)
    elif harm == "switched off":
        okta.sim.deactivate_hook(hook)
    elif harm == "other events":
        okta.sim.edit_hook(hook, items=["user.lifecycle.create"])
    elif harm == "other address":
        okta.sim.edit_hook(hook, uri="https://elsewhere.example/")
    else:
        okta.sim.edit_hook(hook, verified=False)

    okta.weir.start()

    eventually(lambda: [h for h in okta.sim.hooks.rows.values()
                        if h.taking and len(h.items) == 16 and "/hooks/" in h.uri], say=okta.weir.tail())
    assert len(okta.sim.hooks.rows) == 1
    user = okta.sim.user_ids(1)[0]
    okta.sim.update_user(user, title="Weaver")
    okta.wait_employee(user, job_title="Weaver")


def test_a_missing_role_is_said_as_what_to_grant(make_okta):
    okta = make_okta(switches={"missing_roles": ["eventHooks"]})
    okta.start(synced=False)
    okta.weir.wait_synced()
    line = okta.weir.wait_log("subscription", state="needs_permission")
    assert "Super Administrator role" in line["detail"]
    okta.wait_same()


# Changes


def test_a_changed_user_arrives_downstream(okta):
    user = okta.sim.user_ids(1)[0]

    okta.sim.update_user(user, title="Smith", shoeSize="43")

    row = okta.wait_employee(user, job_title="Smith")
    assert row["custom_fields"]["shoeSize"] == "43"
    okta.wait_message("hris_employees", user, "updated")
    okta.wait_same()


def test_a_user_is_born_suspended_leaves_and_is_deleted(okta):
    sales = okta.sim.group_id("Sales")
    user = okta.sim.create_user(firstName="Uma", lastName="Vale", department="Sales", groups=[sales])
    okta.wait_employee(user, first_name="Uma", employment_status="ACTIVE")
    okta.wait_message("hris_employees", user, "created")
    okta.sim.suspend_user(user)
    okta.wait_employee(user, employment_status="LEAVE")
    okta.sim.unsuspend_user(user)
    okta.wait_employee(user, employment_status="ACTIVE")
    okta.sim.deactivate_user(user)
    assert okta.wait_employee(user, employment_status="INACTIVE")["termination_date"] is not None
    okta.wait_groups(user, "Sales")  # deactivation takes nobody out of a group
    okta.sim.delete_user(user)  # and is readable for a while yet
    okta.wait_message("hris_employees", user, "deleted")
    okta.settle()
    assert okta.employee(user) is None


def test_memberships_and_groups_come_and_go(okta):
    user = okta.sim.user_ids(1)[0]
    had = okta.teams_of(user)
    choir = okta.sim.create_group("Choir")
    okta.sim.add_member(choir, user, job=True)
    okta.wait_groups(user, *had, "Choir")
    okta.sim.update_group(choir, name="Big Choir")
    okta.wait_groups(user, *had, "Big Choir")
    okta.sim.remove_member(choir, user)
    okta.wait_groups(user, *had)
    okta.sim.add_member(choir, user)
    okta.wait_groups(user, *had, "Big Choir")
    okta.sim.delete_group(choir)
    okta.wait_groups(user, *had)
    okta.wait_same()


def test_a_burst_is_one_delivery_and_few_fetches(okta):
    user = okta.sim.user_ids(1)[0]
    with okta.sim.lock:
        for number in range(100):
            okta.sim.update_user(user, nickName=f"n{number}")
    okta.sim.wait_deliveries(1)
    okta.wait_same()
    okta.settle()
    assert okta.employee(user)["custom_fields"]["nickName"] == "n99"
    assert okta.sim.count("GET /api/v1/users/{id}") <= 3


def test_what_an_import_changed_is_read_when_it_is_over(okta):
    user = okta.sim.user_ids(1)[0]
    okta.sim.import_users({user: {"title": "Miller"}})
    okta.wait_employee(user, job_title="Miller")


def test_a_full_sync_asks_for_members_group_by_group(make_okta):
    okta = make_okta(people=450)
    okta.start(synced=False)
    okta.weir.wait_synced()
    okta.wait_same()
    assert okta.sim.count("GET /api/v1/users/{id}/groups") <= 20  # whom an event or a manager brought up again
    assert okta.sim.count("GET /api/v1/groups/{id}/users") >= len(okta.sim.group_ids()) - 2


def test_a_full_sync_goes_on_after_a_restart(make_okta):
    okta = make_okta(people=450, switches={"slow_match": "GET /api/v1/users", "slow_s": 0.05})
    okta.start(synced=False)
    eventually(lambda: okta.sim.count("GET /api/v1/users") >= 2)  # in the midst of the users
    okta.weir.kill()
    okta.sim.switches.slow_s = 0.0
    okta.weir.start()
    okta.weir.wait_log("sync goes on")
    okta.weir.wait_synced()
    okta.wait_same()


# Who calls


@pytest.mark.parametrize("kind, switches", [("ES256", {}), ("RS256", {"dpop": True}),
                                            ("ES256", {"dpop": True, "dpop_nonce_on_api": True})],
                         ids=["bearer", "dpop", "dpop-nonces"])
def test_a_service_app_proves_itself(make_okta, kind, switches):
    okta = make_okta(app=kind, switches=switches).start()
    user = okta.sim.user_ids(1)[0]
    okta.sim.update_user(user, title="Cook")
    okta.wait_employee(user, job_title="Cook")
    okta.sim.oauth.expire_all()
    okta.sim.update_user(user, title="Baker")
    okta.wait_employee(user, job_title="Baker")
    okta.weir.restart()
    okta.sim.update_user(user, title="Brewer")
    okta.wait_employee(user, job_title="Brewer")
    okta.wait_same()


# What was missed


def test_what_happened_while_the_daemon_was_down_comes_from_the_log(okta):
    one, two = okta.sim.user_ids(2)
    okta.weir.stop()
    okta.sim.update_user(one, title="Ferrywoman")
    okta.sim.add_member(okta.sim.create_group("Night shift"), two)
    okta.sim.delete_user(okta.sim.user_ids()[-1])
    okta.sim.advance(2)
    assert okta.sim.wait_idle(30)  # both tries were in vain: Okta forgets
    mark = okta.weir.log.mark()

    okta.weir.start()

    okta.wait_employee(one, job_title="Ferrywoman")
    okta.wait_same()
    okta.wait_message("hris_employees", one, "updated")
    assert okta.weir.wait_log("asked for missed events", mark)["events"] >= 3
    assert not okta.weir.log.find("sync begins", mark)


def test_without_the_log_a_full_sync_closes_the_gap(okta):
    user = okta.sim.user_ids(1)[0]
    okta.weir.stop()
    okta.sim.update_user(user, title="Ferryman")
    okta.sim.switches.missing_roles = ["logs"]
    assert okta.sim.wait_idle(30)
    okta.weir.start()
    okta.wait_employee(user, job_title="Ferryman")
    okta.weir.wait_log("missed events cannot be asked for, a full sync closes the gap")


# Trouble


@pytest.mark.parametrize("switches", [{"rate_limited": 2}, {"rate_limited": 1, "reset_header": "twice"},
                                      {"concurrency_limited": 1}, {"fail_count": 2, "fail_status": 503}],
                         ids=lambda s: "-".join(s))
def test_limits_and_trouble_are_waited_for(okta, switches):
    user = okta.sim.user_ids(1)[0]
    okta.sim.switches.set(**switches)
    okta.sim.update_user(user, title="Tanner")
    okta.wait_employee(user, job_title="Tanner")
    okta.wait_same()
    assert not okta.weir.listed("/events", state="aside")


@pytest.mark.parametrize("switches", [
    {"event_form": "full", "split": True},
    {"event_form": "sparse", "reorder": True, "duplicates": 1},
    {"extra_members": True, "unknown_events": True, "failed_outcomes": True},
    {"ghost_events": True},
    {"nulls": "absent", "joined_links": True, "lower_case_headers": True},
    {"nulls": "null", "empty_page_with_next": 1, "empty_last_page": True},
    {"other_host": True, "auth_key_case": "as_sent"},
    {"put_unverifies": True, "removes_on_delete": True, "log_numbers": True},
], ids=lambda switches: "-".join(switches))
def test_an_oddity_leads_to_the_right_state(make_okta, switches):
    okta = make_okta(people=40, switches=switches).start()
    okta.wait_same()
    one, two, three = [u for u in okta.sim.user_ids() if okta.sim.user(u)["status"] == "ACTIVE"][:3]
    okta.sim.update_user(one, firstName="Ragna", secondEmail=None)
    okta.sim.deactivate_user(two)
    choir = okta.sim.create_group("Choir")
    okta.sim.add_member(choir, one)
    okta.sim.add_member(choir, three, job=True)
    okta.sim.delete_group(okta.sim.group_id("Sales"))
    born = okta.sim.create_user(firstName="Sigrun", lastName="Weaver", managerId=one)
    okta.wait_same()
    assert okta.employee(born)["manager_id"] == okta.employee(one)["id"]
    okta.settle()
    assert not okta.weir.listed("/events", state="aside")


def test_managers_are_found_however_they_are_named(make_okta):
    """By id, login or number; by a directory's name they are not."""
    okta = make_okta(people=40).start()
    ids = okta.sim.user_ids()
    logins = {okta.sim.user(u)["profile"]["login"].lower(): u for u in ids}
    numbers = {okta.sim.user(u)["profile"].get("employeeNumber"): u for u in ids}
    found = 0
    for user in ids:
        given = okta.sim.user(user)["profile"].get("managerId") or ""
        boss = given if given in ids else logins.get(given.lower()) or numbers.get(given or "none")
        manager = okta.employee(user)["manager"]
        assert (manager["remote_id"] if manager else None) == (boss if boss != user else None), given
        found += boss is not None
    assert found > 10


def test_a_wrong_secret_is_refused_and_the_log_heals_it(okta):
    user = okta.sim.user_ids(1)[0]
    okta.sim.switches.secret_fault = "wrong"
    okta.sim.update_user(user, title="Joiner")
    okta.weir.wait_log("delivery refused")
    okta.sim.wait_idle()
    okta.sim.switches.secret_fault = ""
    assert okta.employee(user)["job_title"] != "Joiner"
    okta.weir.restart()
    okta.wait_employee(user, job_title="Joiner")

