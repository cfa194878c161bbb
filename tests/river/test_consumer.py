"""An application written after the published recipe, and one that follows the feed, stay equal to the tool: over random
changes, while the daemon is killed, the tool fails and the application fails. WEIR_CHANGES says how many changes, the seed
is printed, and WEIR_SEED takes it again."""

from __future__ import annotations

import os
import random
import time
from typing import Any

from sim.receiver import hang

from consumer import MODEL_OF, READ_FOR, FeedReader, ListReader
from random_company import RandomCompany, absences_of, people_of
from weir import eventually, is_sanitized
from whole_river import River

CHANGES = int(os.environ.get("WEIR_CHANGES", "400"))
SEED = int(os.environ.get("WEIR_SEED") or random.randrange(2 ** 32))
LOOKS = 4  # how often all is compared
FETCH_S = 2.5 if is_sanitized() else 1.5
EMBEDDED = ("manager", "legal_entity", "work_location", "type")
Row = dict[str, Any]


class Weather:
    """What goes wrong: at the tool, in the application, and with the daemon."""

    def __init__(self, river: River, rng: random.Random) -> None:
        self._river, self._rng = river, rng
        self._stuck = 0
        self.kills = self.stuck = self.tool_failures = self.app_failures = 0
        river.sim.gate = self._gate
        self.calm = False
        for receiver in river.receivers:
            receiver.answers = self._answer

    def _gate(self, request: Any) -> None:
        """A call that is answered too late."""
        if self._stuck > 0 and request.path.startswith("/v2/persons/"):
            self._stuck -= 1
            time.sleep(FETCH_S + 0.3)

    def _answer(self, message: Any) -> Any:
        if self.calm or self._rng.random() > 0.15:
            return 200
        self.app_failures += 1
        return self._rng.choice([500, 503, 404, "close", "close", hang(0.7)])

    def strike(self) -> None:
        """Perhaps, once a change."""
        if self._rng.random() < 0.05:
            self.tool_failures += 1
            self._river.sim.switches.set(
                fail_count=self._rng.randrange(1, 5), fail_status=self._rng.choice([429, 500, 502, 503]),
                fail_body=self._rng.choice(["problem", "plain", "empty", "close", "cut"]),
                fail_match=self._rng.choice(["", "GET /v2/persons/{id}", "GET /v2/absence-periods"]))
        if self._rng.random() < 0.006:
            self.stuck += 1
            self._stuck = 1
        if self._rng.random() < 0.012:
            self.kill()

    def kill(self) -> None:
        self.kills += 1
        self._river.weir.kill()
        self._river.weir.start()

    def clear(self) -> None:
        self.calm = True
        self._stuck = 0
        self._river.sim.switches.reset()


def seen_by_lists(reader: ListReader) -> tuple[dict[str, Row], dict[str, Row]]:
    """Its people and absences that are not deleted, by remote id, in the words of people_of and absences_of."""
    people = {row["remote_id"]: person_seen(
        row, row["manager"] and row["manager"]["remote_id"], row["work_location"], row["legal_entity"],
        [job for job in row["employments"] if job["remote_deleted_at"] is None])
        for row in reader.rows["/hris/employees"].values() if row["remote_deleted_at"] is None}
    owners = {row["id"]: row["remote_id"] for row in reader.rows["/hris/employees"].values()}
    absences = {row["remote_id"]: absence_seen(row, owners) for row in reader.rows["/hris/absences"].values()
                if row["remote_deleted_at"] is None}
    return people, absences


def seen_by_feed(reader: FeedReader) -> tuple[dict[str, Row], dict[str, Row]]:
    """The same. What a person refers to is looked up in its own copies: the feed tells of each record when it changes."""
    employees = reader.rows["hris_employees"]
    jobs = reader.rows["hris_employments"].values()
    owners = {row["id"]: row["remote_id"] for row in employees.values()}
    people = {row["remote_id"]: person_seen(
        row, owners.get(row["manager_id"]), reader.rows["hris_locations"].get(row["work_location_id"]),
        reader.rows["hris_legal_entities"].get(row["legal_entity_id"]),
        [job for job in jobs if job["employee_id"] == row["id"]]) for row in employees.values()}
    return people, {row["remote_id"]: absence_seen(row, owners) for row in reader.rows["hris_absences"].values()}


def person_seen(row: Row, manager: str | None, office: Row | None, entity: Row | None, jobs: list[Row]) -> Row:
    return {**{name: row[name] for name in ("first_name", "last_name", "work_email", "display_full_name", "job_title")},
            "manager": manager, "office": office and office["name"], "entity": entity and entity["name"],
            "teams": sorted(group["name"] for group in row["groups"] if group["type"] == "TEAM"),
            "jobs": sorted((job["remote_id"], job["job_title"]) for job in jobs)}


