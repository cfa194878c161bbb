"""A small HTTP/1.1 server and client for the simulators.

The server runs one thread per connection, keeps connections alive and sends each answer in one
write. http.server would do, but its header parser alone costs more than a whole answer here, and
a simulator must also misbehave: hang, drip, close without a word. The client sends exactly the
bytes it is given, within one absolute deadline, and knows only as much HTTP as a webhook sender
needs. Neither knows any tool.
"""

from __future__ import annotations

import json
import select
import socket
import ssl
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HEAD_MAX = 64 * 1024
BODY_MAX = 16 * 1024 * 1024

REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently",
    302: "Found", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 409: "Conflict", 410: "Gone", 411: "Length Required",
    412: "Precondition Failed", 413: "Content Too Large",
    422: "Unprocessable Content", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
}

HeaderList = list[tuple[str, str]]


@dataclass
class Request:
    """One request as received. `headers` has lower-case names and keeps the last of equal ones."""

    method: str
    target: str
    headers: dict[str, str]
    header_list: HeaderList
    body: bytes
    received_at: float

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> HeaderList:
        """Decoded the way servers do it: a bare `+` is a blank."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)


@dataclass
class Answer:
    """What to send back. `script`, if set, writes to the socket itself, which is then closed.

    `more_headers` stand behind `headers` and may repeat a name.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    more_headers: HeaderList = field(default_factory=list)
    script: Callable[[socket.socket], None] | None = None

    def encode(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"{name}: {value}" for name, value in self.more_headers]
        if self.status != 204:
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + self.body


def json_answer(value: Any, status: int = 200, content_type: str = "application/json") -> Answer:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"Content-Type": content_type})


class BadRequest(Exception):
    """The bytes are not HTTP that we understand; the connection is answered 400 and closed."""


class _Reader:
    """Takes requests off one connection; bytes that belong to the next one stay in the buffer."""

    def __init__(self, conn: socket.socket) -> None:
        self.conn = conn
        self.buffer = b""

    def _more(self) -> bool:
        chunk = self.conn.recv(65536)
        self.buffer += chunk
        return bool(chunk)

    def _take(self, size: int) -> bytes:
        while len(self.buffer) < size:
            if not self._more():
                raise BadRequest("the body is shorter than announced")
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def _line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            if len(self.buffer) > HEAD_MAX or not self._more():
                raise BadRequest("a line does not end")
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def request(self) -> Request | None:
        """The next request, or None when the peer is done."""
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            if len(self.buffer) > HEAD_MAX:
                raise BadRequest("the head is too long")
            if not self._more():
                return None
        received_at = time.time()
        head, self.buffer = self.buffer[:end].decode("latin-1"), self.buffer[end + 4:]
        first, *rest = head.split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise BadRequest("the request line is malformed")
        header_list: HeaderList = []
        for line in rest:
            name, colon, value = line.partition(":")
            if not colon:
                raise BadRequest("a header has no colon")
            header_list.append((name, value.strip(" \t")))
        headers = {name.lower(): value for name, value in header_list}
        return Request(words[0], words[1], headers, header_list, self._body(headers), received_at)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("expect", "").lower() == "100-continue":
            self.conn.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunks()
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_MAX:
            raise BadRequest("Content-Length is unusable")
        return self._take(int(length))

    def _chunks(self) -> bytes:
        body = b""
        while True:
            try:
                size = int(self._line().split(b";")[0], 16)
            except ValueError:
                raise BadRequest("a chunk has no size") from None
            if len(body) + size > BODY_MAX:
                raise BadRequest("the body is too long")
            if size == 0:
                while self._line():
                    pass
                return body
            body += self._take(size)
            self._line()


class Server:
    """Listens on one port and answers each request with what `handler` returns.

    `handler` runs on the connection's thread and may block. None closes without an answer.
    """

    def __init__(self, handler: Callable[[Request], Answer | None], host: str = "127.0.0.1",
                 port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.handler = handler
        self.host = host
        self.tls = tls
        self.stopping = threading.Event()
        self.connections_accepted = 0
        self._wanted_port = port
        self._url = ""
        self._listener: socket.socket | None = None
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()

    @property
    def port(self) -> int:
        assert self._listener is not None, "the server is not started"
        return self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        assert self._listener is not None, "the server is not started"
        return self._url

    def start(self) -> None:
        self.stopping.clear()
        self._listener = socket.create_server((self.host, self._wanted_port), backlog=512)
        # A simulator that is stopped and started again stands for one tool with one address.
        self._wanted_port = self.port
        self._url = f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()
        if self._listener is None:
            return
        _shut(self._listener)
        with self._lock:
            open_now = list(self._connections)
        for conn in open_now:
            _shut(conn, close=False)  # its thread sees the end and closes it
        self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while not self.stopping.is_set():
            try:
                conn, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(conn,), daemon=True).start()

    def _serve(self, conn: socket.socket) -> None:
        try:
            # Without it a client that waits for small answers waits for delayed ACKs as well.
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                conn = self.tls.wrap_socket(conn, server_side=True)
        except OSError:
            _shut(conn)
            return
        with self._lock:
            self._connections.add(conn)
            self.connections_accepted += 1
        try:
            if not self.stopping.is_set():
                self._answer_all(conn)
        except (OSError, ValueError):
            pass  # the peer left, or stop() closed the socket under us
        finally:
            with self._lock:
                self._connections.discard(conn)
            _shut(conn)

    def _answer_all(self, conn: socket.socket) -> None:
        reader = _Reader(conn)
        while True:
            try:
                request = reader.request()
            except BadRequest as why:
                conn.sendall(Answer(400, str(why).encode(), {"Connection": "close"}).encode())
                return
            if request is None:
                return
            try:
                answer = self.handler(request)
            except Exception:  # a fault of the simulator must be loud, not a lost connection
                traceback.print_exc(file=sys.stderr)
                answer = Answer(500, traceback.format_exc().encode())
            if answer is None:
                return
            if answer.script is not None:
                answer.script(conn)
                return
            conn.sendall(answer.encode())
            if request.headers.get("connection", "").lower() == "close":
                return


