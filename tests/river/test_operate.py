"""What an operator sees and does: health, metrics, logs, backup and restore, and the admin door."""

from __future__ import annotations

import re
import subprocess

from weir import call, eventually
from whole_river import person_event


def everything(weir, integration="personio:acme") -> dict:
    paths = ("employees", "employments", "groups", "locations", "legal-entities", "absence-types", "absences")
    return {path: weir.rows(f"/hris/{path}", integration, include_deleted="true") for path in paths}


def test_health_readiness_and_metrics_need_no_key_and_say_what_is(river):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert call(river.weir.admin_port, "GET", path).status == 200
        assert call(river.weir.port, "GET", path).status == 404  # not on the public door
    river.sim.update_person(river.sim.person_ids()[0], first_name="Gisla")
    river.wait_message("hris_employees", river.sim.person_ids()[0], "updated")

    metrics = river.weir.metrics()
    text = river.weir.admin("/metrics").body.decode()

    assert river.weir.metric("weir_deliveries_total", outcome="accepted") == 1
    assert river.weir.metric("weir_events_total", outcome="looked_at") == 1
    assert river.weir.metric("weir_attempts_total", endpoint="app", outcome="delivered") >= 1
    assert river.weir.metric("weir_changes_total") >= 1
    for family in {re.split(r"[{]", name)[0] for name in metrics}:
        base = re.sub(r"_(bucket|sum|count)$", "", family)
        assert f"# TYPE {family} " in text or f"# TYPE {base} " in text, family
    for family, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        assert kind in ("counter", "gauge", "histogram", "summary")
        assert f"# HELP {family} " in text


def test_the_admin_api_wants_its_key(river):
    for path in ("/status", "/integrations", "/deliveries", "/notifications", "/log"):
        assert call(river.weir.admin_port, "GET", "/admin/v1" + path).status == 401
        wrong = {"Authorization": f"Bearer {river.weir.api_key}"}
        assert call(river.weir.admin_port, "GET", "/admin/v1" + path, wrong).status == 401
        assert call(river.weir.port, "GET", "/admin/v1" + path,
                    {"Authorization": f"Bearer {river.weir.admin_key}"}).status == 404
        assert river.weir.admin(path).status == 200


def test_the_socket_is_for_its_owner_alone(river):
    assert (river.folder / "a.sock").stat().st_mode & 0o077 == 0
    assert (river.folder / "data").stat().st_mode & 0o077 == 0
    status = river.weir.cli_json("status")
    assert status["pid"] == river.weir.pid and status["ready"] is True


def test_the_log_tells_the_whole_way_of_a_delivery(river):
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Hild")
    river.wait_message("hris_employees", person, "updated")
    river.settle()

    delivery = river.weir.listed("/deliveries", integration="personio:acme")[0]
    assert [{k: e[k] for k in ("type", "outcome")} for e in delivery["events"]] == [{"type": "person.updated", "outcome": "looked_at"}]
    log = river.weir.listed("/log", integration="personio:acme", kind="fetch")
    assert any(row.get("remote_id") == person or person in str(row) for row in log)
    attempts = river.weir.listed("/notifications", state="log", endpoint="app")
    assert any(row.get("status") == 200 or "200" in str(row) for row in attempts)
    for command in (("deliveries",), ("events",), ("log",), ("notifications", "--log"), ("status",), ("connectors",),
                    ("integrations",), ("endpoints",), ("sync", "status")):
        assert river.weir.cli(*command).stdout.strip()


def test_no_secret_and_nobody_s_name_is_in_the_log_or_in_the_file(make_river):
    # river.close() looks through the log of every test; here the ways that mention most.
    river = make_river(log={"format": "json", "level": "debug"}).start()
    person = river.sim.add_person(first_name="Wolfhild", last_name="Himmelreich", email="wolfhild@acme.example")
    river.wait_employee(person, first_name="Wolfhild")
    bearer = next(iter(river.sim.tokens._issued))
    hook_token = river.token.removeprefix("Bearer ")
    river.words += ["Wolfhild", "Himmelreich", bearer, hook_token]
    river.hook(b'{"first_name":"Wolfhild"', headers={"Cookie": "a=Wolfhild"})
    river.hook(person_event(person), token="Bearer Wolfhild-is-not-the-token")
    river.weir.api("/hris/employees?remote_ids=Wolfhild", key="Wolfhild-is-not-a-key")
    river.app.default = 500
    river.sim.update_person(person, email="himmelreich@acme.example")
    river.weir.wait_log("notification not delivered")
    river.app.default = 200
    river.settle()

    river.check_secrets()
    stored = (river.folder / "data" / "data.mdb").read_bytes()
    for secret in (bearer, hook_token, river.sim.client_secret, river.weir.env["HOOK_SECRET_1"]):
        assert secret.encode() not in stored
    listed = "".join(str(river.weir.listed(path)) for path in ("/deliveries", "/log", "/integrations"))
    for secret in (bearer, hook_token, river.sim.client_secret, river.weir.env["HOOK_SECRET_1"]):
        assert secret not in listed


