"""A newer connector file takes the place of the one before it while everything runs; a bad one changes nothing."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from weir import build_folder, eventually
from whole_river import River

HELD, FREE = "changing:held", "changing:free"


class Changing:
    """The river with a tool whose connector comes in four versions."""

    def __init__(self, river: River) -> None:
        self.river = river
        self.weir = river.weir
        self.folder: Path = river.folder / "connectors"
        self.folder.mkdir()
        self.file = self.folder / "changing.so"
        self.gate = river.folder / "go-on"
        self.weir.config["connectors"] = {"path": [str(build_folder() / "connectors"), str(self.folder)]}
        self.weir.config["integrations"] += [
            {"id": HELD, "organization": "Held GmbH", "settings": {"hold": str(self.gate)}},
            {"id": FREE, "organization": "Free GmbH"}]

    @staticmethod
    def version(number: int) -> bytes:
        return (build_folder() / "tests/river/versions" / str(number) / "changing.so").read_bytes()

    def put(self, content: bytes) -> None:
        """As a package does it: the path names another file from one moment to the next."""
        fresh = self.folder / "changing.new"
        fresh.write_bytes(content)
        fresh.rename(self.file)

    def start(self) -> Changing:
        self.put(self.version(1))
        self.weir.start()
        self.weir.wait_synced(HELD, FREE)
        self.river.settle()
        return self

    def event(self, person: str, integration: str = FREE) -> None:
        assert self.river.hook(person.encode(), integration=integration, token="").status == 200

    def name(self, person: str, integration: str = FREE) -> str | None:
        row = self.weir.employee(person, integration)
        return row["first_name"] if row else None

    def fetches(self, name: str, person: str, integration: str = FREE) -> None:
        """An event for this person is looked at by the version of that name."""
        self.event(person, integration)
        eventually(lambda: self.name(person, integration) == name,
                   say=f"{person} of {integration} is {self.name(person, integration)}, not {name}\n{self.weir.tail()}")

    def reload(self, *tool: str, fails: bool = False) -> str:
        done = self.weir.cli("connectors", "reload", *tool, check=False)
        assert done.returncode == (1 if fails else 0), done.stdout + done.stderr
        return done.stdout

    def inspected(self) -> dict:
        return self.weir.cli_json("connectors", "inspect", "changing")

    def on_it(self, integration: str) -> dict:
        return next(one for one in self.inspected()["on_it"] if one["id"] == integration)

    def info(self, version: str, generation: int) -> float | None:
        return self.weir.metrics().get(
            f'weir_connector_info{{connector="changing",version="{version}",generation="{generation}"}}')


@pytest.fixture
def changing(make_river) -> Changing:
    return Changing(make_river(people=2))


def test_a_newer_version_fetches_what_comes_next_while_a_long_call_ends_in_the_old_one(changing):
    changing.start()
    changing.event("held", HELD)
    eventually(lambda: "held in First" in changing.weir.log.text())
    changing.put(changing.version(2))

    said = changing.reload("changing")

    assert "reloaded, version 2.0.0, generation 2 in force" in said
    changing.fetches("Second", "5")
    assert changing.name("held", HELD) is None  # still in the call
    assert changing.weir.admin("/readyz").status == 200
    changing.gate.touch()
    eventually(lambda: changing.name("held", HELD) == "First")
    changing.fetches("Second", "6", HELD)
    for integration in (HELD, FREE):  # the subscription is made anew for what the newer one can tell of
        eventually(lambda: changing.weir.admin(f"/subscriptions/{integration}").data["reason"]
                   == "person.updated person.deleted")
        assert changing.on_it(integration)["generation"] == 2
    assert {one["name"] for one in changing.inspected()["events"]} == {"person.updated", "person.deleted"}
    assert changing.info("1.0.0", 1) == 0 and changing.info("2.0.0", 2) == 1
    assert changing.weir.log.find("connector reloaded", connector="changing", version="2.0.0", generation=2)
    assert "unchanged" in changing.reload("changing")


def test_many_versions_under_load_lose_no_event(changing):
    changing.start()
    changing.gate.touch()
    for number in range(12):
        changing.put(changing.version(1 + number % 2))
        changing.event(str(100 + number), HELD if number % 3 == 0 else FREE)
        changing.reload()
        changing.event(str(200 + number), FREE if number % 3 == 0 else HELD)
    changing.river.settle()

    people = {row["remote_id"] for one in (HELD, FREE) for row in changing.weir.rows("/hris/employees", one)}

    assert people >= {str(base + number) for base in (100, 200) for number in range(12)}
    assert changing.inspected()["generation"] == 12  # the first is what was there already
    assert changing.on_it(FREE)["generation"] == 12


@pytest.mark.parametrize("content,says", [
    (lambda good: b"", "is not a shared object"),
    (lambda good: b"\x7fELF this is no shared object", "is an ELF file, but not a shared object"),
    (lambda good: good[:len(good) // 2], "is cut short"),
    (lambda good: (build_folder() / "connectors" / "personio.so").read_bytes(), "holds the connector of \"personio\""),
], ids=["empty", "no_object", "half", "another_tool"])
def test_a_bad_file_is_refused_also_when_it_is_written_over_the_good_one(changing, content, says):
    changing.start()
    failures = changing.weir.metric("weir_connector_load_failures_total", connector="changing")
    with changing.file.open("r+b") as file:  # the same inode: what was mapped from it would change, or end the process
        file.truncate(0)
        file.write(content(changing.version(2)))
    changing.fetches("First", "5")

    said = changing.reload("changing", fails=True)

    assert "refused, version 1.0.0, generation 1 in force" in said and says in said
    row = next(row for row in changing.weir.listed("/connectors") if row["tool"] == "changing")
    assert row["loaded"] and row["generation"] == 1 and says in row["error"]
    assert changing.weir.metric("weir_connector_load_failures_total", connector="changing") == failures + 1
    assert changing.weir.log.find("connector refused, the one before it stays in force", connector="changing")
    changing.fetches("First", "6", HELD)
    changing.reload(fails=True)  # the same file is no news
    assert changing.weir.metric("weir_connector_load_failures_total", connector="changing") == failures + 1
    with changing.file.open("r+b") as file:
        file.truncate(0)
        file.write(changing.version(2))
    assert "reloaded, version 2.0.0, generation 2" in changing.reload()
    changing.fetches("Second", "7")


def test_the_good_file_put_back_is_no_further_generation(changing):
    changing.start()
    changing.put(b"broken")
    changing.reload(fails=True)
    changing.put(changing.version(1))

    said = changing.reload("changing")

    assert "unchanged, version 1.0.0, generation 1 in force" in said
    assert changing.inspected()["error"] is None


def test_an_integration_that_lacks_a_setting_of_the_newer_version_stays_until_it_has_it(changing):
    changing.start()
    changing.put(changing.version(3))

    said = changing.reload(fails=True)

    assert f"{HELD} stays on generation 1: " in said and "the setting token (API token) is missing" in said
    changing.fetches("First", "5")
    shown = changing.on_it(FREE)
    assert shown["generation"] == 1 and shown["version"] == "1.0.0" and "token" in shown["held_back"]
    assert "2 on an earlier version" in changing.weir.cli("connectors").stdout
    for one in changing.weir.config["integrations"][1:]:
        one["settings"] = {"hold": str(changing.gate), "token": "an-invented-token"}
    changing.river.words.append("an-invented-token")
    changing.weir.write_config()
    changing.weir.cli("reload")
    changing.fetches("Third", "6")
    assert changing.on_it(HELD) | {"generation": 2, "held_back": None} == changing.on_it(HELD)


def test_a_version_that_delivers_less_is_taken_and_what_is_stored_stays(changing):
    changing.start()
    changing.put(changing.version(4))

    said = changing.reload(fails=True)

    assert f"{HELD} stays on generation 1: " in said and "has no setting hold" in said
    changing.fetches("First", "5", HELD)
    assert changing.on_it(FREE)["generation"] == 2
    lost = changing.weir.log.find("the newer connector delivers less: these models are not read any more")
    assert [line["integration"] for line in lost] == [FREE] and lost[0]["models"] == "hris_employees"
    changing.event("1")  # names a model that this version lacks: nothing is asked, nothing is lost
    eventually(lambda: changing.weir.status()["store"]["inbox_count"] == 0)
    assert changing.weir.api("/hris/employees", FREE).code == "INTEGRATION.MODEL_NOT_AVAILABLE"
    changing.put(changing.version(2))
    changing.reload()
    assert changing.name("1") == "First"  # it was kept
    changing.fetches("Second", "1")


def test_a_file_that_is_dropped_into_the_path_is_known_without_a_restart(changing):
    changing.weir.start()
    assert changing.river.hook(b"1", integration=FREE, token="").status == 503
    assert changing.weir.cli("connectors", "reload", "changing", check=False).returncode == 1
    assert changing.weir.admin("/connectors/changing").status == 404
    changing.put(changing.version(1))
    shutil.copy(changing.file, changing.folder / "brokentool.so")  # holds another tool's connector

    os.kill(changing.weir.pid, signal.SIGHUP)

    changing.weir.wait_log("connector loaded", connector="changing", generation=1)
    changing.weir.wait_synced(FREE)
    changing.fetches("First", "5")
    rows = {row["tool"]: row for row in changing.weir.listed("/connectors")}
    assert "name it changing.so" in rows["brokentool"]["error"] and rows["brokentool"]["loaded"] is False
    (changing.folder / "brokentool.so").unlink()
    changing.reload()
    assert "brokentool" not in changing.weir.cli("connectors").stdout
    changing.file.unlink()
    assert "is there no more: what was loaded of it stays in force" in changing.reload(fails=True)
    changing.fetches("First", "6")


def test_a_refused_configuration_does_not_keep_a_newer_connector_out(changing):
    changing.start()
    changing.put(changing.version(2))
    changing.weir.write_config("data_dir = ;\n")

    assert changing.weir.cli("--socket", str(changing.river.folder / "a.sock"), "reload", check=False).returncode == 1

    changing.weir.write_config()
    said = changing.weir.cli("reload").stdout
    assert "connector changing: version 2.0.0 is in force (generation 2)" in said
    changing.fetches("Second", "5")


def test_calls_and_the_last_failure_of_each_are_counted(changing):
    changing.start()
    changing.fetches("First", "5")

    shown = changing.inspected()

    assert shown["calls"] > 0 and shown["failures"] == 0 and shown["last_failure"] is None
    assert shown["outcomes"]["accepted"] >= 1 and shown["outcomes"]["ok"] >= 2
    changing.river.sim.poisoned["/v2"] = 500
    changing.weir.cli("sync", "personio:acme")
    eventually(lambda: changing.weir.admin("/connectors/personio").data["failures"] > 0)
    failure = changing.weir.admin("/connectors/personio").data["last_failure"]
    assert failure["call"].startswith("fetch.") and failure["message"] and failure["at"]
    changing.river.sim.poisoned.clear()
