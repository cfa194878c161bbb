"""A running weir for the whole-river tests: its file, its process, its log, and its four doors.

All ports are the kernel's choice; the public one is kept over restarts, since the tool's webhook names it. Every
wait ends as soon as what is waited for is there, so long time-outs cost nothing.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from settings import libconfig

ACME = "personio:acme"
WAIT_S = 30.0
PROBES = ("/healthz", "/readyz", "/metrics")
SANITIZERS = re.compile(r"ERROR: (Address|Leak)Sanitizer|runtime error:|WARNING: ThreadSanitizer|Sanitizer: CHECK")

Json = Any


def build_folder() -> Path:
    named = os.environ.get("WEIR_BUILD")
    if not named:
        raise RuntimeError("WEIR_BUILD must name the build folder; ctest sets it")
    return Path(named).resolve()


def is_sanitized() -> bool:
    """The build is several times slower, and brings its own system calls."""
    cache = (build_folder() / "CMakeCache.txt").read_text()
    return bool(re.search(r"^WEIR_SANITIZE:STRING=.+$", cache, re.MULTILINE))


def has_pages() -> bool:
    """The dashboard and the customer pages are built in."""
    cache = (build_folder() / "CMakeCache.txt").read_text()
    return bool(re.search(r"^WEIR_PAGES:BOOL=(ON|TRUE|1)$", cache, re.MULTILINE))


def eventually(what: Callable[[], Any], timeout: float = WAIT_S, every: float = 0.02, say: str = "") -> Any:
    """The first true value of what(); an AssertionError if none comes in time."""
    deadline = time.monotonic() + timeout
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < deadline, say or f"this did not become true in {timeout} s: {what}"
        time.sleep(every)


@dataclass
class Got:
    """An answer. `status` 0: the connection ended without one."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)

    @property
    def data(self) -> Json:
        assert self.status == 200, (self.status, self.body[:500])
        return self.json["data"]

    @property
    def code(self) -> str | None:
        return self.json["error"]["code"]


def call(port: int, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None,
         timeout: float = WAIT_S) -> Got:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    except (http.client.HTTPException, ConnectionError, TimeoutError):
        return Got(0, {}, b"")
    finally:
        connection.close()


