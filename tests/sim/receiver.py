#!/usr/bin/python3
"""The application downstream: takes notifications, checks their signatures, answers as told.

As a library: `Receiver(secret).start()`, then `.messages`, `.wait(n)`, `.answers = [503, "hang"]`.
As a program it prints a line per message; see --help. Everything but /__sim/… is a message.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sim.tiny_http import Answer, Request, Server  # noqa: E402

TOLERANCE_S = 300.0
HANG_S = 3600.0


def kombo_signature(secret: str, body: bytes) -> str:
    """The secret is its text, also when it looks like base64."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def standard_signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """The key is what the part after `whsec_` decodes to. ValueError if it does not decode."""
    text = secret.removeprefix("whsec_")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("the part after whsec_ is not base64") from None
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


@dataclass
class Reply:
    """How to answer one message.

    how: answer | hang (say nothing for `delay_s`) | close (end the connection without a word) |
    drip (send the answer a byte every `delay_s`). For `answer`, `delay_s` passes first.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    delay_s: float = 0.0
    how: str = "answer"

    @staticmethod
    def of(value: Any) -> Reply:
        """From a status, a word, a dict of the members above, or a Reply."""
        if isinstance(value, Reply):
            return value
        if isinstance(value, dict):
            return Reply(**value)
        if isinstance(value, int) or str(value).isdigit():
            return Reply(int(value))
        words = {"ok": Reply(), "gone": Reply(410), "hang": hang(), "close": close(),
                 "drip": drip(), "redirect": redirect("/elsewhere")}
        if value not in words:
            raise ValueError(f"no such answer: {value!r}")
        return words[value]


def hang(seconds: float = HANG_S) -> Reply:
    return Reply(how="hang", delay_s=seconds)


def close() -> Reply:
    return Reply(how="close")


def drip(every_s: float = 0.5, status: int = 200) -> Reply:
    return Reply(status, how="drip", delay_s=every_s)


def redirect(location: str, status: int = 302) -> Reply:
    return Reply(status, {"Location": location})


def retry_after(seconds: int | str, status: int = 503) -> Reply:
    return Reply(status, {"Retry-After": str(seconds)})


@dataclass
class Message:
    """One request. `problems` says in words what is wrong with it; empty means all is well."""

    number: int
    time: float
    method: str
    path: str
    headers: dict[str, str]
    header_list: list[tuple[str, str]]
    body: bytes
    json: Any
    kombo_ok: bool
    standard_ok: bool
    problems: list[str]
    reply: Reply

    @property
    def id(self) -> str | None:
        return self.json.get("id") if isinstance(self.json, dict) else None

    @property
    def type(self) -> str | None:
        return self.json.get("type") if isinstance(self.json, dict) else None

    @property
    def data(self) -> dict[str, Any]:
        data = self.json.get("data") if isinstance(self.json, dict) else None
        return data if isinstance(data, dict) else {}

    @property
    def changed_models(self) -> list[str]:
        return [row["name"] for row in self.data.get("changed_models", [])]


Answers = Sequence[Any] | Callable[[Message], Any]


