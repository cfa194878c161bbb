"""The contract's structs, enums and numbers, read out of a folder of headers; and what two such folders disagree in.

Two looks, since each sees what the other does not. The text of each member tells when a type or a parameter became
another. The compiler tells where it lies, also when a struct inside of it grew.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

FILES = ("types.h", "connector.h")


@dataclass
class Contract:
    structs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # name -> (member, its declaration)
    numbers: list[str] = field(default_factory=list)  # enumerators and macros with a number


def read(folder: Path) -> Contract:
    found = Contract()
    for name in FILES:
        text = re.sub(r"/\*.*?\*/", " ", (folder / "weir" / name).read_text(), flags=re.DOTALL)
        for line in text.splitlines():
            if match := re.match(r"#define (WEIR_\w+) (?:UINT64_C\()?(?:0x)?[0-9A-F]+\)?\s*$", line):
                found.numbers.append(match[1])
        for body in re.findall(r"^enum \w+ \{(.*?)\};", text, re.DOTALL | re.MULTILINE):
            found.numbers += re.findall(r"\b(WEIR_\w+) =", body)
        for struct, body in re.findall(r"^struct (\w+) \{(.*?)^\};", text, re.DOTALL | re.MULTILINE):
            found.structs[struct] = [one for part in body.split(";") for one in declared(" ".join(part.split()))]
    return found


def declared(text: str) -> list[tuple[str, str]]:
    """The members of one declaration: "int32_t a, b" has two."""
    if not text:
        return []
    if function := re.search(r"\(\*(\w+)\)", text):
        return [(function[1], text)]
    kind, first, *others = re.split(r"\s*(?=\b\w+(?:\[\w+\])?(?:,|$))", text.replace(", ", ","), maxsplit=1)
    names = [name.strip() for name in (first + "".join(others)).split(",")]
    return [(re.sub(r"\[\w+\]$", "", name), f"{kind} {name}") for name in names]


def layout(folder: Path, contract: Contract, cc: str, scratch: Path) -> dict[str, int]:
    """Where each member of `contract` lies and how large it is, and each number, in the headers of `folder`."""
    lines = ['#include "weir/connector.h"', "int main(void)", "{"]
    for struct, members in contract.structs.items():
        lines.append(f'    printf("sizeof {struct} %zu\\n", sizeof(struct {struct}));')
        for member, _ in members:
            lines.append(f'    printf("{struct}.{member} at %zu\\n", offsetof(struct {struct}, {member}));')
            lines.append(f'    printf("{struct}.{member} size %zu\\n", sizeof(((struct {struct} *)0)->{member}));')
    lines += [f'    printf("{number} %lld\\n", (long long){number});' for number in contract.numbers]
    source = scratch / "layout.c"
    source.write_text("\n".join([*lines, "    return 0;", "}", ""]))
    program = scratch / "layout"
    subprocess.run([cc, "-std=c11", f"-I{folder}", "-o", program, source], check=True)
    said = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return {name: int(value) for name, value in (line.rsplit(" ", 1) for line in said.splitlines())}


def differences(old: Path, new: Path, cc: str, scratch: Path) -> list[str]:
    """What a connector built with the headers of `old` would stumble over in `new`."""
    was, now = read(old), read(new)
    problems = []
    for struct, members in was.structs.items():
        today = now.structs.get(struct, [])
        for place, (member, text) in enumerate(members):
            if place >= len(today) or today[place][0] != member:
                problems.append(f"{struct}.{member} is not in its place any more")
            elif today[place][1] != text:
                problems.append(f"{struct}.{member} was {text!r} and is {today[place][1]!r}")
        grown = len(today) > len(members)
        # The size tells the other side how much there is; what has none lies in arrays or in other structs.
        if grown and members[0][0] != "size" and struct != "weir_connector":
            problems.append(f"{struct} has grown, and has no member size that would tell")
    problems += [f"{number} is gone" for number in was.numbers if number not in now.numbers]
    if problems:
        return problems
    before, after = layout(old, was, cc, scratch), layout(new, was, cc, scratch)
    for name, value in before.items():
        may_grow = name.startswith("sizeof ") or name == "WEIR_ABI_MINOR"
        if after[name] < value or (after[name] > value and not may_grow):
            problems.append(f"{name}: was {value} and is {after[name]}")
    return problems
