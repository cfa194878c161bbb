"""The oddities of the simulated Personio that a test can turn on.

Each is off, or at what real accounts show, by default.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..switchboard import Switchboard, switch


@dataclass
class Switches(Switchboard):
    # What a delivery looks like.
    absence_key: str = switch(
        "absence_period", "payload member of absence events",
        ("absence_period", "absence-period"))
    payload_shape: str = switch(
        "nested", "where ids stand: employment.id + person.id | employment_id + person_id | "
        "id of the event's own resource | employment.person.id | nowhere",
        ("nested", "flat", "bare", "inner", "empty"))
    integer_ids: bool = switch(False, "numeric ids and company_id as JSON numbers")
    employment_event_without_person: bool = switch(False, "no person in employment events")
    absence_event_without_person: bool = switch(False, "no person in absence events")
    extra_members: bool = switch(False, "`meta` and members nobody documented")
    other_company: bool = switch(False, "another company_id")
    body_fault: str = switch(
        "", "over 64 KiB | cut JSON | a JSON array | event_name missing | payload not an object",
        ("", "too_large", "malformed", "not_object", "missing_field", "wrong_type"))
    token_fault: str = switch(
        "", "Authorization absent | other | its last word only | the one before rotation | twice",
        ("", "missing", "wrong", "no_prefix", "previous", "twice"))
    retry_token: str = switch(
        "current", "a retry uses the token of now or of the event's time", ("current", "original"))
    retry_other_order: bool = switch(False, "a retry has its JSON members in another order")

    # Which deliveries come, and when.
    duplicates: int = switch(0, "further copies of each event, JSON members in another order")
    reorder: int = switch(0, "events are gathered in groups of n and sent last first")
    unknown_events: bool = switch(False, "each change also sends an event name nobody knows")
    ghost_events: bool = switch(False, "each change also names an id that is 404")
    updated_after_create: bool = switch(False, "person.updated follows person.created")
    cost_centers_fire_updated: bool = switch(False, "employment.updated for cost centers, too")
    spurious_timerange: bool = switch(False, "every absence update also fires updated.timerange")
    silent_employment_fields: list[str] = switch(
        ["job", "org_units"], "employment changes that fire nothing")
    employment_touches_person: bool = switch(False, "an employment change moves the person's "
                                             "updated_at")

    # What reading gives.
    hidden_person_fields: list[str] = switch(
        [], "attributes the credential may not read; `*` leaves id, employments, "
        "custom_attributes, _meta")
    hidden_employment_fields: list[str] = switch(
        [], "same; `*` leaves id, person, status, _meta")
    missing_rights: list[str] = switch(
        [], "persons (401), absences, webhooks, org-units, workplaces, legal-entities, "
        "cost-centers (403)")
    gateway_error_shape: str = switch(
        "problem", "body of 401 and 403", ("problem", "error", "v1"))
    person_status_missing: bool = switch(False, "persons without `status`")
    attribute_types: str = switch(
        "lower", "spelling of custom attribute types", ("lower", "upper"))
    typed_attribute_values: bool = switch(False, "custom attributes as numbers, booleans, arrays "
                                          "of objects, null")
    last_working_date: bool = switch(False, "`last_working_date` for `last_working_day`")
    null_supervisor: bool = switch(False, "employments with supervisor null")
    null_office: bool = switch(False, "employments with office null")
    null_ends_at: bool = switch(False, "absences with ends_at null")
    absence_person_missing: bool = switch(False, "absences without `person`")
    absence_nulls: bool = switch(False, "comment, timezone_id and both types null")
    zoned_date_times: bool = switch(False, "date_time with a fraction and `Z`")
    midday_boundaries: bool = switch(False, "half days begin and end at 12:00, not at midnight")
    legal_entities_off: bool = switch(False, "412 on legal entities")
    org_unit_list_off: bool = switch(False, "404 on the org unit list even with Beta: true")

    # Paging.
    relative_links: bool = switch(False, "links without scheme and host")
    raw_cursor_in_links: bool = switch(False, "cursors stand unescaped in links")
    cursor_alone: bool = switch(False, "400 when limit or filters accompany a cursor")
    repeat_cursor: bool = switch(False, "the next link repeats its own cursor")
    empty_page_with_next: bool = switch(False, "a page without items but with a next link")

    # Trouble.
    fail_count: int = switch(0, "so many next calls fail; counts down")
    fail_status: int = switch(503, "with this status")
    fail_body: str = switch(
        "problem", "and this body; or the connection ends before or within the answer",
        ("problem", "plain", "empty", "close", "cut"))
    fail_match: str = switch("", "only calls whose `METHOD template` contains this")
    slow_s: float = switch(0.0, "seconds before an answer")
    slow_match: str = switch("", "only calls whose `METHOD template` contains this")
    retry_after_429: int = switch(0, "Retry-After on 429; 0: none, as in reality")
    token_error: str = switch("", "the token endpoint fails with this `error`")

    # Webhook management.
    created_wrapped: bool = switch(False, "201 wrapped in `_data`")
    token_hidden: bool = switch(False, "token and custom_headers only in the 201")
    conflict: str = switch("url", "what gives 409", ("url", "url_and_events", "never"))
    refuse_cost_centers_event: int = switch(0, "status that refuses employment.updated."
                                            "cost-centers; 0: accepted")
    strict_accept: bool = switch(False, "406 for PATCH and DELETE unless Accept has "
                                 "application/problem+json")
    event_ids: bool = switch(False, "items of the events list have an `id`")
    events_newest_first: bool = switch(False, "order of the events list")
