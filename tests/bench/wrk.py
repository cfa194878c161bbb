"""One run of wrk, with deliver.lua or another script that tells the same figures."""

import itertools
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import processes

_runs = itertools.count(1)


@dataclass
class Load:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    errors: int

    @property
    def per_s(self) -> float:
        return self.requests / self.seconds


def run(url: str, connections: int, seconds: int, targets: Path, people: int = 0) -> Load:
    return run_script("deliver.lua", url, connections, seconds, [targets, next(_runs), people])


def run_script(name: str, url: str, connections: int, seconds: int, arguments: list) -> Load:
    threads = min(2, connections)
    process = processes.start(
        ["wrk", "-t", threads, "-c", connections, "-d", f"{seconds}s", "--timeout", "10s", "--latency",
         "-s", Path(__file__).with_name(name), url, "--", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        output, _ = process.communicate(timeout=seconds + 60)
    finally:
        processes.stop(process)
    for line in output.splitlines():
        if line.startswith("BENCH "):
            told = json.loads(line[6:])
            return Load(requests=told["requests"], seconds=told["duration_us"] / 1e6, p50_ms=told["p50_us"] / 1e3,
                        p99_ms=told["p99_us"] / 1e3, max_ms=told["max_us"] / 1e3,
                        errors=told["status_errors"] + told["socket_errors"] + told["timeouts"])
    raise SystemExit(f"wrk failed:\n{output}")
