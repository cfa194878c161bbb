"""What the figures were measured on."""

import os
import platform
import re
import subprocess
from pathlib import Path


def _first(path: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text(), re.M)
    except OSError:
        found = None
    return found.group(1).strip() if found else "unknown"


def _output(command: list[str], pattern: str = r"(.*)") -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except OSError:
        return "not there"
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1).strip() if found else "unknown"


def file_system(path: Path) -> str:
    """Type and device of the mount that holds it."""
    best, answer = -1, "unknown"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        mount = left.split()[4]
        if (path == Path(mount) or Path(mount) in path.parents) and len(mount) > best:
            best, answer = len(mount), " on ".join(right.split()[:2])
    return answer


def facts(root: Path, directory: Path) -> dict[str, str]:
    memory_kb = _first("/proc/meminfo", r"^MemTotal:\s+(\d+)")
    changed = _output(["git", "-C", str(root), "status", "--porcelain", "--untracked-files=no"]) != ""
    return {
        "CPU": f"{_first('/proc/cpuinfo', r'^model name.*: (.*)')}, {os.cpu_count()} cores",
        "memory": f"{int(memory_kb) // 1024} MB" if memory_kb.isdigit() else memory_kb,
        "kernel": platform.release(),
        "system": _first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)'),
        "disk": f"{file_system(directory)} ({directory})",
        "nginx": _output(["nginx", "-v"], r"nginx/(\S+)"),
        "wrk": _output(["wrk", "-v"], r"wrk (\S+)"),
        "commit": _output(["git", "-C", str(root), "rev-parse", "--short", "HEAD"])
        + (" and changes" if changed else ""),
    }
