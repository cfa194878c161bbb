"""Recruiting on the same river: what a tool of that category holds is stored, shown, and told of when it changes."""

from __future__ import annotations

import pytest

from weir import eventually
from whole_river import River

JOBS = "hiring:jobs"
COUNTS = {"candidates": 4, "applications": 3, "jobs": 2, "application-stages": 2, "offers": 2, "interviews": 2,
          "users": 2, "roles": 2, "tags": 2, "rejection-reasons": 1}


@pytest.fixture
def hiring(make_river):
    def make(**given) -> River:
        river = make_river(people=2, **given)
        river.weir.config["integrations"] = [{"id": JOBS, "organization": "Northwind Robotics GmbH"}]
        river.weir.start()
        river.weir.wait_log("sync ended", integration=JOBS, state="SUCCEEDED")
        eventually(lambda: river.weir.api("/ats/jobs", JOBS).status == 200)
        assert river.app.wait_for(lambda messages: len(messages) > 0)
        river.settle()  # what is still being gathered would go into one message with what a test does
        return river
    return make


def tell(river: River, line: str) -> None:
    assert river.hook(line.encode(), integration=JOBS, token="").status == 200


def wait_row(river: River, path: str, remote_id: str, **fields) -> dict:
    def look() -> dict | None:
        row = river.weir.row(f"/ats/{path}", remote_id, JOBS)
        return row if row and all(row[k] == v for k, v in fields.items()) else None
    return eventually(look, say=f"{path} {remote_id} did not become {fields}")


def test_a_first_sync_brings_every_model_and_tells_their_names(hiring):
    river = hiring()

    assert {path: len(river.weir.rows(f"/ats/{path}", JOBS)) for path in COUNTS} == COUNTS
    names = {"ats_candidates", "ats_applications", "ats_jobs", "ats_application_stages", "ats_offers", "ats_interviews",
             "ats_users", "ats_roles", "ats_tags", "ats_rejection_reasons", "ats_job_postings",
             "ats_screening_questions", "ats_join_candidates_tags", "ats_join_jobs_application_stages",
             "ats_join_jobs_screening_questions", "ats_join_jobs_users", "ats_join_user_job_role_assignments",
             "ats_join_users_roles", "ats_join_interviews_users"}
    # What a sync brings is told as it comes, in several messages.
    assert river.app.wait_for(lambda messages: {one["name"] for message in messages
                                                for one in message.data["changed_models"]} == names)
    refused = river.weir.api("/hris/employees", JOBS)
    assert (refused.status, refused.code) == (501, "INTEGRATION.MODEL_NOT_AVAILABLE")


def test_a_change_of_an_application_is_seen_from_its_candidate_interview_and_offer(hiring):
    river = hiring()
    before = {path: river.weir.row(f"/ats/{path}", one, JOBS)
              for path, one in (("candidates", "c1"), ("interviews", "i1"), ("offers", "o1"), ("jobs", "j1"))}
    since = max(row["changed_at"] for row in before.values())

    tell(river, 'ats_applications a1 {"outcome":"HIRED"}')

    row = wait_row(river, "applications", "a1", outcome="HIRED")
    assert row["candidate"]["first_name"] == "Ada" and len(row["screening_question_answers"]) == 4
    river.wait_message("ats_applications", "a1", "updated")
    for path, one in (("candidates", "c1"), ("interviews", "i1"), ("offers", "o1")):
        found = river.weir.rows(f"/ats/{path}", JOBS, updated_after=row["changed_at"])
        assert one in {row["remote_id"] for row in found}, path
        assert river.weir.row(f"/ats/{path}", one, JOBS)["changed_at"] <= since
    assert river.weir.row("/ats/candidates", "c1", JOBS)["applications"][0]["outcome"] == "HIRED"


def test_a_posting_goes_with_its_job_and_one_that_is_new_is_shown_in_it(hiring):
    river = hiring()
    river.app.clear()

    tell(river, 'ats_job_postings p2 {"job_id":"j2","title":"Cook","visibility":"everybody"}')

    row = eventually(lambda: (r := river.weir.row("/ats/jobs", "j2", JOBS)) and r["job_postings"] and r)
    assert (row["job_postings"][0]["title"], row["job_postings"][0]["visibility"]) == ("Cook", None)
    river.wait_message("ats_job_postings", "p2", "created")
    tell(river, "ats_jobs j1")
    river.wait_message("ats_jobs", "j1", "deleted")
    river.wait_message("ats_job_postings", "p1", "deleted")
    assert [row["remote_id"] for row in river.weir.rows("/ats/jobs", JOBS)] == ["j2"]


def test_what_scope_takes_away_of_recruiting_is_neither_stored_nor_shown(hiring):
    river = hiring(scope={"ats_candidates": {"fields": {"first_name": "enabled"}}, "ats_applications": "enabled",
                          "ats_jobs": "enabled", "ats_users": "disabled"})

    application = river.weir.row("/ats/applications", "a1", JOBS)
    assert application["candidate"]["first_name"] == "Ada" and application["candidate"]["last_name"] is None
    assert application["candidate"]["tags"] == [] and application["current_stage"] is None
    assert river.weir.row("/ats/jobs", "j1", JOBS)["hiring_team"] == []
    assert river.weir.api("/ats/users", JOBS).code == "INTEGRATION.MODEL_DISABLED"
    assert b"Lindqvist" not in (river.folder / "data" / "data.mdb").read_bytes()


def test_a_model_or_field_of_recruiting_that_is_not_is_found_by_check(hiring):
    river = hiring()
    river.weir.config["scopes"] = [{"name": "default", "models": {
        "ats_candidate": "enabled", "ats_jobs": {"fields": {"hireing_team": "enabled"}}}}]
    river.weir.write_config()

    done = river.weir.cli("check", check=False)

    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "ats_candidates" in said and "hiring_team" in said