class Receiver:
    """`answers` is a list, used up from its front (then `default`), or a function of the message.

    Several secrets stand for a rotation: a message signed with any of them is fine.
    """

    def __init__(self, secret: str | Sequence[str] = (), *, host: str = "127.0.0.1", port: int = 0,
                 tls: ssl.SSLContext | None = None) -> None:
        self.secrets = [secret] if isinstance(secret, str) else list(secret)
        self.answers: Answers = []
        self.default: Any = 200
        self.ahead_s = 0.0  # this clock, before the machine's
        self.was_ahead_s = 0.0  # before advance(): what was on its way then is fine, too
        self.on_message: Callable[[Message], None] = lambda message: None
        self._messages: list[Message] = []
        self._changed = threading.Condition()
        self._server = Server(self._handle, host, port, tls)

    @property
    def url(self) -> str:
        return self._server.url + "/weir"

    def advance(self, seconds: float) -> None:
        """Let time pass here, as a tool's advance() does there."""
        self.was_ahead_s = self.ahead_s
        self.ahead_s += seconds

    @property
    def base_url(self) -> str:
        return self._server.url

    @property
    def connections_accepted(self) -> int:
        return self._server.connections_accepted

    def start(self) -> Receiver:
        self._server.start()
        return self

    def stop(self) -> None:
        """Also refuses connections from now on; start() takes the same port again."""
        self._server.stop()

    def __enter__(self) -> Receiver:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # What arrived

    @property
    def messages(self) -> list[Message]:
        with self._changed:
            return list(self._messages)

    def wait(self, count: int = 1, timeout: float = 10.0) -> list[Message]:
        """All messages so far once there are `count` of them, or after `timeout`."""
        self.wait_for(lambda messages: len(messages) >= count, timeout)
        return self.messages

    def wait_for(self, done: Callable[[list[Message]], bool], timeout: float = 10.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: done(self._messages), timeout)

    def clear(self) -> None:
        with self._changed:
            self._messages.clear()

    # One message

    def _handle(self, request: Request) -> Answer | None:
        if request.path.startswith("/__sim/"):
            return self._control(request)
        message = self._read(request)
        with self._changed:
            message.number = len(self._messages)
            message.reply = self._next_reply(message)
            self._messages.append(message)
            self._changed.notify_all()
        self.on_message(message)
        return self._answer(message.reply)

    def _read(self, request: Request) -> Message:
        problems = [] if request.method == "POST" else [f"method {request.method}"]
        try:
            parsed = json.loads(request.body)
        except ValueError:
            parsed = None
            problems.append("the body is not JSON")
        kombo = self._check_kombo(request)
        standard = self._check_standard(request)
        problems += [why for why in (kombo, standard) if why]
        return Message(0, request.received_at, request.method, request.target, request.headers,
                       request.header_list, request.body, parsed, not kombo, not standard,
                       problems, Reply())

    def _check_kombo(self, request: Request) -> str:
        """What is wrong, or nothing."""
        given = request.headers.get("x-kombo-signature")
        if given is None:
            return "X-Kombo-Signature is missing"
        if any(hmac.compare_digest(given.encode(), kombo_signature(s, request.body).encode())
               for s in self.secrets):
            return ""
        return "X-Kombo-Signature does not match"

    def _check_standard(self, request: Request) -> str:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        missing = [name for name in names if not request.headers.get(name)]
        if missing:
            return f"{', '.join(missing)} missing"
        message_id, timestamp, signatures = (request.headers[name] for name in names)
        if not timestamp.isdigit() or all(abs(time.time() + ahead - int(timestamp)) > TOLERANCE_S
                                          for ahead in (self.ahead_s, self.was_ahead_s)):
            return "webhook-timestamp is not about now"
        try:
            right = {standard_signature(s, message_id, timestamp, request.body)
                     for s in self.secrets}
        except ValueError as why:
            return str(why)
        return "" if right & set(signatures.split(" ")) else "webhook-signature does not match"

    # Answering

    def _next_reply(self, message: Message) -> Reply:
        if callable(self.answers):
            return Reply.of(self.answers(message))
        if not self.answers:
            return Reply.of(self.default)
        first, *self.answers = self.answers
        return Reply.of(first)

    def _answer(self, reply: Reply) -> Answer | None:
        if reply.how == "close":
            return None
        if reply.how == "hang":
            self._server.stopping.wait(reply.delay_s)
            return None
        answer = Answer(reply.status, reply.body.encode(), dict(reply.headers))
        if reply.how == "drip":
            return Answer(script=lambda conn: self._drip(conn, answer.encode(), reply.delay_s))
        if reply.delay_s:
            self._server.stopping.wait(reply.delay_s)
        return answer

    def _drip(self, conn: socket.socket, data: bytes, every_s: float) -> None:
        for place in range(len(data)):
            conn.sendall(data[place:place + 1])
            if self._server.stopping.wait(every_s):
                return

    # Control: GET|DELETE /__sim/messages, PUT /__sim/answers

    def _control(self, request: Request) -> Answer:
        call = (request.method, request.path.removeprefix("/__sim/"))
        try:
            if call == ("GET", "messages"):
                return _json_answer(self._shown(dict(request.query)))
            if call == ("DELETE", "messages"):
                self.clear()
                return _json_answer({})
            if call == ("PUT", "answers"):
                given = json.loads(request.body)
                for value in given["answers"]:
                    Reply.of(value)  # refuse a typing error now, not at the next message
                Reply.of(given.get("default", 200))
                with self._changed:
                    self.answers, self.default = given["answers"], given.get("default", 200)
                return _json_answer({})
        except (KeyError, TypeError, ValueError) as why:
            return _json_answer({"error": f"{type(why).__name__}: {why}"}, 400)
        return _json_answer({"error": "no such control call"}, 404)

    def _shown(self, query: dict[str, str]) -> dict[str, Any]:
        """`since` skips so many; `wait` blocks until there are so many, at most `timeout` s."""
        if "wait" in query:
            self.wait(int(query["wait"]), float(query.get("timeout", 10)))
        messages = self.messages
        return {"count": len(messages), "messages": [{
            "number": m.number, "time": m.time, "path": m.path, "headers": m.headers,
            "body": m.body.decode("utf-8", "replace"), "json": m.json, "kombo_ok": m.kombo_ok,
            "standard_ok": m.standard_ok, "problems": m.problems, "how": m.reply.how,
            "status": m.reply.status} for m in messages[int(query.get("since", 0)):]]}


def _json_answer(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(),
                  {"Content-Type": "application/json"})


def line_of(message: Message) -> str:
    when = time.strftime("%H:%M:%S", time.localtime(message.time))
    millis = int(message.time * 1000) % 1000
    seal = "signed" if not message.problems else "PROBLEM " + "; ".join(message.problems)
    answer = str(message.reply.status) if message.reply.how == "answer" else message.reply.how
    data = message.data
    what = [message.type or message.path, data.get("integration_id") or data.get("id") or "",
            ",".join(message.changed_models)]
    what += [f"{row.get('change')} {row.get('model')} {row.get('remote_id')}"
             for row in data.get("changed_records", [])[:3]]
    return f"{when}.{millis:03d}  {'  '.join(filter(None, what))}  [{seal}] -> {answer}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Takes notifications and prints them.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--secret", action="append", default=[],
                        help="whsec_…; give it twice while a secret is being rotated")
    parser.add_argument("--answers", default="", help="the first answers: 503,hang,200")
    parser.add_argument("--default", default="200", help="all further answers")
    parser.add_argument("--print-url", action="store_true", help="print the bare URL first")
    parser.add_argument("--quiet", action="store_true", help="print no messages")
    given = parser.parse_args()

    receiver = Receiver(given.secret, host=given.host, port=given.port)
    receiver.answers = [Reply.of(word) for word in given.answers.split(",") if word]
    receiver.default = Reply.of(given.default)
    if not given.quiet:
        receiver.on_message = lambda message: print(line_of(message), flush=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    receiver.start()
    print(receiver.url if given.print_url else f"Receiver: {receiver.url}", flush=True)
    stop.wait()
    receiver.stop()


if __name__ == "__main__":
    main()
