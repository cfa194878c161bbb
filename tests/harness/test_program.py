"""The program: its tests run in processes of their own, and results are for people and for machines."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import CASE, CONNECTORS, PROGRAM, SECRET

NO_EXPECT = [{k: v for k, v in CASE["steps"][0].items() if k != "expect"}]
SANITIZED = b"__asan_init" in PROGRAM.read_bytes()


@pytest.mark.parametrize(("habit", "said"), [
    ("crash", "it crashed: signal 6 (Aborted)"),
    ("exit", "it ended the process in the middle of the test"),
    ("print", "words of the connector"),
])
def test_a_connector_that_ends_its_process_fails_its_test_alone(harness, habit, said):
    harness.case("a_bad", habit=habit, steps=NO_EXPECT)
    harness.case("b_good")
    out = harness.test(status=1)
    assert "FAILED  a_bad" in out and said in out
    assert "ok      b_good" in out
    assert "2 passed, 1 failed" in out


def test_a_connector_that_hangs_is_ended_at_the_deadline(harness):
    harness.case("hangs", habit="hang", steps=NO_EXPECT)
    out = harness.test("--only", "hangs", "--deadline-ms", "1000", status=1)
    assert "FAILED  hangs" in out
    assert "it was not done after 1000 ms and was ended" in out


def test_what_a_connector_started_and_left_behind_ends_with_its_test(harness):
    harness.case("a_bad", habit="fork", steps=NO_EXPECT)
    started = time.monotonic()
    out = harness.test("--deadline-ms", "60000")
    assert "ok      a_bad" in out
    assert time.monotonic() - started < 50
    child = int((harness.folder / "child").read_text())
    try:
        process = os.pidfd_open(child)
    except ProcessLookupError:
        return
    try:
        assert select.select([process], [], [], 30)[0], f"process {child} is still there"
    finally:
        os.close(process)


@pytest.mark.skipif(not SANITIZED, reason="leaks show in a build with the address sanitizer")
def test_a_leak_fails_its_test(harness):
    harness.case("a_bad", habit="leak", steps=NO_EXPECT)
    harness.case("b_good")
    out = harness.test(status=1)
    assert "FAILED  a_bad" in out and "LeakSanitizer" in out
    assert "ok      b_good" in out


def test_a_table_with_names_that_weir_does_not_have_fails_to_load(harness):
    out = harness.run("test", CONNECTORS / "misnamed.so", status=1).stdout
    assert "models.hris_employees: there is no field first_nam; did you mean first_name?" in out
    assert "there is no model hris_employes; did you mean hris_employees?" in out


def test_what_is_no_connector_is_said_to_be_none(harness):
    (harness.folder / "text.so").write_text("not a library")
    assert "FAILED  load" in harness.run("test", "text.so", status=1).stdout
    assert "FAILED  load" in harness.run("test", "missing.so", status=1).stdout


def test_results_keep_the_order_of_the_names_whichever_ends_first(harness):
    for name in "edcba":
        harness.case(name)
    out = harness.test("--jobs", "4")
    assert [line.split()[1] for line in out.splitlines()[:6]] == ["load:", "a:", "b:", "c:", "d:", "e:"]


def test_tests_are_chosen_and_listed_by_name(harness):
    harness.case("person_one")
    harness.case("person_two")
    harness.case("team")
    assert "2 passed" in harness.test("--only", "person_*")
    assert "2 passed" in harness.test("--only", "team", "--only", "load")
    assert harness.test("--list").splitlines() == [
        "load: the table is one that the host can work with", "person_one: a person is read",
        "person_two: a person is read", "team: a person is read"]
    assert "no test matches nobody" in harness.run("test", CONNECTORS / "sampler.so", "cases", "--only", "nobody",
                                                  status=2).stderr


def test_what_a_connector_prints_cannot_disturb_terminal_or_parser(harness):
    harness.case("a", habit="print", steps=NO_EXPECT)
    out = harness.test(status=1)
    assert "words of the connector" in out and "\033" not in out
    harness.test("--format", "junit", "--output", "out.xml", status=1)
    text = "".join(ElementTree.parse(harness.folder / "out.xml").getroot().itertext())
    assert "words of the connector" in text


def test_tap_says_the_same(harness):
    harness.case("a")
    harness.case("b", habit="crash", steps=NO_EXPECT)
    lines = harness.test("--format", "tap", status=1).splitlines()
    assert lines[:4] == ["TAP version 13", "1..3", "ok 1 - load: the table is one that the host can work with",
                         "ok 2 - a: a person is read"]
    assert lines[4] == "not ok 3 - b: a person is read"
    assert all(line.startswith("  #") for line in lines[5:])
    assert any("signal 6" in line for line in lines[5:])


def test_junit_says_the_same(harness):
    harness.case("a")
    harness.case("b", title="a <title> & \"more\"", habit="crash", steps=NO_EXPECT)
    assert harness.test("--format", "junit", "--output", "out.xml", status=1) == ""
    suite = ElementTree.parse(harness.folder / "out.xml").getroot().find("testsuite")
    assert suite.get("name") == "sampler"
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "0")
    cases = {case.get("name"): case for case in suite.findall("testcase")}
    assert cases["a"].find("failure") is None
    assert "signal 6" in cases["b"].find("failure").get("message")


def test_colours_and_progress_are_for_a_terminal_alone(harness):
    harness.case()
    assert "\033" not in harness.test()
    master, slave = pty.openpty()
    with subprocess.Popen([PROGRAM, "test", "--only", "load", "--only", "one", CONNECTORS / "sampler.so", "cases"],
                          cwd=harness.folder, stdout=slave, stderr=subprocess.STDOUT) as process:
        os.close(slave)
        shown = b""
        try:
            while data := os.read(master, 4096):
                shown += data
        except OSError:  # how a terminal's end is told
            pass
        assert process.wait(60) == 0
    os.close(master)
    assert b"\033[32mok" in shown and b"[1/2] load" in shown


@pytest.mark.parametrize(("args", "said"), [
    ([], "usage: weir-harness <command>"),
    (["tset"], "there is no command tset; did you mean test?"),
    (["test"], "which connector? Name its .so"),
    (["test", "--format", "xml", "x.so"], "there is no format xml"),
    (["test", "--jobs", "0", "x.so"], "--jobs has to be a number"),
    (["test", "--wrong", "x.so"], "unrecognized option"),
    (["test", "x.so", "nowhere"], "nowhere cannot be read: No such file or directory"),
    (["test", "x.so", "."], ". holds no case"),
    (["describe"], "which connector? Name one .so"),
    (["run", "x.so"], "--settings names the settings, or a case"),
])
def test_a_wrong_call_says_what_is_wrong(harness, args, said):
    done = harness.run(*args, status=2)
    assert said in done.stderr and done.stdout == ""


def test_help_is_there_for_each_command(harness):
    commands = [line.split()[0] for line in harness.run("--help", status=0).stdout.splitlines() if line[:2] == "  "]
    assert {"test", "run", "describe"} <= set(commands)
    for command in commands:
        assert f"usage: weir-harness {command}" in harness.run(command, "--help", status=0).stdout
    assert "contract 1." in harness.run("--version", status=0).stdout


def test_describe_shows_what_can_be_done_beyond_reading(harness):
    personio = CONNECTORS.parents[2] / "connectors/personio.so"
    out = harness.run("describe", personio, status=0).stdout
    assert "act: hris_create_absence (Create absence)" in out and "pass: personnelv2" in out
    offer = json.loads(harness.run("describe", "--json", personio, status=0).stdout)
    assert [action["id"] for action in offer["actions"]] == ["hris_create_absence", "hris_delete_absence"]
    assert "employee_note" in offer["actions"][0]["fields"]
    assert {api["name"]: api["path"] for api in offer["apis"]} == {"personnel": "/v1", "personnelv2": "/v2"}


def test_describe_shows_what_the_table_says(harness):
    out = harness.run("describe", CONNECTORS / "sampler.so", status=0).stdout
    assert "Sampler (sampler) 1.2.3" in out
    assert "https://tool.example/api" in out
    rows = [line.split() for line in out.splitlines()]
    assert ["token", "Token", "required,", "secret", "Tool:", "Settings", ">", "API"] in rows
    assert ["person.changed", "x", "."] in rows
    assert "with hris_employees" in out
    assert "step 1 for a person: Open the settings" in out
    offer = json.loads(harness.run("describe", "--json", CONNECTORS / "sampler.so", status=0).stdout)
    employees = offer["models"][0]
    assert employees["fields"] == ["first_name", "gender", "manager_id", "start_date"]
    assert "last_name" in employees["not_filled"] and "gender" not in employees["not_filled"]
    assert offer["subscribe"]["ensure"] is True and offer["subscribe"]["remove"] is False
    assert "is not named as a connector is" in harness.run("describe", __file__, status=2).stderr


def test_run_plays_one_delivery_to_what_would_be_stored(harness):
    deliver = {"headers": {"X-Signature": {"hmac": {"prefix": "sha256="}}}, "body": {"id": "e-1", "person": 7}}
    harness.case()
    harness.write("hook", {**CASE, "steps": [{"deliver": deliver}]})
    sampler = CONNECTORS / "sampler.so"
    told = harness.run("run", sampler, "--settings", "cases/hook.json", "--exchanges", "cases/one.json", status=0)
    assert "verdict accept, status 200" in told.stdout
    assert "names hris_employees 7" in told.stdout
    assert '"first_name": "Ada"' in told.stdout
    (harness.folder / "delivery.json").write_text(json.dumps({**deliver, "secrets": [SECRET]}))
    (harness.folder / "settings.json").write_text(json.dumps(CASE["settings"]))
    out = json.loads(harness.run("run", sampler, "--json", "--settings", "settings.json", "--delivery", "delivery.json",
                                 "--exchanges", "cases/one.json", status=0).stdout)
    assert out["verdict"] == "accept" and out["events"][0]["upstream_id"] == "e-1"
    stored = out["fetched"][0]["stored"][0]
    assert stored["remote_id"] == "7" and len(stored["id"]) == 24
    assert stored["json"] == {"first_name": "Ada", "gender": "FEMALE"}
    refused = harness.run("run", sampler, "--settings", "settings.json", "--delivery", "delivery.json", status=1)
    assert "fails with WEIR_E_INVALID" in refused.stdout and "GET /people/7" in refused.stderr


def test_run_takes_a_record_that_the_tool_does_not_have_as_gone(harness):
    deliver = {"headers": {"X-Signature": {"hmac": {"prefix": "sha256="}}}, "body": {"person": 7}}
    harness.write("hook", {**CASE, "steps": [{"deliver": deliver, "exchanges": [
        {"request": "GET /people/7", "answer": {"status": 404}}]}]})
    told = harness.run("run", CONNECTORS / "sampler.so", "--settings", "cases/hook.json", status=0)
    assert "marks hris_employees 7 as deleted" in told.stdout


def test_run_keeps_what_the_scope_disables_out(harness):
    deliver = {"headers": {"X-Signature": {"hmac": {"prefix": "sha256="}}}, "body": {"person": 7}}
    harness.write("hook", {**CASE, "scope": {"hris_employees": ["first_name"]},
                           "steps": [{"deliver": deliver}, CASE["steps"][0]]})
    out = json.loads(harness.run("run", CONNECTORS / "sampler.so", "--json", "--settings", "cases/hook.json",
                                 status=0).stdout)
    assert out["fetched"][0]["stored"][0]["json"] == {"first_name": "Ada"}
    harness.write("hook", {**CASE, "scope": {"hris_employees": "disabled"}, "steps": [{"deliver": deliver}]})
    out = json.loads(harness.run("run", CONNECTORS / "sampler.so", "--json", "--settings", "cases/hook.json",
                                 status=0).stdout)
    assert out["fetched"] == []
