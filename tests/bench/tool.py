"""The simulated tool of the benchmark: nginx, for fetches; behind it, here, the webhooks that Weir makes."""

import json
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import nginx


class _Hooks(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self, status: int, value) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _fields(self) -> dict:
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")

    def do_GET(self) -> None:
        with self.server.lock:
            name = urlsplit(self.path).path.removeprefix("/v2/webhooks").strip("/")
            if name == "":
                self._answer(200, {"_data": list(self.server.hooks.values()), "_meta": {"links": {}}})
            elif name.endswith("/events"):
                self._answer(200, {"_data": self.server.kept, "_meta": {"links": {}}})
            elif name in self.server.hooks:
                self._answer(200, self.server.hooks[name])
            else:
                self._answer(404, {"title": "Not Found"})

    def do_POST(self) -> None:
        fields = self._fields()
        with self.server.lock:
            hook = {"id": f"hook-{len(self.server.hooks) + 1}", **fields}
            self.server.hooks[hook["id"]] = hook
            self._answer(201, hook)

    def do_PATCH(self) -> None:
        fields = self._fields()
        with self.server.lock:
            hook = self.server.hooks[urlsplit(self.path).path.rpartition("/")[2]]
            hook.update(fields)
            self._answer(200, hook)

    def log_message(self, *_) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 256  # nginx passes on many at once; one that is dropped comes again after a second


class Tool:
    def __init__(self, directory: Path, server: str = nginx.TOOL):
        self._server = _Server(("127.0.0.1", 0), _Hooks)
        self._server.daemon_threads = True
        self._server.hooks = {}
        self._server.kept = []
        self._server.lock = threading.Lock()
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._front = nginx.Nginx(directory, "tool", server % self._server.server_address[1], workers=1)
        self._targets = directory / "targets"
        self.url = self._front.url

    def start(self) -> None:
        """There again, and without a webhook."""
        self._server.hooks.clear()
        self._front.start()

    def stop(self) -> None:
        """Not to be reached any more."""
        self._front.stop()

    def cpu_s(self) -> float:
        return self._front.cpu_s()

    def keep_event(self, person: str) -> None:
        """The only event that it kept, of now."""
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        with self._server.lock:
            self._server.kept = [{"company_id": "4711", "event_name": "person.updated", "occurred_at": now,
                                  "payload": {"person": {"id": person}}}]

    def hook_count(self) -> int:
        return len(self._server.hooks)

    def targets(self) -> Path:
        """A file for deliver.lua: where the webhooks point to, and their tokens."""
        with self._server.lock:
            lines = [f"{urlsplit(hook['url']).path} {hook['token']}\n" for hook in self._server.hooks.values()]
        self._targets.write_text("".join(lines))
        return self._targets
