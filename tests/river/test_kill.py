"""kill -9 at random moments under load: every event that was answered with 200 is accounted for afterwards."""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
from dataclasses import dataclass, field

from weir import ACME, eventually, is_sanitized
from whole_river import person_event

KILLS = int(os.environ.get("WEIR_KILLS", "50" if is_sanitized() else "200"))
SENDERS = 4
PAUSE_S = 0.012 * max(1.0, KILLS / 1000)  # each event is a new person: a long run must not make a huge company


@dataclass
class Sender:
    """A tool's sender: one event after another, each repeated until it is answered with 200."""

    river: object
    stop: threading.Event
    acked: list[tuple[str, float]] = field(default_factory=list)  # person, when the person came to be
    repeats: int = 0
    others: set[int] = field(default_factory=set)

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.river.weir.port, timeout=10)
        headers = {"Content-Type": "application/json", "Authorization": self.river.token}
        while not self.stop.is_set():
            with self.river.sim.lock, self.river.sim.quiet():  # no event at the tool could help out
                person = self.river.sim.add_person(first_name="Kill")
            born = time.time()
            body = person_event(person, name="person.created")
            while not self._post(connection, headers, body):
                self.repeats += 1
                if self.stop.wait(0.01):
                    return
            self.acked.append((person, born))
            time.sleep(PAUSE_S)

    def _post(self, connection: http.client.HTTPConnection, headers: dict[str, str], body: bytes) -> bool:
        try:
            connection.request("POST", f"/hooks/{ACME}", body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return False
        if answer.status not in (200, 503):
            self.others.add(answer.status)
        return answer.status == 200


def test_no_acknowledged_event_is_lost_to_kill_9(make_river):
    river = make_river(people=4).start()
    last_fetch: dict[str, float] = {}

    def note(request) -> None:
        parts = request.path.split("/")
        if parts[:3] == ["", "v2", "persons"] and len(parts) == 4:
            last_fetch[parts[3]] = request.received_at

    river.sim.gate = note
    rng = random.Random()
    stop = threading.Event()
    senders = [Sender(river, stop) for _ in range(SENDERS)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    for thread in threads:
        thread.start()
    kills = 0
    try:
        while kills < KILLS:
            time.sleep(rng.uniform(0.0, 0.25))
            river.weir.kill()
            kills += 1
            if rng.random() < 0.2:  # now and then in the middle of the start
                river.weir.start(wait=False)
                time.sleep(rng.uniform(0.0, 0.1))
                river.weir.kill()
                kills += 1
            river.weir.start()
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)

    river.weir.restart()
    river.settle(120)
    acked = [one for sender in senders for one in sender.acked]
    print(f"{kills} kills, {len(acked)} events acknowledged, {sum(s.repeats for s in senders)} repeated")
    assert set().union(*(s.others for s in senders)) == set()
    assert len(acked) > kills
    lost = [person for person, born in acked if last_fetch.get(person, 0.0) < born]
    assert lost == [], f"{len(lost)} of {len(acked)} acknowledged events were never looked at: {lost[:5]}"
    # What was posted and never answered may have come in or not; the tool's state decides for the rest.
    rows = {row["remote_id"]: row for row in river.weir.rows("/hris/employees", page_size=250)}
    assert [person for person, _ in acked if person not in rows] == []
    shown = [person for person in rows if rows[person]["last_name"] != river.sim.company.persons[person]["last_name"]]
    assert shown == []
    messages = [m for m in river.app.messages if m.type == "data-changed"]
    assert all(m.problems == [] for m in messages)
    if not any(m.data.get("changed_records_truncated") for m in messages):
        told = {r["remote_id"] for m in messages for r in m.data["changed_records"] if r["model"] == "hris_employees"}
        assert [person for person, _ in acked if person not in told] == []
    assert river.weir.listed("/events", state="aside") == []
    eventually(lambda: river.weir.status()["store"]["inbox_count"] == 0)