class Log:
    """The daemon's log of all its runs, read as it grows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs = 0
        self._read = 0
        self._rest = b""
        self.lines: list[dict[str, Any]] = []
        self.others: list[str] = []  # what is no log line: messages of the start, of a sanitizer
        self.path = folder / "weir-0.log"

    def next_run(self) -> Path:
        self.update()
        self._runs += 1
        self.path = self._folder / f"weir-{self._runs}.log"
        self._read = 0
        self._rest = b""
        return self.path

    def update(self) -> list[dict[str, Any]]:
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self._read)
                fresh = file.read()
            self._read += len(fresh)
            *whole, self._rest = (self._rest + fresh).split(b"\n")
            for line in whole:
                self._take(line.decode("utf-8"))
        return self.lines

    def _take(self, line: str) -> None:
        try:
            parsed = json.loads(line)
        except ValueError:
            parsed = None
        if isinstance(parsed, dict):
            parsed["at"] = datetime.fromisoformat(parsed["time"].replace("Z", "+00:00")).timestamp()
            self.lines.append(parsed)
        else:
            self.others.append(line)

    def find(self, event: str, since: int = 0, **fields: Any) -> list[dict[str, Any]]:
        return [line for line in self.update()[since:]
                if line["event"] == event and all(line.get(k) == v for k, v in fields.items())]

    def mark(self) -> int:
        """What comes from now on is after this."""
        return len(self.update())

    def text(self) -> str:
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(self._folder.glob("weir-*.log")))


class Weir:
    """The daemon. `config` is its file as a dict: change it before start(), or before reload()."""

    def __init__(self, folder: Path, **overrides: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.build = build_folder()
        self.program = str(self.build / "core" / "weir")
        self.api_key = secrets.token_urlsafe(24)
        self.admin_key = secrets.token_urlsafe(24)
        self.log = Log(folder)
        self.process: subprocess.Popen[bytes] | None = None
        self.wrapper: list[str] = []  # a program that runs the daemon, as strace does
        self.admin_port = 0
        # Bound but never listening: nobody else is given this port while the daemon is down.
        self._keeper = socket.socket()
        self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._keeper.bind(("127.0.0.1", 0))
        self.port: int = self._keeper.getsockname()[1]
        self.env = dict(
            os.environ, WEIR_MASTER_KEY=secrets.token_hex(32), WEIR_API_KEY=self.api_key,
            WEIR_ADMIN_KEY=self.admin_key, ASAN_OPTIONS="abort_on_error=0:exitcode=99",
            UBSAN_OPTIONS="print_stacktrace=1:exitcode=99", TSAN_OPTIONS="exitcode=99:second_deadlock_stack=1")
        self.config: dict[str, Any] = {
            "data_dir": str(folder / "data"),
            "listen": f"127.0.0.1:{self.port}",
            "admin_listen": "127.0.0.1:0",
            "admin_socket": str(folder / "a.sock"),
            "public_url": f"http://127.0.0.1:{self.port}",
            "master_key": "@env:WEIR_MASTER_KEY",
            "stop_timeout_ms": 5000,
            "connectors": {"path": [str(self.build / "connectors"), str(self.build / "tests/river/connectors")]},
            "api_keys": [{"name": "app", "key": "@env:WEIR_API_KEY"}],
            "admin_keys": [{"name": "ops", "key": "@env:WEIR_ADMIN_KEY"}],
            "workers": {"count": 4, "backoff_first_ms": 50, "backoff_max_ms": 400, "missing_retry_ms": 200,
                        "fetch_timeout_ms": 10_000},
            "dispatch": {"coalesce_ms": 50, "retry_ms": [50, 100, 200, 400, 800], "jitter_percent": 0,
                         "probe_ms": 200, "timeout_ms": 2000},
            "limits": {"disk_free_min_bytes": 0},
            "log": {"format": "json"},
        }
        for name, value in overrides.items():
            if isinstance(value, dict) and isinstance(self.config.get(name), dict):
                self.config[name] |= value
            else:
                self.config[name] = value

    # Life

    @property
    def config_path(self) -> Path:
        return self.folder / "weir.conf"

    def write_config(self, text: str | None = None) -> None:
        self.config_path.write_text(libconfig(self.config) if text is None else text)

    def start(self, wait: bool = True) -> Weir:
        assert self.process is None
        self.write_config()
        since = self.log.mark()
        with self.log.next_run().open("wb") as out:
            self.process = subprocess.Popen([*self.wrapper, self.program, "serve", "--config", str(self.config_path)],
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self.env)
        if wait:
            self.wait_ready(since)
        return self

    def wait_ready(self, since: int = 0) -> None:
        self.admin_port = self.wait_log("ready", since)["admin_port"]

    def stop(self, timeout: float = 20.0) -> float:
        """A clean stop, and how long it took. What a sanitizer found fails the test here."""
        process, self.process = self.process, None
        if process is None:
            return 0.0
        began = time.monotonic()
        self._signal(process, signal.SIGTERM)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._signal(process, signal.SIGABRT)
            process.wait()
            raise AssertionError(f"the daemon did not stop within {timeout} s\n{self.tail()}") from None
        self.check_log()
        assert status == 0, f"the daemon ended with status {status}\n{self.tail()}"
        return time.monotonic() - began

    def kill(self) -> None:
        """kill -9"""
        process, self.process = self.process, None
        if process is not None:
            self._signal(process, signal.SIGKILL)
            process.wait()

    def restart(self) -> Weir:
        self.stop()
        return self.start()

    def terminate(self) -> None:
        """Begin a stop; wait_end() for its end."""
        assert self.process is not None
        self._signal(self.process, signal.SIGTERM)

    def wait_end(self, timeout: float = 20.0) -> int:
        process, self.process = self.process, None
        assert process is not None
        return process.wait(timeout)

    def _signal(self, process: subprocess.Popen[bytes], number: int) -> None:
        """To the daemon itself, also when it runs below a wrapper."""
        target = process.pid
        if self.wrapper:
            children = Path(f"/proc/{target}/task/{target}/children").read_text().split()
            target = int(children[0]) if children else target
        if process.poll() is None:
            os.kill(target, number)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def close(self) -> None:
        """The end of a test, however it went."""
        try:
            self.stop()
        finally:
            self._keeper.close()
            if self.process is not None:
                self.kill()

    # Time

    def make_time_movable(self) -> None:
        """Before start(): pass_time() then moves the daemon's calendar."""
        self.clock_path.write_bytes(struct.pack("=q", 0))
        self.env["WEIR_CLOCK_FILE"] = str(self.clock_path)

    @property
    def clock_path(self) -> Path:
        return self.folder / "clock"

    def pass_time(self, seconds: float) -> None:
        """So much later at once. A reload of the unchanged file has no other effect than that it looks what is due."""
        with self.clock_path.open("r+b") as file:
            offset = struct.unpack("=q", file.read())[0] + int(seconds * 1000)
            file.seek(0)
            file.write(struct.pack("=q", offset))
        if self.process is not None:
            self.cli("reload")

    # Log

    def wait_log(self, event: str, since: int = 0, timeout: float = WAIT_S, **fields: Any) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = self.log.find(event, since, **fields)
            if not found and self.process is not None and self.process.poll() is not None:
                found = self.log.find(event, since, **fields)
                assert found, f"the daemon ended with status {self.process.returncode}\n{self.tail()}"
            return found[0] if found else None
        try:
            return eventually(look, timeout, 0.005)
        except AssertionError as why:
            raise AssertionError(f"never logged: {event} {fields}\n{why}\n{self.tail()}") from None

    def tail(self, lines: int = 25) -> str:
        """The end of the log, for the message of a failed test."""
        return "\n".join(line[:300] for line in self.log.text().splitlines()[-lines:])

    def check_log(self) -> None:
        found = [line for line in self.log.text().splitlines() if SANITIZERS.search(line)]
        assert not found, f"{found[0]}\n{self.tail(80)}"

    # The API of the application

    def api(self, path: str, integration: str | None = ACME, key: str | None = None, method: str = "GET",
            body: Json = None, **query: Any) -> Got:
        headers = {"Authorization": f"Bearer {key or self.api_key}"}
        if integration is not None:
            headers["X-Integration-Id"] = integration
        if body is not None:
            headers["Content-Type"] = "application/json"
        if query:
            path += "?" + urlencode(query, quote_via=quote)
        return call(self.port, method, "/v1" + path, headers, None if body is None else json.dumps(body).encode())

    def rows(self, path: str, integration: str = ACME, **query: Any) -> list[dict[str, Any]]:
        """Everything of a list endpoint, over all pages."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        while True:
            page = self.api(path, integration, **query, **cursor).data
            found += page["results"]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}

    def row(self, path: str, remote_id: str, integration: str = ACME, **query: Any) -> dict[str, Any] | None:
        rows = self.rows(path, integration, remote_ids=remote_id, **query)
        assert len(rows) <= 1
        return rows[0] if rows else None

    def employee(self, remote_id: str, integration: str = ACME, **query: Any) -> dict[str, Any] | None:
        return self.row("/hris/employees", remote_id, integration, **query)

    # The admin API, the command line, the metrics

    def admin(self, path: str, method: str = "GET", body: Json = None, **query: Any) -> Got:
        if query:
            path += "?" + urlencode(query, quote_via=quote)
        return call(self.admin_port, method, path if path in PROBES else "/admin/v1" + path,
                    {"Authorization": f"Bearer {self.admin_key}", "Content-Type": "application/json"},
                    None if body is None else json.dumps(body).encode())

    def listed(self, path: str, **query: Any) -> list[dict[str, Any]]:
        return self.admin(path, limit=1000, **query).data["results"]

    def status(self) -> dict[str, Any]:
        return self.admin("/status").data

    def cli(self, *arguments: str, check: bool = True, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """given: what stands on its standard input."""
        source: dict[str, Any] = {"stdin": subprocess.DEVNULL} if given is None else {"input": given}
        done = subprocess.run([self.program, "--config", str(self.config_path), *arguments], env=self.env, text=True,
                              capture_output=True, timeout=60, **source)
        if check:
            assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
        return done

    def cli_json(self, *arguments: str) -> Json:
        return json.loads(self.cli(*arguments, "--json").stdout)

    def metrics(self) -> dict[str, float]:
        """`name{labels}` to value, as printed."""
        text = self.admin("/metrics").body.decode()
        pairs = (line.rpartition(" ") for line in text.splitlines() if line and line[0] != "#")
        return {name: float(value) for name, _, value in pairs}

    def metric(self, name: str, **labels: str) -> float:
        """The sum over what has these labels."""
        wanted = [f'{k}="{v}"' for k, v in labels.items()]
        return sum(value for key, value in self.metrics().items()
                   if key.partition("{")[0] == name and all(label in key for label in wanted))

    # State

    def wait_synced(self, *integrations: str) -> Weir:
        for one in integrations or [i["id"] for i in self.config.get("integrations", [])]:
            self.wait_log("sync ended", integration=one, state="SUCCEEDED")
            eventually(lambda: self.api("/hris/employees", one).status == 200)
        return self

    def wait_drained(self, timeout: float = WAIT_S) -> None:
        """The inbox is empty and no notification waits."""
        def drained() -> bool:
            store = self.status()["store"]
            return store["inbox_count"] == 0 and store["outbox_count"] == 0
        try:
            eventually(drained, timeout)
        except AssertionError:
            raise AssertionError(f"the inbox or the outbox did not empty: {self.status()}\n"
                                 f"{self.listed('/attempts')[:5]}\n{self.tail()}") from None
