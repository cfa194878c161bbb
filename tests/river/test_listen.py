"""weir listen: notifications on a developer's terminal, and at their own program, over whatever happens to the daemon."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from typing import Any

import pytest
from sim.receiver import Receiver

from weir import eventually
from whole_river import River


class Listening:
    """A running "weir listen"; what it prints is read by threads of their own."""

    def __init__(self, river: River, *arguments: str, given: str | None = None, by_url: bool = False) -> None:
        weir = river.weir
        where = (["--url", f"http://127.0.0.1:{weir.admin_port}"] if by_url
                 else ["--socket", weir.config["admin_socket"]])
        self.process = subprocess.Popen([weir.program, "listen", *where, *arguments], env=weir.env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert self.process.stdin is not None
        if given is not None:
            self.process.stdin.write(given)
        self.process.stdin.close()
        self.out: list[str] = []
        self.err: list[str] = []
        self.readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _read(stream: Any, lines: list[str]) -> None:
        for line in stream:
            lines.append(line.rstrip("\n"))

    def wait(self, text: str, where: str = "out") -> str:
        lines = self.out if where == "out" else self.err
        return eventually(lambda: next((line for line in list(lines) if text in line), None),
                          say=f"{text!r} was not printed:\n{self.out}\n{self.err}")

    def wait_rows(self, count: int) -> list[dict[str, Any]]:
        eventually(lambda: len(self.rows) >= count, say=f"not {count} came:\n{self.out}\n{self.err}")
        return self.rows

    @property
    def rows(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in list(self.out)]
        return [line for line in lines if line["event"] == "notification"]

    def end(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(30)
        for reader in self.readers:
            reader.join(10)
        return status


@pytest.fixture
def own():
    """The developer's own program."""
    receiver = Receiver("to be told").start()
    yield receiver
    receiver.stop()


def secret_of(listening: Listening) -> str:
    return json.loads(listening.wait('"listening"'))["secret"]


def test_a_notification_is_forwarded_with_both_signatures_of_the_secret_that_was_shown(river, own):
    listening = Listening(river, "--forward", own.url, "--json")
    own.secrets = [secret_of(listening)]
    endpoint_secret = river.weir.env["HOOK_SECRET_1"]
    eventually(lambda: river.weir.metric("weir_streams") == 1)
    person = river.sim.add_person(first_name="Uma")
    message = river.wait_message("hris_employees", person, "created")

    assert own.wait_for(lambda messages: message.id in [m.id for m in messages])
    forwarded = next(m for m in own.messages if m.id == message.id)
    assert forwarded.problems == [] and forwarded.kombo_ok and forwarded.standard_ok
    assert forwarded.json == message.json
    assert own.secrets[0].startswith("whsec_") and own.secrets[0] != endpoint_secret
    row = next(r for r in listening.wait_rows(1) if r["id"] == message.id)
    assert row["body"] == message.json and row["endpoint"] == "app" and row["integration"] == "personio:acme"
    assert row["forward"]["outcome"] == "answered" and row["forward"]["status"] == 200 and row["forward"]["ms"] >= 0
    assert listening.end() == 0
    eventually(lambda: river.weir.metric("weir_streams") == 0)


def test_a_person_sees_what_it_is_about_and_that_nobody_took_it(river, own):
    own.answers = [500]
    listening = Listening(river, "--forward", own.url, by_url=True)
    own.secrets = [listening.wait("verify with whsec_").split()[-1]]
    listening.wait("listening", "err")
    person = river.sim.add_person(first_name="Uma")
    river.wait_message("hris_employees", person, "created")

    assert "personio:acme  for app" in listening.wait("data-changed")
    listening.wait("hris_employees  1 created")
    listening.wait("-> HTTP 500 in")
    own.stop()
    river.sim.update_person(person, first_name="Una")
    listening.wait("-> refused")
    assert listening.end(signal.SIGTERM) == 0
    assert "shown" in listening.err[-1]
    assert all(m.problems == [] for m in own.messages)


def test_what_was_made_while_the_daemon_was_away_is_shown_once(river):
    listening = Listening(river, "--json")
    eventually(lambda: river.weir.metric("weir_streams") == 1)
    people = []
    for turn in range(3):
        people.append(river.sim.add_person(first_name=f"Before {turn}"))
        river.wait_message("hris_employees", people[-1], "created")
        river.app.answers = [503]  # what is on its way at the stop is tried again, and goes out after the start
        people.append(river.sim.add_person(first_name=f"Around {turn}"))
        if turn == 1:
            river.weir.kill()
            river.weir.start()
        else:
            river.weir.restart()
        river.wait_message("hris_employees", people[-1], "created")
        eventually(lambda: sum("connected again" in line for line in listening.err) == turn + 1)
    people.append(river.sim.add_person(first_name="Last"))
    river.wait_message("hris_employees", people[-1], "created")
    river.settle()

    def created() -> set[str]:
        return {r["remote_id"] for row in listening.rows for r in row["body"]["data"]["changed_records"]
                if r["change"] == "created" and r["model"] == "hris_employees"}
    eventually(lambda: set(people) <= created(), say=f"missing {set(people) - created()}:\n{listening.err}")
    ids = [row["id"] for row in listening.rows]
    assert len(ids) == len(set(ids)), "one was shown twice"
    assert sum("connecting again" in line for line in listening.err) == 3
    assert listening.end() == 0


