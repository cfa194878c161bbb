"""Memory at rest, and what an idle connection costs."""

import resource
import shutil
import socket
import time
from urllib.parse import urlsplit

from daemon import Daemon

CONNECTIONS = 1000


def measure(plan, tool, receiver) -> dict[str, float]:
    plan.say("memory")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    daemon = Daemon(plan.build, plan.directory / "memory", tool, receiver.url, integrations=1)
    tool.start()
    start_s = daemon.start()
    daemon.settle()
    idle = daemon.memory_kb()
    where = urlsplit(daemon.url)
    connections = []
    try:
        for _ in range(CONNECTIONS):
            connections.append(socket.create_connection((where.hostname, where.port)))
        time.sleep(0.5)
        fresh = daemon.memory_kb()
        # Once each has had a request, as the idle connections of a tool or a proxy have.
        for connection in connections:
            connection.sendall(b"GET /hooks/personio:nobody HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            if not connection.recv(4096).startswith(b"HTTP/1.1 404"):
                raise SystemExit("an unknown hook was not answered 404")
        time.sleep(0.5)
        busy = daemon.memory_kb()
    finally:
        for connection in connections:
            connection.close()
    time.sleep(0.5)
    after = daemon.memory_kb()
    daemon.stop()
    tool.stop()
    shutil.rmtree(daemon.directory)
    return {"start_ms": 1000 * start_s, "idle_mb": idle["VmRSS"] / 1024, "idle_anon_mb": idle["RssAnon"] / 1024,
            "fresh_kb": (fresh["VmRSS"] - idle["VmRSS"]) / CONNECTIONS,
            "used_kb": (busy["VmRSS"] - idle["VmRSS"]) / CONNECTIONS, "closed_mb": after["VmRSS"] / 1024}
