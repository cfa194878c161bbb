"""The oddities and failures of the simulated Okta that a test can turn on.

Each is off, or at what real organizations show, by default.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..switchboard import Switchboard, switch


@dataclass
class Switches(Switchboard):
    # What a delivery looks like.
    event_form: str = switch(
        "mixed", "events with nulls | without | those of jobs without, others with",
        ("mixed", "full", "sparse"))
    null_targets: bool = switch(False, "actor, target and debugContext null, as in a preview")
    extra_members: bool = switch(False, "members nobody documented, on each level")
    failed_outcomes: bool = switch(False, "each event is preceded by one of a failed try")
    unknown_events: bool = switch(False, "each delivery also has an event of an unknown type")
    ghost_events: bool = switch(False, "each delivery also names a user and a group that are 404")
    body_fault: str = switch(
        "", "cut JSON | a JSON array | another outer eventType | `data` without events",
        ("", "malformed", "not_object", "wrong_type", "no_events"))
    secret_fault: str = switch(
        "", "auth header absent | other | its last word only | the one before rotation | twice",
        ("", "missing", "wrong", "no_prefix", "previous", "twice"))

    # Which deliveries come, and when.
    drop: int = switch(0, "so many next deliveries are lost without a try; counts down")
    delay_s: float = switch(0.0, "seconds before a delivery is sent")
    duplicates: int = switch(0, "further copies of each delivery, under an eventId of their own")
    split: bool = switch(False, "one event per delivery")
    reorder: bool = switch(False, "the events of a delivery stand last first")
    settle_s: float = switch(0.0, "seconds after a change of a hook before events flow")
    published_ago_s: float = switch(0.0, "events are stamped so many seconds before now")
    removes_on_delete: bool = switch(False, "a deleted group leaves one removal per member")
    delete_delay_s: float = switch(1.0, "seconds a user being deleted is still readable")

    # What reading gives.
    nulls: str = switch(
        "real", "unset members: as in reality | all left out | all null", ("real", "absent",
                                                                           "null"))
    missing_roles: list[str] = switch(
        [], "403 without WWW-Authenticate: eventHooks, users, groups, logs, schemas, userTypes")
    features_off: list[str] = switch([], "401 E0000015 on the same")
    visible_groups: list[str] = switch(
        [], "a role limited to these groups: lists are shorter without a word")
    big_group_limit: int = switch(0, "500 on a group's members above this limit; 0: never")
    index_lag_s: float = switch(0.0, "lists, filter and search show what was so long ago")
    joined_links: bool = switch(False, "one Link line with a comma instead of two")
    lower_case_headers: bool = switch(False, "header names in lower case")
    other_host: bool = switch(False, "links, _links and source name the other host of the org")
    empty_page_with_next: int = switch(0, "so many next list pages are empty but have a next")
    empty_last_page: bool = switch(False, "a full last page has a next that leads to an empty one")
    log_lag_s: float = switch(0.0, "seconds until an event is in the System Log")
    log_numbers: bool = switch(False, "version and postalCode as numbers in the System Log")
    log_links_refused: bool = switch(False, "400 on `after` in the System Log")

    # Trouble.
    fail_count: int = switch(0, "so many next calls fail; counts down")
    fail_status: int = switch(503, "with this status")
    fail_body: str = switch(
        "okta", "and this body; or the connection ends before or within the real answer, or it "
        "has another Content-Type, or a page of HTML stands for it",
        ("okta", "plain", "empty", "close", "cut", "mislabelled", "html"))
    fail_match: str = switch("", "only calls whose `METHOD template` contains this")
    slow_s: float = switch(0.0, "seconds before an answer")
    slow_match: str = switch("", "only calls whose `METHOD template` contains this")
    rate_limited: int = switch(0, "so many next calls are 429; counts down")
    concurrency_limited: int = switch(0, "the same, for too many at once: Limit 0")
    rate_reset_s: int = switch(1, "seconds until the X-Rate-Limit-Reset of these two")
    reset_header: str = switch(
        "once", "X-Rate-Limit-Reset on 429: once | an earlier and the right one | none | no number",
        ("once", "twice", "missing", "unreadable"))

    # Authentication.
    token_expired: bool = switch(False, "401 E0000011 whatever the token")
    token_error: str = switch("", "the token endpoint fails with this `error`")
    dpop: bool = switch(False, "the app demands DPoP")
    dpop_nonce_on_api: bool = switch(False, "API calls need a nonce in their proof, too")

    # Hook management.
    put_unverifies: bool = switch(False, "every PUT of a hook undoes its verification")
    put_keeps_secret: bool = switch(False, "a PUT without the secret keeps it")
    auth_key_case: str = switch(
        "lower", "spelling of authScheme.key in answers", ("lower", "as_sent"))
    verify_without_call: bool = switch(False, "verify succeeds without asking the endpoint")
