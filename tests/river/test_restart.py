"""Nothing that was accepted is lost over a restart, wherever the daemon was just then."""

from __future__ import annotations

import socket
import subprocess
import threading
import time

from sim.receiver import hang

from weir import Got, eventually
from whole_river import person_event


def test_what_was_accepted_before_its_fetch_is_fetched_after_the_restart(river):
    person = river.sim.person_ids()[0]
    river.sim.server.stop()  # the tool is down: nothing can be fetched
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Astrid")
    assert river.hook(person_event(person)).status == 200
    eventually(lambda: river.weir.status()["store"]["inbox_count"] == 1)

    river.weir.stop()
    river.sim.server.start()
    river.weir.start()

    river.wait_employee(person, first_name="Astrid")
    river.wait_message("hris_employees", person, "updated")
    river.settle()


def test_what_was_stored_before_its_dispatch_is_sent_after_the_restart(make_river):
    river = make_river(dispatch={"retry_ms": [300] * 16}).start()
    person = river.sim.person_ids()[0]
    river.app.stop()
    river.sim.update_person(person, first_name="Birger")
    river.weir.wait_log("notification not delivered")

    river.weir.stop()
    river.app.start()
    river.weir.start()

    message = river.wait_message("hris_employees", person, "updated")
    assert message.problems == []
    river.settle()


def test_a_notification_in_flight_at_the_stop_is_sent_again_with_its_id(make_river):
    river = make_river(stop_timeout_ms=800).start()
    river.app.answers = [hang(20)]
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Cnut")
    first = river.app.wait(1)[0]

    assert river.weir.stop() < 5
    river.weir.start()

    assert river.app.wait_for(lambda messages: len(messages) >= 2)
    assert river.app.messages[1].id == first.id
    river.settle()


def test_changes_that_were_being_gathered_are_told_after_the_restart(make_river):
    river = make_river(dispatch={"coalesce_ms": 1000}).start()
    one, two = river.sim.person_ids()[-2:]
    river.sim.update_person(one, first_name="Dagny")
    river.wait_message("hris_employees", one, "updated")
    river.sim.update_person(two, first_name="Einar")  # gathered behind the first
    river.weir.wait_log("record stored", remote_id=two, result="updated")

    river.weir.kill()
    river.weir.start()

    river.wait_message("hris_employees", two, "updated")


def test_a_first_sync_goes_on_where_it_was(make_river):
    river = make_river(people=310)  # seven pages
    pages: list[str] = []
    reached, go = threading.Event(), threading.Event()

    def gate(request):
        if request.path == "/v2/persons":
            pages.append(request.target)
            if len(pages) % 2 == 0 and len(pages) <= 10:  # each run reads one page and is killed in the next
                reached.set()
                go.wait(20)

    river.sim.gate = gate
    for _ in range(5):
        river.weir.start()
        assert reached.wait(30)
        got = river.weir.api("/hris/employees")
        assert (got.status, got.code) == (409, "INTEGRATION.SETUP_SYNC_PENDING")
        river.weir.kill()
        reached.clear()
        go.set()
        go = threading.Event()
    river.weir.start()

    river.weir.wait_synced()
    river.wait_same()
    assert len(river.weir.log.find("sync begins")) == 1
    assert len(pages) == 7 + 5, pages  # none was read twice but those in which it was killed
    assert river.weir.api("/force-sync", method="POST", body={}).data["already_queued"] is False
    eventually(lambda: len(river.weir.log.find("sync ended", state="SUCCEEDED")) == 2)


def test_until_the_first_sync_is_done_the_api_says_409_and_events_wait(make_river):
    river = make_river(people=4)
    go = threading.Event()
    river.sim.gate = lambda request: request.path == "/v2/persons" and go.wait(20)
    river.weir.start()
    eventually(lambda: river.sim.hooks.webhooks)
    for path in ("/hris/employees", "/hris/groups", "/hris/absences"):
        got = river.weir.api(path)
        assert (got.status, got.code) == (409, "INTEGRATION.SETUP_SYNC_PENDING")
    details = river.weir.api("/integrations/personio%3Aacme", None).data
    assert details["setup_status"] != "COMPLETED"
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Folke")
    assert river.sim.wait_deliveries(1)

    go.set()

    river.weir.wait_synced()
    river.wait_employee(person, first_name="Folke")
    assert river.weir.api("/integrations/personio%3Aacme", None).data["setup_status"] == "COMPLETED"