def absence_seen(row: Row, owners: dict[str, str]) -> Row:
    seen = {"person": owners.get(row["employee_id"]), "type": row["type"] and row["type"]["name"],
            "note": row["employee_note"], "status": row["status"], "start": row["start_date"]}
    if row["unit"] == "DAYS" and row["end_date"] is not None:
        seen["end"] = row["end_date"]
    return seen


def compare(ours: dict[str, Row], theirs: dict[str, Row]) -> list[str]:
    wrong = [f"{one}: not at the tool" for one in ours.keys() - theirs.keys()]
    wrong += [f"{one}: missing" for one in theirs.keys() - ours.keys()]
    for one in ours.keys() & theirs.keys():
        wrong += [f"{one}.{name}: {ours[one].get(name)!r}, at the tool {value!r}"
                  for name, value in theirs[one].items() if ours[one].get(name) != value]
    return wrong


def look(river: River, company: RandomCompany, lists: ListReader, feed: FeedReader) -> None:
    """All is quiet: each copy is what the tool has, and what the API shows, to the last field."""
    river.settle(120)
    lists.wait()
    feed.wait()
    assert lists.failed is None and feed.failed is None
    for name, (people, absences) in (("lists", seen_by_lists(lists)), ("feed", seen_by_feed(feed))):
        wrong = compare(people, people_of(river.sim)) + compare(absences, absences_of(river.sim))
        assert wrong == [], f"{name}: {len(wrong)} differences: {wrong[:8]}\n{river.weir.tail()}"
    for path in READ_FOR:
        fresh = {row["id"]: row for row in river.weir.rows(path, include_deleted="true", page_size=250)}
        kept = lists.rows[path]
        # Who is deleted is told of once: that their manager is renamed later does not bring them back.
        wrong = [(one, name) for one, row in fresh.items() for name in row
                 if kept.get(one, {}).get(name, "missing") != row[name]
                 and not (row["remote_deleted_at"] and name in EMBEDDED)]
        assert wrong == [] and kept.keys() == fresh.keys(), f"{path}: {wrong[:3]}"
        gone = {one for one, row in fresh.items() if row["remote_deleted_at"] is not None}
        assert feed.rows[MODEL_OF[path]].keys() == fresh.keys() - gone, path
        assert gone <= feed.gone[MODEL_OF[path]], path
    deleted = {row["remote_id"] for rows in lists.rows.values() for row in rows.values() if row["remote_deleted_at"]}
    known = {row["remote_id"] for rows in lists.rows.values() for row in rows.values()}
    assert (company.deleted_people | company.deleted_absences) & known <= deleted


def test_applications_stay_equal_to_the_tool_whatever_fails(make_river):
    print(f"WEIR_SEED={SEED} WEIR_CHANGES={CHANGES}")
    rng = random.Random(SEED)
    river = make_river(people=20, workers={"fetch_timeout_ms": int(FETCH_S * 1000), "tries_max": 12},
                       dispatch={"timeout_ms": 500, "probe_ms": 1000, "retry_ms": [50, 100, 200, *[400] * 12]})
    second = river.endpoint("feed")
    river.start()
    river.sim.courier.retry_scale = min(river.sim.courier.retry_scale, 0.002)
    lists, feed = ListReader(river.weir, river.app), FeedReader(river.weir, second)
    company, weather = RandomCompany(river.sim, rng), Weather(river, random.Random(SEED + 1))
    try:
        for number in range(CHANGES):
            weather.calm = False
            company.change()
            weather.strike()
            if rng.random() < 0.6:  # else several at once
                time.sleep(rng.uniform(0, 0.2))
            if (number + 1) % max(1, CHANGES // LOOKS) == 0:
                weather.kill()  # with changes on their way
                weather.clear()
                look(river, company, lists, feed)
    finally:
        weather.clear()
        lists.close()
        feed.close()
    print(f"{company.counts}, {weather.kills} kills, {weather.tool_failures} failures of the tool, {weather.stuck} calls "
          f"that hung, {weather.app_failures} of the application, {lists.handled} and {feed.handled} messages, "
          f"{lists.again + feed.again} reads while the daemon was away, {feed.told} rows of the feed")
    assert company.deleted_people and company.deleted_absences
    assert weather.app_failures and weather.tool_failures and weather.kills >= LOOKS
    assert river.weir.listed("/events", state="aside") == []
    eventually(lambda: river.weir.status()["store"]["dead_count"] == 0)
