#!/usr/bin/python3
"""Files stay below 500 lines and functions below 60, so that each can be read in one go; and what shows how little a
connector takes stays little."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_MAX = 500
FUNCTION_MAX = 60

# Longer for a reason: a declaration that is a table, a header that is one contract.
ALLOWED = {
    "core/store/store.h": "the room's one interface",
}

# All C of a folder, cases apart.
BELOW = {"connectors/recruitee": 700, "sdk/template": 200}


def functions(lines: list[str]):
    """(name, first line, length) of each function of a .c file in our layout: braces alone in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            head = "\n".join(lines[max(0, start - 8) : start - 1])
            names = re.findall(r"(\w+)\(", head)
            yield (names[-1] if names else "?"), start, number - start - 1
            start = None


def main() -> int:
    problems = []
    for folder in ("core", "connectors", "sdk"):
        for path in sorted((ROOT / folder).rglob("*.[ch]")):
            lines = path.read_text().splitlines()
            name = str(path.relative_to(ROOT))
            if len(lines) > FILE_MAX and name not in ALLOWED:
                problems.append(f"{name}: {len(lines)} lines, more than {FILE_MAX}")
            for function, line, length in functions(lines):
                if length > FUNCTION_MAX:
                    problems.append(f"{name}:{line}: {function} has {length} lines, more than {FUNCTION_MAX}")
    for folder, most in BELOW.items():
        count = sum(len(path.read_text().splitlines()) for path in (ROOT / folder).glob("*.[ch]"))
        if not 0 < count < most:
            problems.append(f"{folder}: {count} lines of C, and not below {most}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
