"""Weir under measurement: its own folder, configuration and ports."""

import json
import os
import re
import secrets
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import processes

# Whatever waits on the tool waits long, and the inbox takes all that is acknowledged meanwhile.
CONFIG = """
data_dir = "{dir}/data";
listen = "127.0.0.1:{port}";
admin_listen = "127.0.0.1:{admin_port}";
public_url = "http://127.0.0.1:{port}";
master_key = "@env:WEIR_MASTER_KEY";
connectors = {{ path = [ "{connectors}", "{own_connectors}" ]; enabled = [ "{connector}" ]; }};
admin_keys = ( {{ name = "bench"; key = "@env:WEIR_ADMIN_KEY"; }} );
api_keys = ( {{ name = "bench"; key = "@env:WEIR_API_KEY"; }} );
integrations = (
{integrations} );
endpoints = ( {{ name = "app"; url = "{receiver}"; secret = "@env:WEIR_HOOK_SECRET"; allow_private = true;
  concurrency = 64; }} );
limits = {{ inbox_max = 20000000; inbox_bytes_max = 34359738368L; }};
workers = {{ count = 16; backoff_first_ms = 300000; backoff_max_ms = 300000; }};
dispatch = {{ coalesce_ms = {coalesce_ms}; }};
log = {{ level = "error"; }};
"""
INTEGRATION = """  {{ id = "{connector}:bench{number}"; organization = "Bench {number}"; base_url = "{tool}";
     allow_private = true; settings = {{ {settings} }}; }}"""
SETTINGS = {"personio": 'client_id = "bench-{number}"; client_secret = "bench-secret-{number}";', "one": ""}


class Daemon:
    def __init__(self, build: Path, directory: Path, tool, receiver_url: str, integrations: int,
                 coalesce_ms: int = 1000, connector: str = "personio"):
        self.program = build / "core/weir"
        self.directory = directory
        self.tool = tool
        self.integrations = integrations
        self.process = None
        self.port = processes.free_port()
        self.admin_port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._admin_key = secrets.token_urlsafe(24)
        self.api_key = secrets.token_urlsafe(24)
        self._environment = dict(os.environ, WEIR_MASTER_KEY=secrets.token_hex(32), WEIR_ADMIN_KEY=self._admin_key,
                                 WEIR_API_KEY=self.api_key, WEIR_HOOK_SECRET=secrets.token_urlsafe(24))
        self._log = directory / "weir.log"
        directory.mkdir()
        config = directory / "weir.conf"
        config.touch(0o600)
        config.write_text(CONFIG.format(
            dir=directory, port=self.port, admin_port=self.admin_port, connectors=build / "connectors",
            own_connectors=build / "tests/bench/connectors", connector=connector,
            receiver=receiver_url, coalesce_ms=coalesce_ms,
            integrations=",\n".join(
                INTEGRATION.format(number=n + 1, tool=tool.url, connector=connector,
                                   settings=SETTINGS[connector].format(number=n + 1))
                for n in range(integrations))))

    def start(self) -> float:
        """Seconds from exec until /readyz says 200."""
        begun = time.monotonic()
        with self._log.open("ab") as log:
            self.process = processes.start(
                [self.program, "serve", "--config", self.directory / "weir.conf"], stderr=log, env=self._environment)
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() - begun > 120:
                raise SystemExit(f"weir does not start:\n{self._log.read_text()[-4000:]}")
            time.sleep(0.002)
        return time.monotonic() - begun

    def stop(self) -> None:
        processes.stop(self.process)
        self.process = None

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.admin_port), 5) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                return connection.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def settle(self) -> None:
        """Until the webhooks are made, the first syncs are over, and nothing moves any more."""
        deadline = time.monotonic() + 60
        quiet = 0
        before = self.cpu_s()
        while self.tool.hook_count() < self.integrations or quiet < 5 or not self._first_syncs_done():
            if time.monotonic() > deadline:
                raise SystemExit(f"weir does not come to rest: {self.tool.hook_count()} of {self.integrations} "
                                 f"webhooks made\n{self._log.read_text()[-4000:]}")
            time.sleep(0.1)
            now = self.cpu_s()
            quiet = quiet + 1 if now - before <= 0.011 else 0
            before = now

    def fill(self, program: Path, people: int) -> None:
        """People written straight into the store, while it is stopped."""
        filling = processes.start([program, self.directory / "data", "personio:bench1", people], env=self._environment)
        if filling.wait() != 0:
            raise SystemExit(f"{program} failed")

    def admin(self, path: str, body=None):
        """GET, or POST of a body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}/admin/v1{path}",
                                         None if body is None else json.dumps(body).encode(),
                                         {"Authorization": f"Bearer {self._admin_key}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def _first_syncs_done(self) -> bool:
        return all(row["first_sync_done"] for row in self.admin("/integrations")["results"])

    def metric(self, name: str, labels: str = "") -> float:
        """The sum over the lines of this name that have these labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/metrics", timeout=30) as answer:
            text = answer.read().decode()
        return sum(float(value) for given, value in re.findall(rf"^{name}(\{{.*\}})? (\S+)$", text, re.M)
                   if labels in given)

    def accepted(self) -> int:
        return int(self.metric("weir_deliveries_total", 'outcome="accepted"'))

    def delivered(self) -> int:
        return int(self.metric("weir_attempts_total", 'outcome="delivered"'))

    def cpu_s(self) -> float:
        return processes.cpu_s(self.process.pid)

    def threads_cpu_s(self) -> dict[str, float]:
        return processes.threads_cpu_s(self.process.pid)

    def memory_kb(self) -> dict[str, int]:
        return processes.memory_kb(self.process.pid)

    def file_bytes(self) -> int:
        return sum(f.stat().st_blocks * 512 for f in (self.directory / "data").iterdir() if f.is_file())

    def forget_pages(self) -> None:
        """So that the next start reads from the disk."""
        for file in (self.directory / "data").iterdir():
            if file.is_file():
                fd = os.open(file, os.O_RDONLY)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(fd)