def test_a_stop_in_the_middle_of_everything_is_quick_and_loses_nothing(make_river):
    river = make_river(people=30).start()
    got: list[Got] = []
    stop = threading.Event()

    def send(part: int) -> None:
        number = 0
        while not stop.is_set():
            person = river.sim.person_ids()[part * 6 + number % 6]
            number += 1
            with river.sim.lock, river.sim.quiet():
                river.sim.update_person(person, preferred_name=f"Stop {part} {number}")
            got.append(river.hook(person_event(person), timeout=10))
            if got[-1].status == 0:
                time.sleep(0.02)

    river.sim.switches.slow_s = 0.05
    river.app.default = {"status": 200, "delay_s": 0.1}
    threads = [threading.Thread(target=send, args=(part,)) for part in range(5)]
    for thread in threads:
        thread.start()
    eventually(lambda: sum(g.status == 200 for g in got) > 100)

    took = river.weir.stop()
    time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join(20)

    assert took < 8
    assert {g.status for g in got} <= {200, 503, 0}
    assert all(g.headers.get("retry-after") for g in got if g.status == 503)
    assert river.weir.log.find("stopped", clean=True)
    # Whoever was not answered sends again; here a last event per person stands for that.
    river.sim.switches.reset()
    river.app.default = 200
    river.weir.start()
    for person in river.sim.person_ids():
        assert river.hook(person_event(person)).status == 200
    river.settle(60)
    river.wait_same()


def test_events_of_the_time_when_the_daemon_was_down_arrive_without_a_sync(river):
    one, two = river.sim.person_ids()[:2]
    river.weir.stop()
    river.sim.courier.retry_delays_s = (10.0,)  # given up by the tool before the daemon is back
    river.sim.update_person(one, first_name="Gerda")
    absence = river.sim.add_absence(two, start="2026-09-01")
    born = river.sim.add_person(first_name="Halvar")
    assert river.sim.wait_idle(60)
    river.sim.reset_counters()
    mark = river.weir.log.mark()

    river.weir.start()

    river.wait_employee(one, first_name="Gerda")
    river.wait_employee(born, first_name="Halvar")
    eventually(lambda: river.weir.row("/hris/absences", absence))
    river.wait_message("hris_employees", born, "created")
    assert river.weir.wait_log("asked for missed events", mark)["events"] >= 3
    river.settle()
    assert river.weir.log.find("sync begins", mark) == []
    assert river.sim.count("GET /v2/persons") == 0
    river.wait_same()


def test_a_daemon_that_is_killed_at_once_after_an_answer_has_the_delivery(river):
    person = river.sim.person_ids()[0]
    river.sim.server.stop()
    assert river.hook(person_event(person)).status == 200
    river.weir.kill()
    river.sim.server.start()
    river.sim.reset_counters()

    river.weir.start()

    eventually(lambda: river.fetched(person))
    river.settle()


def test_two_daemons_do_not_share_a_data_folder(river):
    river.weir.write_config()

    done = subprocess.run([river.weir.program, "serve", "--config", str(river.weir.config_path)], env=river.weir.env,
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "data" in done.stderr
    assert river.hook(person_event(river.sim.person_ids()[0])).status == 200


def test_a_stop_does_not_wait_for_a_tool_an_application_or_a_client_that_hangs(make_river):
    river = make_river(stop_timeout_ms=2000).start()
    person = river.sim.person_ids()[0]
    river.app.default = hang(30)
    river.sim.update_person(person, first_name="Inge")
    river.app.wait(1)
    river.sim.switches.slow_s = 30.0
    assert river.hook(person_event(person)).status == 200
    eventually(lambda: river.weir.log.find("record stored", remote_id=person))
    clients = [socket.create_connection(("127.0.0.1", river.weir.port), 10) for _ in range(5)]
    clients[0].sendall(b"POST /hooks/personio:acme HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
    clients[1].sendall(b"GET / HT")

    took = river.weir.stop()

    for client in clients:
        client.close()
    assert took < 5, f"the stop took {took:.1f} s"
    river.sim.switches.reset()
    river.app.default = 200


def test_a_signal_in_the_middle_of_the_start_ends_it_cleanly(make_river):
    river = make_river(people=4)
    for wait in (0.0, 0.01, 0.03, 0.06, 0.1, 0.15):
        river.weir.start(wait=False)
        time.sleep(wait)
        river.weir.terminate()
        assert river.weir.wait_end() in (0, -15)  # before its handlers are there, the kernel ends it
    river.weir.check_log()
    river.start()
    river.wait_same()
