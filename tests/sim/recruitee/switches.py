"""The oddities of the simulated Recruitee that a test can turn on.

Each is off, or at what the vendor documents, by default.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..switchboard import Switchboard, switch


@dataclass
class Switches(Switchboard):
    # What a delivery looks like.
    bare_envelope: bool = switch(False, "no attempt_count, created_at and level")
    subtype_null: bool = switch(False, "event_subtype is null")
    candidate_without_offer: bool = switch(False, "candidate events name no offer")
    test_form: str = switch("bare", "a test request is {\"test\":true}, or a whole example event "
                            "with that member", ("bare", "example"))
    tests_signed: bool = switch(False, "test requests after the first are signed")
    signature: str = switch(
        "plain", "lower-case hex | in upper case | with sha256= | of another key | none | twice",
        ("plain", "upper", "prefixed", "wrong", "missing", "twice"))
    secret_blank: bool = switch(False, "Show secret gives a line end along")
    same_id: bool = switch(False, "each event comes again with its id and another body")

    # Which deliveries come, and when.
    duplicates: int = switch(0, "further copies of each event")
    reorder: int = switch(0, "events are gathered in groups of n and sent last first")
    unknown_events: bool = switch(False, "each change also sends a type that nobody knows")

    # What reading gives.
    department_object: bool = switch(False, "`department` of offers as an object")
    tag_objects: bool = switch(False, "`tags` of candidates as objects")
    old_times: bool = switch(False, "times as `2026-03-02 09:15:00 UTC`")
    disqualify_silent: bool = switch(False, "placements do not say whether they are disqualified")
    short_candidates: bool = switch(False, "lists of candidates without placements")
    short_offers: bool = switch(False, "lists of offers without pipeline_template")
    hidden_offers: list[str] = switch([], "ids of offers that the token's user may not see")
    no_references: bool = switch(False, "candidates without references")
    tags_off: bool = switch(False, "404 on the list of tags")

    # Lists and the search.
    ignore_offset: bool = switch(False, "offset has no effect")
    search_filter: str = switch("obeyed", "updated_at in filters_json is | 422 | without effect",
                                ("obeyed", "refused", "ignored"))
    search_delay_s: float = switch(0.0, "so old is what the search shows")

    # Trouble.
    token_revoked: int = switch(0, "status that refuses every token, 400 or 401; 0: none")
    fail_count: int = switch(0, "so many next calls fail; counts down")
    fail_status: int = switch(503, "with this status")
    fail_body: str = switch("plain", "and this body, or a connection that ends within it",
                            ("plain", "page", "empty", "close", "cut"))
    fail_match: str = switch("", "only calls whose `METHOD template` contains this")
    subscribe_api: str = switch("absent", "the undocumented list of webhooks is 404 | 403 | 200",
                                ("absent", "forbidden", "present"))
