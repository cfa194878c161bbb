"""A changed file is taken over while everything runs; a faulty one changes nothing; a broken connector harms nobody."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time

import pytest

from weir import Got, build_folder, eventually
from whole_river import person_event


class Load:
    """Deliveries and reads, one after another, from several threads, until the end of the block."""

    def __init__(self, river, threads: int = 3) -> None:
        self.river = river
        self.hooks: list[Got] = []
        self.reads: list[Got] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(threads)]

    def _run(self, part: int) -> None:
        people, number = self.river.sim.person_ids(), 0
        while not self._stop.is_set():
            number += 1
            self.hooks.append(self.river.hook(person_event(people[(part + number) % len(people)])))
            self.reads.append(self.river.weir.api("/hris/employees", page_size=2))

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        eventually(lambda: len(self.hooks) > 20)
        return self

    def __exit__(self, *_: object) -> None:
        before = len(self.hooks)
        eventually(lambda: len(self.hooks) > before + 20)
        self._stop.set()
        for thread in self._threads:
            thread.join(20)

    def check(self) -> None:
        assert {g.status for g in self.hooks} == {200}
        assert {g.status for g in self.reads} == {200}


def test_a_reload_takes_scope_endpoint_and_integration_over_without_a_lost_request(make_river):
    river = make_river(people=6).start()
    config = river.weir.config

    with Load(river) as load:
        second = river.tool("personio:second")
        added = river.endpoint("added")
        config["scopes"] = [{"name": "default", "models": {
            name: "enabled" for name in ("hris_employees", "hris_employments", "hris_teams", "hris_locations")}}]
        river.weir.write_config()
        # The file names environment variables, which a running process does not see change.
        config["integrations"][-1]["settings"]["client_secret"] = second.client_secret
        config["endpoints"][-1]["secret"] = added.secrets[0]
        river.weir.write_config()
        river.weir.cli("reload")
        river.weir.wait_synced("personio:second")
        os.kill(river.weir.pid, signal.SIGHUP)
        eventually(lambda: len(river.weir.log.find("config reloaded")) == 2)

    load.check()
    assert river.weir.api("/hris/absences").status == 403
    assert len(river.weir.rows("/hris/employees", "personio:second")) == 4
    person = river.sim.person_ids()[0]
    river.settle()
    river.sim.update_person(person, first_name="Asa")
    assert added.wait_for(lambda messages: any(
        r["remote_id"] == person for m in messages for r in m.data["changed_records"]))
    assert all(m.problems == [] for m in added.messages)
    assert "personio:second" in river.weir.cli("integrations").stdout


def test_an_integration_and_an_endpoint_that_are_removed_get_nothing_more(make_river):
    river = make_river(people=4)
    gone = river.tool("personio:gone")
    removed = river.endpoint("removed")
    river.start()
    token = next(iter(gone.hooks.webhooks.values())).token
    river.weir.config["integrations"].pop()
    river.weir.config["endpoints"].pop()
    river.weir.write_config()

    river.weir.cli("reload")

    got = river.hook(person_event(gone.person_ids()[0]), token=token, integration="personio:gone")
    assert got.status == 404
    assert river.weir.api("/hris/employees", "personio:gone").code == "PLATFORM.INTEGRATION_NOT_FOUND"
    river.sim.update_person(river.sim.person_ids()[0], first_name="Bera")
    river.wait_message("hris_employees", river.sim.person_ids()[0], "updated")
    river.settle()
    assert removed.messages == []


def test_many_reloads_under_load_lose_nothing(make_river):
    river = make_river(people=4).start()

    with Load(river) as load:
        for number in range(15):
            river.weir.config["integrations"][0]["organization"] = f"Acme {number} GmbH"
            river.weir.write_config()
            os.kill(river.weir.pid, signal.SIGHUP)
            time.sleep(0.1)
        eventually(lambda: len(river.weir.log.find("config reloaded")) >= 10)

    load.check()
    river.settle()
    river.wait_same()


def test_new_keys_are_in_force_after_a_reload_and_the_old_ones_are_not(river):
    key = "invented-application-key-2"
    river.weir.config["api_keys"] = [{"name": "app", "key": key}]
    river.weir.write_config()
    assert river.weir.api("/check-api-key", None, key).status == 401

    river.weir.cli("reload")

    assert river.weir.api("/check-api-key", None, key).status == 200
    assert river.weir.api("/check-api-key", None).status == 401
    river.words.append(key)


@pytest.mark.parametrize("text,says", [
    ("data_dir = ;\n", ":1"),
    ("listen = \"127.0.0.1:1\";\nworkers = { cuont = 3; };\n", "count"),
    ("integrations = ( { id = \"personio:acme\"; organization = \"A\"; scope = \"nosuch\"; } );\n", "nosuch"),
    ("", "data_dir"),
], ids=["syntax", "unknown_key", "unknown_scope", "empty"])
def test_a_faulty_file_is_refused_with_its_line_and_the_old_one_stays(river, text, says):
    river.weir.write_config(text)

    done = river.weir.cli("--socket", str(river.folder / "a.sock"), "reload", check=False)

    assert done.returncode == 1
    assert "weir.conf:" in done.stdout + done.stderr and says in done.stdout + done.stderr
    mark = river.weir.log.mark()
    os.kill(river.weir.pid, signal.SIGHUP)
    river.weir.wait_log("config refused, the old one stays in force", mark)
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Dagrun")
    river.wait_employee(person, first_name="Dagrun")
    river.weir.write_config()


def test_a_key_that_needs_a_restart_says_so(river):
    river.weir.config["workers"] |= {"count": 7}
    river.weir.config["environment_id"] = "env_other"
    river.weir.write_config()

    done = river.weir.cli("reload")

    assert "restart" in done.stdout + done.stderr
    assert river.weir.api("/check-api-key", None).data["environment_id"] == "env_production"


def test_a_broken_connector_is_reported_and_harms_nobody(make_river):
    river = make_river(people=4)
    folder = river.folder / "connectors"
    folder.mkdir()
    shutil.copy(build_folder() / "connectors" / "personio.so", folder)
    (folder / "brokentool.so").write_bytes(b"\x7fELF this is no shared object")
    (folder / "emptytool.so").write_bytes(b"")
    (folder / "README").write_text("not a connector")
    river.weir.config["connectors"] = {"path": [str(folder)]}
    river.weir.config["integrations"].append({"id": "brokentool:x", "organization": "Broken GmbH"})

    river.weir.start()
    river.weir.wait_synced("personio:acme")

    reported = {line["connector"] for line in river.weir.log.find("connector not loaded, its integrations answer 503")}
    assert reported == {"brokentool", "emptytool"}
    got = river.hook(b"{}", integration="brokentool:x", token="")
    assert got.status == 503 and got.headers["retry-after"]
    eventually(lambda: river.sim.hooks.webhooks)
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Embla")
    river.wait_employee(person, first_name="Embla")
    assert "brokentool" in river.weir.cli("connectors").stdout
    assert "brokentool" in river.weir.cli("check", check=False).stdout
    rows = {row["tool"]: row for row in river.weir.admin("/connectors").data["results"]}
    assert rows["brokentool"]["error"] and not rows["personio"].get("error")


def test_deliveries_wait_for_a_connector_that_does_not_load(make_river):
    river = make_river(people=4)
    folder = river.folder / "connectors"
    folder.mkdir()
    good = build_folder() / "connectors" / "personio.so"
    shutil.copy(good, folder)
    river.weir.config["connectors"] = {"path": [str(folder)]}
    river.start()
    person = river.sim.person_ids()[0]
    river.sim.server.stop()
    with river.sim.quiet():
        river.sim.update_person(person, first_name="Geira")
    assert river.hook(person_event(person)).status == 200
    river.weir.stop()
    (folder / "personio.so").write_bytes(b"broken")
    river.sim.server.start()

    river.weir.start()
    assert river.hook(person_event(person)).status == 503
    assert river.weir.status()["store"]["inbox_count"] == 1
    assert river.weir.employee(person)["first_name"] != "Geira"  # what is stored can be read
    river.weir.stop()
    (folder / "personio.so").unlink()
    shutil.copy(good, folder)
    river.weir.start()

    river.wait_employee(person, first_name="Geira")


def test_a_paused_integration_takes_events_and_fetches_when_it_goes_on(river):
    river.weir.config["integrations"][0]["paused"] = True
    river.weir.write_config()
    river.weir.cli("reload")
    river.sim.reset_counters()
    person = river.sim.person_ids()[0]

    river.sim.update_person(person, first_name="Finna")

    assert river.sim.wait_deliveries(1)
    time.sleep(0.5)
    assert river.fetched(person) == []
    river.weir.config["integrations"][0]["paused"] = False
    river.weir.write_config()
    river.weir.cli("reload")
    river.wait_employee(person, first_name="Finna")
