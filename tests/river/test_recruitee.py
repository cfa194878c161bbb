"""Recruitee: a webhook made by hand, candidates that move, jobs, and sweeps for what no event tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recruitee_river import ACME_RC, RecruiteeRiver
from sim.recruitee.hooks import Refused
from weir import eventually


@pytest.fixture
def make_recruitee(tmp_path: Path) -> Iterator[Callable[..., RecruiteeRiver]]:
    made: list[RecruiteeRiver] = []

    def make(**given: object) -> RecruiteeRiver:
        made.append(RecruiteeRiver(tmp_path / f"r{len(made)}", **given))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def rc(make_recruitee: Callable[..., RecruiteeRiver]) -> RecruiteeRiver:
    return make_recruitee().start()


# Set-up


@pytest.mark.parametrize("form", ["bare", "example"])
def test_the_test_request_is_answered_before_there_is_a_secret(make_recruitee, form):
    rc = make_recruitee(switches={"test_form": form})
    rc.start(synced=False)
    rc.wait_synced()
    rc.sim.reset_counters()

    rc.make_hook()

    shown = rc.wait_state("manual_setup")
    assert "paste its secret (webhook_secret)" in shown["reason"] and shown["last_delivery"] is None
    assert f"any name, and this URL: {shown['callback_url']}" in rc.weir.cli("subscriptions", "show", ACME_RC).stdout
    rc.settle()
    assert rc.weir.listed("/deliveries") == [] and rc.sim.requests == []
    rc.paste()
    assert rc.test().status == 200
    assert rc.weir.wait_log("handshake answered", reason="a test without a signature: the address is right")
    rc.sim.switches.tests_signed = True
    assert rc.test().status == 200
    assert rc.weir.wait_log("handshake answered", reason="a test: address and secret are right")
    rc.settle()
    assert rc.weir.listed("/deliveries") == []
    assert rc.wait_state("manual_setup")["last_delivery"] is None


def test_events_before_the_secret_wait_at_the_tool(make_recruitee):
    rc = make_recruitee(switches={"secret_blank": True})
    rc.start(synced=False)
    rc.wait_synced()
    rc.make_hook()
    one = rc.sim.candidate_ids()[0]
    rc.sim.courier.retry_scale = 0.002

    rc.sim.move(one, 702)

    assert rc.sim.wait_attempts(2)
    assert all(a.status == 503 for a in rc.sim.attempts if a.event_name == "candidate_moved")
    rc.paste()
    rc.wait_application(one, stage="Phone screen")
    shown = rc.wait_state("active")
    assert shown["active_since"] and shown["last_delivery"] and shown["automatic"] is False


def test_a_webhook_is_not_made_while_weir_is_down(make_recruitee):
    rc = make_recruitee()
    with pytest.raises(Refused):
        rc.make_hook()


def test_another_secret_is_refused_until_it_is_pasted_again(make_recruitee):
    rc = make_recruitee()
    rc.start(synced=False)
    rc.wait_synced()
    rc.make_hook()
    rc.paste("of-another-webhook")
    one = rc.sim.candidate_ids()[0]

    rc.sim.move(one, 702)

    assert eventually(lambda: [a for a in rc.sim.attempts if a.status == 401])
    assert rc.wait_state("manual_setup")
    rc.paste()
    rc.wait_application(one, stage="Phone screen")
    rc.wait_state("active")


# Deliveries


def test_a_candidate_moves_and_the_application_is_told(rc):
    one, job = rc.sim.candidate_ids()[0], rc.sim.jobs()[0]

    rc.sim.move(one, 702)

    row = rc.wait_application(one, stage="Phone screen")
    assert (row["job"]["remote_id"], row["outcome"]) == (str(job), "PENDING")
    assert row["current_stage"]["index"] == 2
    rc.wait_message("ats_applications", row["remote_id"], "updated")
    assert rc.fetches(one) == 1


def test_the_whole_way_of_an_application(rc):
    one, (job, other) = rc.sim.candidate_ids()[0], rc.sim.jobs()

    rc.sim.disqualify(one, 32)
    row = rc.wait_application(one, outcome="DECLINED", rejection_reason_name="Withdrew")
    assert row["rejected_at"]
    rc.sim.requalify(one)
    rc.wait_application(one, outcome="PENDING", rejection_reason_name=None, rejected_at=None)
    rc.sim.hire(one, starts="2026-05-01")
    rc.wait_application(one, stage="Hired", outcome="HIRED", custom_fields={"job_starts_at": "2026-05-01"})
    rc.sim.assign(one, other)
    second = rc.wait_application(one, other, stage="Applied")
    rc.sim.unassign(one, other)
    rc.sim.move(one, 703, job)
    eventually(lambda: rc.application(one, other) is None)
    rc.wait_message("ats_applications", second["remote_id"], "deleted")
    rc.sim.delete_candidate(one)
    eventually(lambda: str(one) not in rc.rows("candidates") and rc.application(one) is None)
    rc.wait_message("ats_candidates", str(one), "deleted")
    rc.wait_same()


def test_placements_that_do_not_tell_their_outcome_have_it_from_the_event(make_recruitee):
    rc = make_recruitee(switches={"disqualify_silent": True}).start()
    one = rc.sim.candidate_ids()[0]

    rc.sim.disqualify(one)
    rc.wait_application(one, outcome="DECLINED", rejection_reason_name="Not enough experience")
    rc.sim.move(one, 702)
    rc.wait_application(one, stage="Phone screen", outcome="DECLINED")
    rc.sim.requalify(one)
    rc.wait_application(one, outcome="PENDING")


def test_a_job_is_published_and_closed(rc):
    job = rc.sim.add_offer(title="Librarian", status="draft", published_at=None)
    eventually(lambda: str(job) in rc.rows("jobs"))

    rc.sim.set_status(job, "published")

    eventually(lambda: rc.rows("jobs")[str(job)]["status"] == "OPEN")
    row = rc.rows("jobs")[str(job)]
    assert (row["name"], row["visibility"], row["employment_type"]) == ("Librarian", "PUBLIC", "FULL_TIME")
    assert [s["name"] for s in sorted(row["stages"], key=lambda s: s["index"])] == [
        "Applied", "Phone screen", "Interview", "Hired"]
    assert {m["email"] for m in row["hiring_team"]} == {"lena@northwind.example", "omar@northwind.example"}
    rc.wait_message("ats_jobs", str(job), "updated")
    rc.sim.set_status(job, "archived")
    eventually(lambda: rc.rows("jobs")[str(job)]["status"] == "ARCHIVED")


def test_talent_pools_are_neither_jobs_nor_applications(rc):
    pool, one = rc.sim.pools()[0], rc.sim.candidate_ids()[0]

    rc.sim.update_offer(pool, title="Later talents")
    rc.sim.assign(one, pool)
    two = rc.sim.add_candidate([pool], name="Uma Vale")

    eventually(lambda: str(two) in rc.rows("candidates"))
    rc.settle()
    assert str(pool) not in rc.rows("jobs") and rc.application(two) is None
    rc.wait_same()
    assert rc.sim.count(f"GET /c/4711/offers/{pool}") == 1  # then it is known


def test_one_event_whatever_its_attempt_count(rc):
    one = rc.sim.candidate_ids()[0]
    rc.sim.switches.set(duplicates=1, same_id=True)

    rc.sim.move(one, 702)

    rc.wait_application(one, stage="Phone screen")
    rc.settle()
    mark = rc.fetches(one)
    assert 1 <= mark <= 2
    # And the same again, as a person repeats it in the tab Logs.
    event = rc.sim.hooks.log[0].event.id
    rc.sim.switches.bare_envelope = True
    rc.sim.hooks.repeat(event)
    rc.settle()
    assert rc.fetches(one) == mark
    assert all(a.status == 200 for a in rc.sim.attempts)


@pytest.mark.parametrize("kind, status", [("upper", 200), ("prefixed", 200), ("wrong", 401), ("missing", 401),
                                          ("twice", 401)])
def test_signatures(rc, kind, status):
    one = rc.sim.candidate_ids()[0]
    rc.sim.courier.retry_scale = 1e-7
    rc.sim.switches.signature = kind

    rc.sim.move(one, 702)

    assert rc.sim.wait_idle()
    assert {a.status for a in rc.sim.attempts} == {status}
    rc.settle()
    assert rc.fetches(one) == (1 if status == 200 else 0)


def test_deliveries_in_every_other_form(rc):
    one, two = rc.sim.candidate_ids()[:2]
    rc.sim.switches.set(bare_envelope=True, subtype_null=True, candidate_without_offer=True, unknown_events=True,
                        reorder=3, old_times=True, tag_objects=True, department_object=True, no_references=True)

    rc.sim.move(one, 702)
    rc.sim.move(two, 703)
    rc.sim.update_candidate(one, tags=["remote"])
    rc.sim.disqualify(two)
    rc.sim.update_offer(rc.sim.jobs()[0], title="Developer")

    rc.wait_same()
    assert [t["name"] for t in rc.rows("candidates")[str(one)]["tags"]] == ["remote"]
    assert rc.rows("jobs")[str(rc.sim.jobs()[0])]["department"] == "Platform"


def test_a_storm_costs_few_fetches(rc):
    chosen = rc.sim.storm(600, 3)

    rc.wait_same()
    assert sum(rc.fetches(one) for one in chosen) < 300


# Trouble


def test_an_event_of_a_candidate_that_a_proxy_denies_deletes_nothing(rc):
    one = rc.sim.candidate_ids()[0]
    rc.sim.switches.set(fail_count=3, fail_status=404, fail_body="page", fail_match="candidates/{id}")

    rc.sim.move(one, 702)

    rc.wait_application(one, stage="Phone screen")
    assert rc.fetches(one) == 4
    assert not [m for m in rc.app.messages if any(
        r["change"] == "deleted" for r in m.data.get("changed_records", []))]


@pytest.mark.parametrize("status", [400, 401])
def test_a_revoked_token_is_told_and_the_events_wait(rc, status):
    one = rc.sim.candidate_ids()[0]
    rc.sim.switches.token_revoked = status

    rc.sim.move(one, 702)

    rc.weir.wait_log("integration needs a person", integration=ACME_RC)
    assert rc.application(one)["current_stage"]["name"] == "Applied"
    rc.sim.switches.token_revoked = 0
    rc.weir.cli("subscriptions", "ensure", ACME_RC)
    rc.wait_application(one, stage="Phone screen")


def test_a_job_that_may_not_be_seen_hides_no_application(make_recruitee):
    rc = make_recruitee()
    hidden = rc.sim.jobs()[0]
    rc.sim.switches.hidden_offers = [str(hidden)]
    rc.start()

    assert str(hidden) not in rc.rows("jobs")
    assert len(rc.rows("applications")) == 6


# Sweeps

SEARCH, LIST = "GET /c/{company}/search/new/candidates", "GET /c/{company}/candidates"


def sweep(rc, kind: str, *more: str) -> None:
    mark = rc.weir.log.mark()
    rc.weir.cli("sync", ACME_RC, *more)
    rc.weir.wait_log("sync begins", mark, integration=ACME_RC, type=kind)
    rc.wait_synced(mark)


@pytest.mark.parametrize("search", ["obeyed", "refused", "ignored"])
def test_what_no_event_tells_is_swept(rc, search):
    one = rc.sim.candidate_ids()[0]
    rc.sim.switches.search_filter = search
    rc.sim.update_candidate(one, name="Uma Vale", tags=["remote"])
    # The webhook was just found to be set up, which may ask for a sweep of its own; and a sync asks for a page again.
    before = {path: rc.sim.count(path) for path in (SEARCH, LIST)}

    sweep(rc, "DELTA", "--delta")

    row = rc.rows("candidates")[str(one)]
    assert (row["first_name"], row["last_name"], [t["name"] for t in row["tags"]]) == ("Uma", "Vale", ["remote"])
    searched, listed = (rc.sim.count(path) - before[path] for path in (SEARCH, LIST))
    assert searched in (1, 2) and (listed > 0) == (search != "obeyed")
    assert (rc.fetches(one) == 0) == (search == "refused")


def test_what_was_deleted_while_weir_was_away_is_gone_after_a_full_sync(rc):
    one = rc.sim.candidate_ids()[0]
    rc.sim.deliver = False
    rc.sim.delete_candidate(one)

    sweep(rc, "FULL")

    assert str(one) not in rc.rows("candidates") and rc.application(one) is None
    rc.wait_same()


def test_a_restart_sweeps_what_was_missed(rc):
    one = rc.sim.candidate_ids()[0]
    rc.weir.stop()
    rc.sim.deliver = False
    rc.sim.move(one, 702)
    mark = rc.weir.log.mark()

    rc.weir.start()

    rc.weir.wait_log("sync begins", mark, integration=ACME_RC, type="DELTA")
    rc.wait_application(one, stage="Phone screen")


def test_an_ignored_offset_ends_and_deletes_nothing(make_recruitee):
    rc = make_recruitee(people=105).start()
    assert len(rc.rows("candidates", page_size=250)) == 105
    rc.sim.switches.ignore_offset = True
    mark = rc.weir.log.mark()

    rc.weir.cli("sync", ACME_RC)

    ended = rc.weir.wait_log("sync ended", mark, integration=ACME_RC)
    assert ended["state"] == "PARTIALLY_FAILED"
    assert rc.sim.count("GET /c/{company}/candidates") == 2
    assert len(rc.rows("candidates", page_size=250)) == 105


def test_lists_in_short_forms_are_read_one_by_one(make_recruitee):
    rc = make_recruitee(switches={"short_candidates": True, "short_offers": True, "tags_off": True})
    rc.start()

    rc.wait_same()
    assert len(rc.rows("application-stages")) == 4
    assert {row["email"] for row in rc.rows("users").values()} == {"lena@northwind.example", "omar@northwind.example"}
    assert {row["name"] for row in rc.rows("rejection-reasons").values()} == {"Not enough experience", "Withdrew"}