def _shut(conn: socket.socket, close: bool = True) -> None:
    try:
        conn.shutdown(socket.SHUT_RDWR)  # wakes a thread that is blocked in accept or recv
    except OSError:
        pass
    if close:
        conn.close()


@dataclass
class Reply:
    """What a server answered to the client below, or why it did not."""

    status: int | None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""
    duration: float = 0.0


def request_bytes(method: str, target: str, host: str, headers: Iterable[tuple[str, str]],
                  body: bytes) -> bytes:
    """A request with exactly these headers; Host and Content-Length only if they are missing.
    A GET without a body has no length."""
    lines = list(headers)
    names = {name.lower() for name, _ in lines}
    if "host" not in names:
        lines.insert(0, ("Host", host))
    if not {"content-length", "transfer-encoding"} & names and (body or method != "GET"):
        lines.append(("Content-Length", str(len(body))))
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in lines)
    return (head + "\r\n").encode("latin-1") + body


class Client:
    """Sends requests to any number of servers, one at a time, and keeps its connections.

    Not shared between threads: each sender owns one.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._kept: dict[tuple[str, str, int], socket.socket] = {}

    def close(self) -> None:
        for conn in self._kept.values():
            _shut(conn)
        self._kept.clear()

    def send(self, url: str, headers: Iterable[tuple[str, str]], body: bytes,
             timeout_s: float, method: str = "POST") -> Reply:
        parts = urlsplit(url)
        target = parts.path or "/"
        if parts.query:
            target += "?" + parts.query
        return self.send_bytes(url, request_bytes(method, target, parts.netloc, headers, body),
                               timeout_s)

    def send_bytes(self, url: str, data: bytes, timeout_s: float) -> Reply:
        began = time.monotonic()
        try:
            reply = self._exchange(url, data, began + timeout_s)
        except TimeoutError:
            reply = Reply(None, error="time-out")
        except (OSError, ValueError) as why:
            reply = Reply(None, error=f"connection failed: {why}")
        reply.duration = time.monotonic() - began
        return reply

    def _exchange(self, url: str, data: bytes, deadline: float) -> Reply:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        key = (parts.scheme, parts.hostname or "", port)
        conn = self._kept.pop(key, None)
        if conn is not None and select.select([conn], [], [], 0)[0]:
            _shut(conn)  # the server ended it while it was idle; that is no failed attempt
            conn = None
        conn = conn or self._connect(key, deadline)
        keep = False
        try:
            conn.settimeout(max(0.001, deadline - time.monotonic()))
            conn.sendall(data)
            reply, keep = _read_reply(conn, deadline)
        finally:
            if keep:
                self._kept[key] = conn
            else:
                _shut(conn)
        return reply

    def _connect(self, key: tuple[str, str, int], deadline: float) -> socket.socket:
        scheme, host, port = key
        conn = socket.create_connection((host, port), max(0.001, deadline - time.monotonic()))
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if scheme == "https":
            conn = (self._tls or ssl.create_default_context()).wrap_socket(
                conn, server_hostname=host)
        return conn


def _read_reply(conn: socket.socket, deadline: float) -> tuple[Reply, bool]:
    """The reply, and whether the connection can carry another request."""
    buffer = b""

    def more() -> bool:
        nonlocal buffer
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        conn.settimeout(left)
        chunk = conn.recv(65536)
        buffer += chunk
        return bool(chunk)

    while b"\r\n\r\n" not in buffer:
        if not more():
            raise ConnectionError("closed without an answer")
    head, _, buffer = buffer.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if len(words) < 2 or not words[1].isdigit():
        raise ConnectionError("the status line is malformed")
    headers = {}
    for line in rest:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    status = int(words[1])
    length = "0" if status in (204, 304) else headers.get("content-length")
    if length is not None and length.isdigit():
        while len(buffer) < int(length):
            if not more():
                raise ConnectionError("closed within the answer")
    keep = length is not None and headers.get("connection", "").lower() != "close"
    return Reply(status, headers, buffer), keep
