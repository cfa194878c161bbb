"""The oddities of the simulated Personio that a test can turn on.

Each is off, or at what real accounts show, by default. A misspelt name or a value of the wrong
kind is an error at once: a switch that silently does nothing makes a test that proves nothing.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, fields
from typing import Any


def _switch(default: Any, help_text: str, choices: tuple[str, ...] = ()) -> Any:
    meta = {"help": help_text, "choices": choices}
    if isinstance(default, list):
        return field(default_factory=lambda: list(default), metadata=meta)
    return field(default=default, metadata=meta)


@dataclass
class Switches:
    # What a delivery looks like.
    absence_key: str = _switch(
        "absence_period", "payload member of absence events",
        ("absence_period", "absence-period"))
    payload_shape: str = _switch(
        "nested", "where ids stand: employment.id + person.id | employment_id + person_id | "
        "id of the event's own resource | employment.person.id | nowhere",
        ("nested", "flat", "bare", "inner", "empty"))
    integer_ids: bool = _switch(False, "numeric ids and company_id as JSON numbers")
    employment_event_without_person: bool = _switch(False, "no person in employment events")
    absence_event_without_person: bool = _switch(False, "no person in absence events")
    extra_members: bool = _switch(False, "`meta` and members nobody documented")
    other_company: bool = _switch(False, "another company_id")
    body_fault: str = _switch(
        "", "over 64 KiB | cut JSON | a JSON array | event_name missing | payload not an object",
        ("", "too_large", "malformed", "not_object", "missing_field", "wrong_type"))
    token_fault: str = _switch(
        "", "Authorization absent | other | its last word only | the one before rotation | twice",
        ("", "missing", "wrong", "no_prefix", "previous", "twice"))
    retry_token: str = _switch(
        "current", "a retry uses the token of now or of the event's time", ("current", "original"))
    retry_other_order: bool = _switch(False, "a retry has its JSON members in another order")

    # Which deliveries come, and when.
    duplicates: int = _switch(0, "further copies of each event, JSON members in another order")
    reorder: int = _switch(0, "events are gathered in groups of n and sent last first")
    unknown_events: bool = _switch(False, "each change also sends an event name nobody knows")
    ghost_events: bool = _switch(False, "each change also names an id that is 404")
    updated_after_create: bool = _switch(False, "person.updated follows person.created")
    cost_centers_fire_updated: bool = _switch(False, "employment.updated for cost centers, too")
    spurious_timerange: bool = _switch(False, "every absence update also fires updated.timerange")
    silent_employment_fields: list[str] = _switch(
        ["job", "org_units"], "employment changes that fire nothing")
    employment_touches_person: bool = _switch(False, "an employment change moves the person's "
                                              "updated_at")

    # What reading gives.
    hidden_person_fields: list[str] = _switch(
        [], "attributes the credential may not read; `*` leaves id, employments, "
        "custom_attributes, _meta")
    hidden_employment_fields: list[str] = _switch(
        [], "same; `*` leaves id, person, status, _meta")
    missing_rights: list[str] = _switch(
        [], "persons (401), absences, webhooks, org-units, workplaces, legal-entities, "
        "cost-centers (403)")
    gateway_error_shape: str = _switch(
        "problem", "body of 401 and 403", ("problem", "error", "v1"))
    person_status_missing: bool = _switch(False, "persons without `status`")
    attribute_types: str = _switch(
        "lower", "spelling of custom attribute types", ("lower", "upper"))
    typed_attribute_values: bool = _switch(False, "custom attributes as numbers, booleans, arrays "
                                           "of objects, null")
    last_working_date: bool = _switch(False, "`last_working_date` for `last_working_day`")
    null_supervisor: bool = _switch(False, "employments with supervisor null")
    null_office: bool = _switch(False, "employments with office null")
    null_ends_at: bool = _switch(False, "absences with ends_at null")
    absence_person_missing: bool = _switch(False, "absences without `person`")
    absence_nulls: bool = _switch(False, "comment, timezone_id and both types null")
    zoned_date_times: bool = _switch(False, "date_time with a fraction and `Z`")
    midday_boundaries: bool = _switch(False, "half days begin and end at 12:00, not at midnight")
    legal_entities_off: bool = _switch(False, "412 on legal entities")
    org_unit_list_off: bool = _switch(False, "404 on the org unit list even with Beta: true")

    # Paging.
    relative_links: bool = _switch(False, "links without scheme and host")
    raw_cursor_in_links: bool = _switch(False, "cursors stand unescaped in links")
    cursor_alone: bool = _switch(False, "400 when limit or filters accompany a cursor")
    repeat_cursor: bool = _switch(False, "the next link repeats its own cursor")
    empty_page_with_next: bool = _switch(False, "a page without items but with a next link")

    # Trouble.
    fail_count: int = _switch(0, "so many next calls fail; counts down")
    fail_status: int = _switch(503, "with this status")
    fail_body: str = _switch(
        "problem", "and this body; or the connection ends before or within the answer",
        ("problem", "plain", "empty", "close", "cut"))
    fail_match: str = _switch("", "only calls whose `METHOD template` contains this")
    slow_s: float = _switch(0.0, "seconds before an answer")
    slow_match: str = _switch("", "only calls whose `METHOD template` contains this")
    retry_after_429: int = _switch(0, "Retry-After on 429; 0: none, as in reality")
    token_error: str = _switch("", "the token endpoint fails with this `error`")

    # Webhook management.
    created_wrapped: bool = _switch(False, "201 wrapped in `_data`")
    token_hidden: bool = _switch(False, "token and custom_headers only in the 201")
    conflict: str = _switch("url", "what gives 409", ("url", "url_and_events", "never"))
    refuse_cost_centers_event: int = _switch(0, "status that refuses employment.updated."
                                             "cost-centers; 0: accepted")
    strict_accept: bool = _switch(False, "406 for PATCH and DELETE unless Accept has "
                                  "application/problem+json")
    event_ids: bool = _switch(False, "items of the events list have an `id`")
    events_newest_first: bool = _switch(False, "order of the events list")

    def __setattr__(self, name: str, value: Any) -> None:
        spec = self.__dataclass_fields__.get(name)
        if spec is None:
            raise AttributeError(f"there is no switch {name!r}")
        like = default_of(spec)
        if isinstance(like, float) and type(value) is int:
            value = float(value)
        if type(value) is not type(like):
            raise TypeError(f"switch {name} takes a {type(like).__name__}, not {value!r}")
        choices = spec.metadata["choices"]
        if choices and value not in choices:
            raise ValueError(f"switch {name} takes one of {choices}, not {value!r}")
        object.__setattr__(self, name, value)

    def set(self, **values: Any) -> None:
        """All of them or, if one is wrong, none."""
        trial = copy.copy(self)
        for name, value in values.items():
            setattr(trial, name, value)
        for name in values:
            setattr(self, name, getattr(trial, name))

    def reset(self) -> None:
        for spec in fields(self):
            setattr(self, spec.name, default_of(spec))

    def as_dict(self) -> dict[str, Any]:
        return {spec.name: getattr(self, spec.name) for spec in fields(self)}


def default_of(spec: Any) -> Any:
    factory = spec.default_factory
    return factory() if callable(factory) else spec.default
