#!/usr/bin/python3
"""The arrows between rooms, checked from the #include lines.

The lists are read from core/CMakeLists.txt, so the build and this check cannot disagree. Only store/ includes lmdb.h,
only host/ dlfcn.h, only net/ microhttpd.h, curl and sockets; a connector sees the SDK and nothing of core/. The harness
calls connectors through the daemon's own rooms, and so knows those that have no state of the daemon's.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')

OWNED = {
    "lmdb.h": "store",
    "dlfcn.h": "host",
    "microhttpd.h": "net",
    "curl/curl.h": "net",
    "sys/socket.h": "net",
    "sys/epoll.h": "net",
    "libconfig.h": "config",
}

# config and cli for their words alone: the nearest name, tables for a terminal.
HARNESS_MAY = {"base", "config", "model", "net", "host", "cli"}
# It stands before the C library's allocator, and so has to ask for the one behind it.
HARNESS_ALLOCATOR = "heap.c"


def rooms() -> dict[str, set[str]]:
    """Room -> rooms it may include, itself among them; arrows reach through (base below everything)."""
    text = (ROOT / "core/CMakeLists.txt").read_text()
    found = {}
    for name, rest in re.findall(r"weir_room\((\w+)([^)]*)\)", text):
        arrows = re.search(r"ROOMS ([\w ]+?)(?: LIBRARIES|$)", rest.strip())
        found[name] = {name, *(arrows.group(1).split() if arrows else [])}
    return found


def includes(path: Path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def check_core(problems: list[str]) -> None:
    allowed = rooms()
    for room in allowed:
        if not (ROOT / "core" / room).is_dir():
            problems.append(f"core/{room}: a room in core/CMakeLists.txt without a folder")
    for path in sorted((ROOT / "core").glob("*/*.[ch]")):
        room = path.parent.name
        if room not in allowed:
            problems.append(f"{path}: {room} is no room of core/CMakeLists.txt")
            continue
        for number, name in includes(path):
            where = f"{path.relative_to(ROOT)}:{number}"
            first = name.split("/")[0]
            if first in allowed and first not in allowed[room]:
                problems.append(f"{where}: {room} may not know {first} (arrows in core/CMakeLists.txt)")
            if name in OWNED and OWNED[name] != room:
                problems.append(f"{where}: only {OWNED[name]}/ includes {name}")


def check_harness(problems: list[str]) -> None:
    closed = set(rooms()) - HARNESS_MAY
    for path in sorted((ROOT / "sdk/harness").rglob("*.[ch]")):
        for number, name in includes(path):
            where = f"{path.relative_to(ROOT)}:{number}"
            if name.split("/")[0] in closed:
                problems.append(f"{where}: the harness may not know {name.split('/')[0]}")
            if name in OWNED and (path.name, name) != (HARNESS_ALLOCATOR, "dlfcn.h"):
                problems.append(f"{where}: only {OWNED[name]}/ includes {name}")


def check_connectors(problems: list[str]) -> None:
    core_rooms = set(rooms())
    for folder in ("connectors", "sdk"):
        for path in sorted((ROOT / folder).rglob("*.[ch]")):
            if path.is_relative_to(ROOT / "sdk/harness"):
                continue
            for number, name in includes(path):
                where = f"{path.relative_to(ROOT)}:{number}"
                if name.split("/")[0] in core_rooms:
                    problems.append(f"{where}: {folder}/ sees sdk/include and nothing of core/")
                if name in OWNED:
                    problems.append(f"{where}: a connector opens nothing itself: no {name}")


def check_headers_stand_alone(problems: list[str]) -> None:
    """A .c file includes its own header first, so that every header proves it stands alone."""
    for path in sorted((ROOT / "core").glob("*/*.c")):
        header = path.with_suffix(".h")
        if not header.exists():
            continue
        own = f"{path.parent.name}/{header.name}"
        first = next((name for _, name in includes(path)), None)
        if first != own:
            problems.append(f"{path.relative_to(ROOT)}: includes {first} before its own {own}")


def main() -> int:
    problems: list[str] = []
    check_core(problems)
    check_harness(problems)
    check_connectors(problems)
    check_headers_stand_alone(problems)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
