#!/usr/bin/python3
"""The main job, shown: a change at a (simulated) Personio, and one at a (simulated) Okta, go down the whole river.

Starts the simulated tools, a receiver that verifies both signatures, and `weir serve` with a temporary data directory;
changes a person at each tool; prints each stage with its time; reads the change through the API. Real processes, real
sockets, loopback only. Exit status 0: both arrived, and everything that was checked was right.
"""

import argparse
import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from sim.okta import OktaSim  # noqa: E402
from sim.personio import PersonioSim  # noqa: E402
from sim.receiver import Receiver  # noqa: E402

PEOPLE = 12
CONFIG = """
data_dir = "{dir}/data";
listen = "127.0.0.1:{port}";
admin_listen = "127.0.0.1:{admin_port}";
public_url = "http://127.0.0.1:{port}";
master_key = "@env:WEIR_MASTER_KEY";
connectors = {{ path = [ "{connectors}" ]; }};
api_keys = ( {{ name = "app"; key = "@env:WEIR_API_KEY"; }} );
admin_keys = ( {{ name = "ops"; key = "@env:WEIR_ADMIN_KEY"; }} );
integrations = (
  {{ id = "personio:acme"; organization = "Acme GmbH"; base_url = "{personio}"; allow_private = true;
     settings = {{ client_id = "@env:ACME_ID"; client_secret = "@env:ACME_SECRET"; }}; }},
  {{ id = "okta:northwind"; organization = "Northwind Robotics"; base_url = "{okta}"; allow_private = true;
     settings = {{ api_token = "@env:NORTHWIND_TOKEN"; }}; }} );
endpoints = ( {{ name = "app"; url = "{receiver}"; secret = "@env:WEIR_HOOK_SECRET"; allow_private = true;
  events = [ "data-changed", "sync-finished" ]; }} );
log = {{ format = "json"; }};
"""


class Personio:
    """One customer's account of one tool: how to change a person there, and what the change is called."""

    integration = "personio:acme"
    event = "person.updated"

    def __init__(self):
        self.sim = PersonioSim(people=PEOPLE, seed=1, allow_http=True)

    def person(self, number: int) -> str:
        return self.sim.person_ids()[number % PEOPLE]

    def rename(self, person: str, name: str) -> None:
        self.sim.update_person(person, first_name=name)

    def webhooks(self) -> int:
        return len(self.sim.hooks.webhooks)


