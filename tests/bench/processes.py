"""Starting programs so that they end with us, and what the kernel says of them."""

import ctypes
import os
import re
import signal
import socket
import subprocess
from collections import defaultdict
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def start(command: list, **options) -> subprocess.Popen:
    return subprocess.Popen([str(part) for part in command], preexec_fn=_end_with_parent, **options)


def stop(process: subprocess.Popen | None, patience_s: float = 30) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


_PORTS: set[int] = set()  # handed out; the system gives one again as soon as it is let go


def free_port() -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _PORTS:
            _PORTS.add(port)
            return port


def _times(stat: Path) -> tuple[str, float]:
    text = stat.read_text()
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    return name, (int(fields[11]) + int(fields[12])) / TICKS


def cpu_s(pid: int) -> float:
    """User and system time, of all threads, ended ones too."""
    return _times(Path(f"/proc/{pid}/stat"))[1]


def tree_cpu_s(pid: int) -> float:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return cpu_s(pid) + sum(tree_cpu_s(int(child)) for child in children)


def threads_cpu_s(pid: int) -> dict[str, float]:
    """By the threads' names, numbers left out."""
    sums: dict[str, float] = defaultdict(float)
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            name, used = _times(task / "stat")
        except OSError:
            continue
        sums[re.sub(r"[-0-9]+$", "", name)] += used
    return dict(sums)


def memory_kb(pid: int) -> dict[str, int]:
    text = Path(f"/proc/{pid}/status").read_text()
    return {name: int(re.search(rf"^{name}:\s+(\d+) kB", text, re.M).group(1))
            for name in ("VmRSS", "RssAnon", "RssFile")}


def machine_s() -> tuple[float, float]:
    """Seconds of all cores since the start of the machine: all, and those with nothing to do."""
    fields = [int(field) / TICKS for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(fields), fields[3] + fields[4]
