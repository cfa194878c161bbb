"""Starting with a full inbox."""

import time
from dataclasses import dataclass
from statistics import median

import wrk
from daemon import Daemon


@dataclass
class Backlog:
    events: int
    found: int
    warm_s: float
    cold_s: float
    stop_s: float
    file_mb: float
    memory_kb: dict


def _waiting(daemon: Daemon) -> int:
    return daemon.admin("/status")["store"]["inbox_count"]


def measure(plan, daemon: Daemon, targets) -> Backlog:
    """The tool is out of reach, before and after: what was acknowledged waits."""
    plan.say(f"filling the inbox to {plan.backlog} events")
    while (have := _waiting(daemon)) < plan.backlog:
        load = wrk.run(daemon.url, 256, 1, targets)
        missing = plan.backlog - have - load.requests
        if missing > 4 * load.per_s:
            wrk.run(daemon.url, 256, int(missing / load.per_s) - 1, targets)
        if load.errors:
            raise SystemExit(f"{load.errors} deliveries were refused while the inbox filled")
    waiting = _waiting(daemon)
    plan.say("starting with the full inbox")
    warm = []
    begun = time.monotonic()
    daemon.stop()
    stop_s = time.monotonic() - begun
    daemon.forget_pages()
    cold = daemon.start()
    found = _waiting(daemon)
    memory_kb = daemon.memory_kb()
    for _ in range(3):
        daemon.stop()
        warm.append(daemon.start())
    file_mb = daemon.file_bytes() / 2**20
    daemon.stop()
    return Backlog(waiting, found, median(warm), cold, stop_s, file_mb, memory_kb)
