"""Somebody who listens to an event stream."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

from whole_river import River

Row = dict[str, Any]


class Listener:
    """An event stream, read by a thread of its own; connect() goes on behind the last id it heard."""

    def __init__(self, river: River, path: str = "/v1/changes/stream", admin: bool = False) -> None:
        self.river, self.path, self.admin = river, path, admin
        self.last_id = ""
        self.events: list[tuple[str, Row]] = []
        self.headers: dict[str, str] = {}
        self.ended = threading.Event()

    def connect(self, read: bool = True) -> Listener:
        weir = self.river.weir
        port, key = (weir.admin_port, weir.admin_key) if self.admin else (weir.port, weir.api_key)
        self.ended.clear()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        last = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
        self.socket.sendall(f"GET {self.path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
                            f"Authorization: Bearer {key}\r\n{last}\r\n".encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()
        if read:
            threading.Thread(target=self._run, daemon=True).start()
        return self

    def _lines(self) -> Any:
        rest = b""
        while size := int(self.file.readline(), 16):  # an end without the last chunk is none: ValueError
            rest += self.file.read(size)
            self.file.readline()
            *lines, rest = rest.split(b"\n")
            yield from lines
        self.whole = True

    def _run(self) -> None:
        self.whole = False
        event, data, place = "message", "", ""
        try:
            for line in self._lines():
                name, _, value = line.decode().partition(": ")
                if name == "id":
                    place = value
                elif name == "event":
                    event = value
                elif name == "data":
                    data = value
                elif line == b"":
                    self.last_id = place
                    if data:
                        self.events.append((event, json.loads(data)))
                    event, data = "message", ""
        except (OSError, ValueError):
            pass
        self.ended.set()

    def close(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # the reader's thread holds the file
        except OSError:
            pass
        self.socket.close()

    @property
    def rows(self) -> list[Row]:
        return [row for event, row in self.events if event == "change"]

    def has(self, person: str, change: str | None = None) -> bool:
        return any(r["model"] == "hris_employees" and r["remote_id"] == person and change in (None, r["change"])
                   for r in list(self.rows))