class Okta:
    integration = "okta:northwind"
    event = "user.account.update_profile"

    def __init__(self):
        self.sim = OktaSim(people=PEOPLE, seed=1, allow_http=True)

    def person(self, number: int) -> str:
        people = self.sim.user_ids(PEOPLE // 2)
        return people[number % len(people)]

    def rename(self, person: str, name: str) -> None:
        self.sim.update_user(person, firstName=name)

    def webhooks(self) -> int:
        return sum(hook.taking for hook in self.sim.hooks.rows.values())


class Demo:
    def __init__(self, build: Path, directory: Path, port: int, admin_port: int):
        self.build = build
        self.directory = directory
        self.api_key = secrets.token_urlsafe(24)
        self.admin_key = secrets.token_urlsafe(24)
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        self.personio, self.okta = Personio(), Okta()
        self.tools = (self.personio, self.okta)
        self.receiver = Receiver(self.secret)
        self.port = port
        self.admin_port = admin_port
        self.process = None
        self.config = directory / "weir.conf"
        self.log_path = directory / "weir.log"

    def start(self) -> None:
        for tool in self.tools:
            tool.sim.start()
        self.receiver.start()
        self.config.write_text(
            CONFIG.format(
                dir=self.directory,
                port=self.port,
                admin_port=self.admin_port,
                connectors=self.build / "connectors",
                personio=self.personio.sim.url,
                okta=self.okta.sim.url,
                receiver=self.receiver.url,
            )
        )
        environment = dict(
            os.environ,
            WEIR_MASTER_KEY=secrets.token_hex(32),
            WEIR_API_KEY=self.api_key,
            WEIR_ADMIN_KEY=self.admin_key,
            WEIR_HOOK_SECRET=self.secret,
            ACME_ID=self.personio.sim.client_id,
            ACME_SECRET=self.personio.sim.client_secret,
            NORTHWIND_TOKEN=self.okta.sim.access.api_token,
        )
        self.process = subprocess.Popen(
            [self.build / "core/weir", "serve", "--config", self.config], stderr=self.log_path.open("wb"),
            env=environment
        )

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        self.receiver.stop()
        for tool in self.tools:
            tool.sim.stop()

    def log(self, event: str, since: float, **fields) -> dict:
        """Wait for a line of the daemon's log that says this."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for line in self.log_path.read_text().splitlines():
                entry = json.loads(line)
                at = parse_time(entry["time"])
                if entry["event"] == event and at >= since - 0.002 and all(entry.get(k) == v for k, v in fields.items()):
                    return dict(entry, at=at)
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise SystemExit(f"the daemon never said: {event} {fields}\n{self.log_path.read_text()[-4000:]}")

    def api(self, integration: str, path: str, **query) -> dict:
        url = f"http://127.0.0.1:{self.port}/v1{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(
            url, headers={"Authorization": f"Bearer {self.api_key}", "X-Integration-Id": integration}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["data"]


def parse_time(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def stage(started: float, at: float, what: str) -> None:
    print(f"  {1000 * (at - started):9.1f} ms  {what}", flush=True)


def first_sync(demo: Demo) -> None:
    begun = time.time()
    print("The first sync: everything is read once, and a webhook is made at each tool.")
    for tool in demo.tools:
        ended = demo.log("sync ended", 0, integration=tool.integration)
        made = demo.log("subscription", 0, integration=tool.integration, state="active")
        stage(begun, max(ended["at"], made["at"]), f"{tool.integration}: {ended['records']} records in {ended['pages']} pages, "
              f"{ended['state']}; {tool.webhooks()} webhook at the tool")
    for tool in demo.tools:
        demo.receiver.wait_for(lambda messages: {"sync-finished", "data-changed"} <= {
            m.type for m in messages if m.data.get("integration_id") == tool.integration}, 20)
    # Changes close to each other are gathered into one message; after a quiet second one goes out at once.
    time.sleep(2.5)


def one_change(demo: Demo, tool: Personio | Okta, number: int) -> bool:
    person = tool.person(number)
    name = f"Ada-{number}"
    before = len(demo.receiver.messages)
    attempts = len(tool.sim.attempts)
    started = time.time()
    print(f"\n{tool.integration}: person {person} gets the first name {name} at the tool:")
    tool.rename(person, name)
    tool.sim.wait_attempts(attempts + 1, 10)
    attempt = tool.sim.attempts[attempts]
    stage(started, attempt.time, f"the tool posts {tool.event}")
    stage(started, attempt.completed_at, f"Weir verified it, synced it to disk, and answered {attempt.status}")
    stored = demo.log("record stored", started, model="hris_employees", remote_id=person)
    stage(started, stored["at"], f"fetched, normalised and stored: {stored['result']}, {stored['changes']} change, fetch took {stored['fetch_us'] / 1000:.1f} ms")

    def told(messages: list) -> list:
        return [m for m in messages[before:] if m.type == "data-changed" and m.data["integration_id"] == tool.integration]

    demo.receiver.wait_for(lambda messages: bool(told(messages)), 20)
    message = told(demo.receiver.messages)[0]
    stage(started, message.time, f"the application got data-changed {message.changed_models}; signatures "
          f"{'good' if not message.problems else message.problems}")
    record = demo.api(tool.integration, "/hris/employees", remote_ids=person)["results"][0]
    stage(started, time.time(), f"GET /v1/hris/employees?remote_ids={person} says first_name = {record['first_name']}")
    return record["first_name"] == name and not message.problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="build folder")
    parser.add_argument("--once", action="store_true", help="end after one round")
    parser.add_argument("--port", type=int, default=18080)
    parser.add_argument("--admin-port", type=int, default=18081)
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="weir-demo-") as directory:
        demo = Demo(arguments.build.resolve(), Path(directory), arguments.port, arguments.admin_port)
        try:
            demo.start()
            demo.log("ready", 0)
            first_sync(demo)
            good = all([one_change(demo, tool, 1) for tool in demo.tools])
            print("\nBoth arrived." if good else "\nNot all arrived as it should.")
            if arguments.once or not good:
                return 0 if good else 1
            print(f"""
Running until you press Ctrl-C:
  http://127.0.0.1:{demo.admin_port}/ is the dashboard; sign in with {demo.admin_key}
  curl -H 'Authorization: Bearer {demo.api_key}' -H 'X-Integration-Id: okta:northwind' http://127.0.0.1:{demo.port}/v1/hris/employees
  curl http://127.0.0.1:{demo.admin_port}/metrics
  {demo.build}/core/weir --config {demo.config} status      (also: integrations, deliveries, events, notifications)
  curl -X PATCH -H 'Content-Type: application/json' -d '{{"first_name":"Grace"}}' {demo.personio.sim.url}/__sim/persons/{demo.personio.person(0)}
  curl -X PATCH -H 'Content-Type: application/json' -d '{{"firstName":"Grace"}}' {demo.okta.sim.url}/__sim/users/{demo.okta.person(0)}
A person changes every ten seconds, at one tool and then at the other.""")
            for number in range(2, 1 << 30):
                time.sleep(10)
                one_change(demo, demo.tools[number % 2], number)
        except KeyboardInterrupt:
            print()
        finally:
            demo.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