def test_a_backup_of_a_running_daemon_gives_the_same_answers_elsewhere(make_river):
    river = make_river(people=30).start()
    river.sim.delete_person(river.sim.person_ids()[-1])
    river.settle()
    before = everything(river.weir)
    for path, compact in (("plain.backup", False), ("small.backup", True)):
        backup = river.folder / path
        river.weir.cli("backup", str(backup), *(["--compact"] if compact else []))
        assert backup.exists() and backup.stat().st_mode & 0o077 == 0
        refused = river.weir.cli("backup", str(backup), check=False)
        assert refused.returncode == 1  # it must not exist yet
    assert (river.folder / "small.backup").stat().st_size <= (river.folder / "plain.backup").stat().st_size
    with river.sim.quiet():
        river.sim.update_person(river.sim.person_ids()[0], first_name="AfterTheBackup")
    river.weir.stop()

    for path in ("plain.backup", "small.backup"):
        river.weir.config["data_dir"] = str(river.folder / f"data-of-{path}")
        river.weir.write_config()
        river.weir.cli("restore", str(river.folder / path))
        refused = river.weir.cli("restore", str(river.folder / path), check=False)
        assert refused.returncode == 1  # there is a store now
        river.weir.start()
        assert everything(river.weir) == before
        assert len(river.sim.hooks.webhooks) == 1
        river.weir.stop()

    river.weir.start()
    person = river.sim.person_ids()[1]
    river.sim.update_person(person, first_name="Jorid")
    river.wait_employee(person, first_name="Jorid")


def test_a_backup_is_not_opened_with_another_key(make_river):
    river = make_river().start()
    river.weir.cli("backup", str(river.folder / "b"))
    river.weir.stop()
    river.weir.env["WEIR_MASTER_KEY"] = "0" * 64
    river.weir.config["data_dir"] = str(river.folder / "elsewhere")
    river.weir.write_config()

    done = river.weir.cli("restore", str(river.folder / "b"), check=False)

    assert done.returncode == 1 and "key" in done.stderr


def test_a_store_is_opened_with_the_new_key_when_the_old_one_is_given_too(make_river):
    river = make_river().start()
    before = everything(river.weir)
    river.weir.stop()
    river.weir.env |= {"WEIR_OLD_KEY": river.weir.env["WEIR_MASTER_KEY"], "WEIR_MASTER_KEY": "ab" * 32}
    started = subprocess.run([river.weir.program, "serve", "--config", str(river.weir.config_path)],
                             env=river.weir.env, capture_output=True, text=True, timeout=30)
    assert started.returncode == 1 and "key" in started.stderr
    river.weir.config["old_master_keys"] = ["@env:WEIR_OLD_KEY"]

    river.weir.start()

    assert everything(river.weir) == before
    person = river.sim.person_ids()[0]
    river.sim.update_person(person, first_name="Kolbein")
    river.wait_employee(person, first_name="Kolbein")


def test_no_daemon_is_said_plainly(make_river):
    river = make_river()
    river.weir.write_config()
    done = river.weir.cli("status", check=False)
    assert done.returncode == 3 and done.stderr
    assert river.weir.cli("nonsense", check=False).returncode == 2
    assert river.weir.cli("check").returncode == 0


def test_what_is_asked_for_wrongly_is_said_rightly(river):
    for path, status, code in (("/hris/employees?page_size=0", 400, "PLATFORM.INPUT_INVALID"),
                               ("/hris/employees?cursor=nonsense", 400, "PLATFORM.INPUT_INVALID"),
                               ("/hris/employees?updated_after=yesterday", 400, "PLATFORM.INPUT_INVALID"),
                               ("/hris/nothing", 404, "PLATFORM.INPUT_INVALID")):
        got = river.weir.api(path)
        assert (got.status, got.code) == (status, code), path
    assert river.weir.api("/hris/employees", None).status == 400
    assert river.weir.api("/hris/employees", "personio:nobody").code == "PLATFORM.INTEGRATION_NOT_FOUND"
    assert river.weir.api("/hris/employees", key="wrong-key-wrong-key").code == "PLATFORM.AUTHENTICATION_INVALID"
    eventually(lambda: river.weir.metric("weir_deliveries_total", outcome="accepted") == 0)
