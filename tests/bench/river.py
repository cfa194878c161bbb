"""The whole river: a delivery comes, its record is fetched and stored, its message goes out."""

import shutil
import socket
import threading
import time
from dataclasses import dataclass, field
from queue import Empty, Queue
from urllib.parse import urlsplit

import processes
import wrk
from daemon import Daemon

INTEGRATIONS = 16
CONNECTIONS = 256
CONNECTORS = ("one", "personio")  # one request to the tool for an event, or two
PATIENCE_S = 60


@dataclass
class River:
    per_s: list = field(default_factory=list)
    ceiling_per_s: list = field(default_factory=list)
    cpu_us: list = field(default_factory=list)
    idle_percent: list = field(default_factory=list)
    threads_us: dict = field(default_factory=dict)
    others_us: dict = field(default_factory=dict)
    memory_kb: dict = field(default_factory=dict)
    undelivered: int = 0
    errors: int = 0


def wait_delivered(daemon: Daemon, before: tuple[int, int]) -> tuple[int, int]:
    """Events accepted and messages delivered since `before`. Ends when these are the same, or when nothing moves."""
    delivered, moved_at = 0, time.monotonic()
    deadline = moved_at + PATIENCE_S
    while True:
        time.sleep(0.05)
        # In this order: what is accepted in between is not counted as missing.
        accepted, now = daemon.accepted() - before[0], daemon.delivered() - before[1]
        if now > delivered:
            delivered, moved_at = now, time.monotonic()
        if delivered >= accepted or time.monotonic() > min(deadline, moved_at + 5):
            return accepted, delivered


def _one_round(river: River, plan, connector: str, ceiling, tool, receiver) -> None:
    daemon = Daemon(plan.build, plan.directory / f"river-{connector}", tool, receiver.url, INTEGRATIONS, coalesce_ms=0,
                    connector=connector)
    tool.start()
    daemon.start()
    daemon.settle()
    river.ceiling_per_s.append(wrk.run(ceiling.url, CONNECTIONS, plan.ceiling_s, tool.targets()).per_s)
    counts = daemon.accepted(), daemon.delivered()
    messages = receiver.request_count()
    before, threads = daemon.cpu_s(), daemon.threads_cpu_s()
    others = {"tool": tool.cpu_s(), "receiver": receiver.cpu_s()}
    begun = time.monotonic()
    all_before, idle_before = processes.machine_s()
    load = wrk.run(daemon.url, CONNECTIONS, plan.river_s, tool.targets())
    events, delivered = wait_delivered(daemon, counts)
    seconds = time.monotonic() - begun
    all_after, idle_after = processes.machine_s()
    river.errors += load.errors
    river.undelivered += abs(events - delivered)
    river.per_s.append(delivered / seconds)
    river.idle_percent.append(100 * (idle_after - idle_before) / (all_after - all_before))
    river.cpu_us.append(1e6 * (daemon.cpu_s() - before) / max(1, delivered))
    for name, used in daemon.threads_cpu_s().items():
        river.threads_us.setdefault(name, []).append(1e6 * (used - threads.get(name, 0)) / max(1, delivered))
    for name, part in (("tool", tool), ("receiver", receiver)):
        river.others_us.setdefault(name, []).append(1e6 * (part.cpu_s() - others[name]) / max(1, delivered))
    # Counted at the other end too: one message for each event, and no other.
    river.undelivered += abs(delivered - (receiver.request_count() - messages))
    river.memory_kb = daemon.memory_kb()
    daemon.stop()
    tool.stop()
    shutil.rmtree(daemon.directory)


def measure(plan, ceiling, tool, receiver) -> dict[str, River]:
    """A burst of events, each about another person: each is one fetch, one change and one message."""
    rivers = {connector: River() for connector in CONNECTORS}
    for number in range(plan.rounds):
        plan.say(f"end to end, round {number + 1} of {plan.rounds}")
        for connector, river in rivers.items():
            _one_round(river, plan, connector, ceiling, tool, receiver)
    return rivers


class Receiver:
    """Answers 204 and says when a message came, with as little in between as Python allows."""

    def __init__(self):
        self.messages = Queue()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        data = b""
        with connection:
            while part := connection.recv(65536):
                came = time.perf_counter()
                data += part
                head, end, body = data.partition(b"\r\n\r\n")
                length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                               if line.startswith(b"content-length:")), 0)
                if end and len(body) >= length:
                    self.messages.put((came, body[:length]))
                    data = body[length:]
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def when(self, what: str) -> float:
        """When the message came that has this in it. Others, of the first sync, are passed over."""
        while True:
            came, body = self.messages.get(timeout=10)
            if what.encode() in body:
                return came

    def close(self) -> None:
        self._listener.close()


def _post(connection: socket.socket, path: str, token: str, number: int) -> float:
    body = (f'{{"company_id":"4711","event_name":"person.updated","occurred_at":"2026-02-04T10:00:00.{number:06d}Z",'
            f'"payload":{{"person":{{"id":"2{number:06d}"}}}}}}')
    request = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
               f"Authorization: {token}\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()
    begun = time.perf_counter()
    connection.sendall(request)
    answer = connection.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"a delivery was answered {answer[:40]!r}")
    return begun


def at_rest_ms(plan, tool) -> list[float]:
    """From a delivery to its message, one at a time. Integrations take turns, so that each was quiet before."""
    plan.say("one event at a time")
    receiver = Receiver()
    daemon = Daemon(plan.build, plan.directory / "rest", tool, receiver.url, INTEGRATIONS)
    times = []
    tool.start()
    daemon.start()
    daemon.settle()
    time.sleep(1.5)  # what the first sync changed is told within coalesce_ms (1 s)
    hooks = [line.split(" ", 1) for line in tool.targets().read_text().splitlines()]
    where = urlsplit(daemon.url)
    with socket.create_connection((where.hostname, where.port)) as connection:
        for number in range(plan.rest_events):
            path, token = hooks[number % len(hooks)]
            begun = _post(connection, path, token, number)
            try:
                times.append(1000 * (receiver.when(f'"2{number:06d}"') - begun))
            except Empty:
                raise SystemExit(f"message {number} never came") from None
            # A change of an integration is told at once when it was quiet for coalesce_ms.
            time.sleep(1.2 / len(hooks))
    daemon.stop()
    tool.stop()
    receiver.close()
    shutil.rmtree(daemon.directory)
    return times