def test_a_later_run_goes_on_where_the_one_before_ended(river, own):
    place = river.folder / "place"
    first = Listening(river, "--json", "--resume", str(place))
    eventually(lambda: river.weir.metric("weir_streams") == 1)
    shown = river.wait_message("hris_employees", river.sim.add_person(first_name="Ada"), "created")
    eventually(lambda: shown.id in [r["id"] for r in first.rows])
    river.settle()
    assert first.end() == 0
    before = [r["id"] for r in first.rows]
    river.app.clear()
    river.wait_message("hris_employees", river.sim.add_person(first_name="Bea"), "created")
    river.settle()
    missed = [m.id for m in river.app.messages]

    own.answers = ["hang"]  # ended while it waits for an answer: that one was not taken, and comes again
    second = Listening(river, "--forward", own.url, "--resume", str(place))
    assert [m.id for m in own.wait(1)] == missed[:1]
    assert second.end(signal.SIGHUP) == 0
    third = Listening(river, "--json", "--resume", str(place))
    third.wait_rows(len(missed))
    assert third.end() == 0
    assert [r["id"] for r in third.rows] == missed and not set(before) & set(missed)

    place.write_text("something else")
    done = river.weir.cli("listen", "--resume", str(place), check=False)
    assert done.returncode == 1 and "was not written by weir listen" in done.stderr


def test_the_last_ones_come_first_in_their_order(river, own):
    messages = []
    for name in ("Ada", "Bea", "Cid"):
        messages.append(river.wait_message("hris_employees", river.sim.add_person(first_name=name), "created"))
    river.settle()
    every = [m.id for m in river.app.messages]

    own.secrets = ["a secret of their own"]
    listening = Listening(river, "--json", "--last", "2", "--forward", own.url, "--secret-file", "-",
                          given=own.secrets[0] + "\n")
    rows = listening.wait_rows(2)

    assert [r["id"] for r in rows] == every[-2:]
    assert "secret" not in json.loads(listening.out[0])
    assert own.wait(2)
    assert [m.id for m in own.messages[:2]] == every[-2:]
    assert all(m.kombo_ok for m in own.messages)
    listening.wait("listening", "out")
    assert listening.end() == 0


def test_only_what_was_asked_for_is_shown(make_river):
    river = make_river()
    river.endpoint("other", events=["data-changed", "sync-finished"])
    river.start()
    syncs = Listening(river, "--json", "--endpoint", "other", "--events", "sync-finished")
    changes = Listening(river, "--json", "--endpoint", "app")
    nothing = Listening(river, "--json", "--events", "integration-created,connection-flow-failed")
    eventually(lambda: river.weir.metric("weir_streams") == 3)
    person = river.sim.add_person(first_name="Uma")
    message = river.wait_message("hris_employees", person, "created")
    river.weir.cli("sync", "personio:acme")

    row = syncs.wait_rows(1)[0]
    assert row["type"] == "sync-finished" and row["endpoint"] == "other"
    eventually(lambda: message.id in [r["id"] for r in changes.rows])
    assert {(r["type"], r["endpoint"]) for r in changes.rows} == {("data-changed", "app")}
    assert [one.end() for one in (syncs, changes, nothing)] == [0, 0, 0]
    assert nothing.rows == []


def test_ctrl_c_does_not_wait_for_a_program_that_hangs(river, own):
    own.answers = ["hang"]
    listening = Listening(river, "--forward", own.url)
    listening.wait("listening", "err")
    river.sim.add_person(first_name="Uma")
    assert own.wait(1)

    listening.process.send_signal(signal.SIGINT)
    assert listening.process.wait(15) == 0  # an answer may take 30 s


def test_a_mistake_is_told_before_anything_is_sent(river):
    for arguments, says in ((("--forward", "localhost:3000"), "--forward"), (("--secret-file", "x"), "--forward"),
                            (("--events", "data-changed,data-chnaged"), "data-chnaged"), (("--last", "0"), "--last")):
        done = river.weir.cli("listen", *arguments, check=False)
        assert done.returncode == 2 and says in done.stderr, (arguments, done.stderr)
    for arguments in (("--integration", "personio:nobody"), ("--endpoint", "nobody")):
        done = river.weir.cli("listen", *arguments, check=False)
        assert done.returncode == 1 and "no" in done.stderr, (arguments, done.stderr)
    socket = river.weir.config["admin_socket"]
    river.weir.stop()
    done = subprocess.run([river.weir.program, "listen", "--socket", socket], env=river.weir.env, text=True,
                          capture_output=True, timeout=60)
    assert done.returncode == 3 and "no daemon answers" in done.stderr
