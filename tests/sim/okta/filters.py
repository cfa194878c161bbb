"""The filter language of lists, searches and the System Log."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..stamps import iso_millis, parse_time

Get = Callable[[str], Any]  # an attribute's value; a list means any of them
TIMES = ("created", "activated", "statusChanged", "lastUpdated", "lastMembershipUpdated")
_TOKEN = re.compile(r'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s()"]+))')
_OPERATORS = ("eq", "ne", "gt", "ge", "lt", "le", "sw", "ew", "co", "pr")


class BadFilter(ValueError):
    """The text is no filter, or names what this list cannot be filtered by."""


@dataclass(frozen=True)
class Compare:
    name: str
    operator: str
    value: Any

    def holds(self, get: Get) -> bool:
        found = get(self.name)
        if self.operator == "ne":
            return not Compare(self.name, "eq", self.value).holds(get)
        rows = found if isinstance(found, list) else [found]
        return any(self._one(row) for row in rows if row is not None)

    def _one(self, found: Any) -> bool:
        if self.operator == "pr":
            return True
        wanted = self.value
        number = isinstance(found, (int, float)) and not isinstance(found, bool)
        if not number or self.operator in ("sw", "ew", "co"):
            found, wanted = _text(found), _text(wanted)
        elif not isinstance(wanted, (int, float)):
            return False
        return _HOLDS[self.operator](found, wanted)

    def later_than(self, bound: str) -> bool:
        return self.name in TIMES and self.operator in ("gt", "ge") and self.value >= bound

    def one_of(self) -> list[Compare] | None:
        return [self] if self.operator == "eq" else None


@dataclass(frozen=True)
class Both:
    left: Node
    right: Node

    def holds(self, get: Get) -> bool:
        return self.left.holds(get) and self.right.holds(get)

    def later_than(self, bound: str) -> bool:
        return self.left.later_than(bound) or self.right.later_than(bound)

    def one_of(self) -> list[Compare] | None:
        return self.left.one_of() or self.right.one_of()


@dataclass(frozen=True)
class Either:
    left: Node
    right: Node

    def holds(self, get: Get) -> bool:
        return self.left.holds(get) or self.right.holds(get)

    def later_than(self, bound: str) -> bool:
        return self.left.later_than(bound) and self.right.later_than(bound)

    def one_of(self) -> list[Compare] | None:
        left, right = self.left.one_of(), self.right.one_of()
        return left + right if left and right else None


@dataclass(frozen=True)
class Neither:
    inner: Node

    def holds(self, get: Get) -> bool:
        return not self.inner.holds(get)

    def later_than(self, bound: str) -> bool:
        return False

    def one_of(self) -> list[Compare] | None:
        return None


# later_than(bound): only what was changed at `bound` or later can match.
# one_of(): only what one of these equalities holds for can match; None: nothing so simple.
Node = Compare | Both | Either | Neither

_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "sw": lambda a, b: a.startswith(b),
    "ew": lambda a, b: a.endswith(b), "co": lambda a, b: b in a}


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def parse(text: str, allowed: Callable[[str, str], bool]) -> Node:
    """`allowed(name, operator)` says what this list may be filtered by."""
    return _Parser(text, allowed).whole()


class _Parser:
    def __init__(self, text: str, allowed: Callable[[str, str], bool]) -> None:
        self._tokens: list[tuple[str, str]] = []  # (kind, text): "(", ")", string, word
        self._allowed = allowed
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise BadFilter(f"unexpected text at {at}")
            at = found.end()
            opening, closing, quoted, word = found.groups()
            if opening or closing:
                self._tokens.append((opening or closing, ""))
            elif quoted is not None:
                self._tokens.append(("string", re.sub(r"\\(.)", r"\1", quoted)))
            else:
                self._tokens.append(("word", word))
        self._tokens.append(("end", ""))

    def whole(self) -> Node:
        node = self._either()
        if self._tokens[0][0] != "end":
            raise BadFilter("there is more than one expression")
        return node

    def _word(self, text: str) -> bool:
        """Takes this word if it comes next."""
        if self._tokens[0] != ("word", text):
            return False
        self._tokens.pop(0)
        return True

    def _either(self) -> Node:
        node = self._both()
        while self._word("or"):
            node = Either(node, self._both())
        return node

    def _both(self) -> Node:
        node = self._one()
        while self._word("and"):
            node = Both(node, self._one())
        return node

    def _one(self) -> Node:
        if self._word("not"):
            return Neither(self._one())
        kind, name = self._tokens.pop(0)
        if kind == "(":
            node = self._either()
            if self._tokens.pop(0)[0] != ")":
                raise BadFilter("a parenthesis is not closed")
            return node
        operator = self._tokens.pop(0)[1] if self._tokens else ""
        if kind != "word" or operator not in _OPERATORS:
            raise BadFilter("an attribute and an operator were expected")
        if not self._allowed(name, operator):
            raise BadFilter(f"{name} {operator} is not supported")
        return Compare(name, operator, None if operator == "pr" else self._value(name))

    def _value(self, name: str) -> Any:
        kind, text = self._tokens.pop(0)
        if name in TIMES:
            try:
                return iso_millis(parse_time(text))
            except ValueError:
                raise BadFilter(f"{name} needs a time") from None
        if kind == "string":
            return text
        if kind == "word" and text in ("true", "false"):
            return text == "true"
        try:
            return float(text)
        except ValueError:
            raise BadFilter("a value was expected") from None
