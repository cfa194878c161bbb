"""What the tool told while nobody listened, fetched before anything else is read."""

from __future__ import annotations

import threading

from weir import eventually


def test_what_was_missed_is_told_before_a_sync_that_was_interrupted_goes_on(make_river):
    river = make_river(people=120).start()  # three pages
    reached, go = threading.Event(), threading.Event()

    def gate(request):
        if request.path == "/v2/persons" and "cursor" in request.target and not go.is_set():
            reached.set()
            go.wait(30)

    river.sim.gate = gate
    sync = river.weir.api("/force-sync", method="POST", body={}).data["sync_id"]
    assert reached.wait(20)
    river.weir.kill()
    river.sim.courier.retry_delays_s = (10.0,)  # given up by the tool before the daemon is back
    last = river.sim.person_ids()[-1]  # of a page that was not read
    river.sim.update_person(last, first_name="Ragnhild")
    assert river.sim.wait_idle(60)
    reached.clear()

    river.weir.start()

    # The next page is still held back: had the sync come first, nothing could be told.
    river.wait_message("hris_employees", last, "updated")
    assert river.weir.log.find("sync ended", sync=sync) == []
    asked, goes_on = river.weir.log.find("asked for missed events")[-1], river.weir.log.find("sync goes on", sync=sync)
    assert asked["events"] >= 1 and len(goes_on) == 1
    go.set()
    river.weir.wait_log("sync ended", sync=sync, state="SUCCEEDED")
    river.wait_same()


def test_what_was_missed_is_told_before_a_sync_that_is_overdue(make_river):
    river = make_river(sync={"interval_s": 10, "relaxed_interval_s": 10}).start()
    one = river.sim.person_ids()[0]
    river.weir.stop()
    river.sim.courier.retry_delays_s = (10.0,)
    river.sim.update_person(one, first_name="Solveig")
    assert river.sim.wait_idle(60)
    river.sim.reset_counters()
    go = threading.Event()
    river.sim.gate = lambda request: request.path == "/v2/persons" and go.wait(30)
    mark = river.weir.log.mark()

    river.weir.start()

    river.wait_message("hris_employees", one, "updated")
    asked = river.weir.wait_log("asked for missed events", mark)
    go.set()
    ended = river.weir.wait_log("sync ended", mark, state="SUCCEEDED")
    assert asked["at"] < ended["at"] and ended["changed"] == 0
    eventually(lambda: river.sim.count("GET /v2/persons") > 0)
