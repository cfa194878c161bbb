"""Ids as the tool makes them: twenty characters, three of which tell the kind.

An id is a number in disguise, so that a hundred thousand people need no table of ids. To a caller
it looks as arbitrary as a real one, and its order is not the order of lists.
"""

from __future__ import annotations

USER, GROUP, HOOK, APP, TYPE, SCHEMA = "00u", "00g", "who", "0oa", "oty", "osc"

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WIDTH = 6
_SPACE = 36 ** _WIDTH
_STRIDE = 1_234_567_891  # shares no factor with 36, so every number has an id of its own
_BACK = pow(_STRIDE, -1, _SPACE)
_OFFSET = 987_654_321
_TAIL = "QwErTyUi5d7"
_THREE = [a + b + c for c in _DIGITS for b in _DIGITS for a in _DIGITS]  # lowest digit first


def make_id(kind: str, number: int) -> str:
    high, low = divmod((number * _STRIDE + _OFFSET) % _SPACE, len(_THREE))
    return kind + _THREE[low] + _THREE[high] + _TAIL


def number_of(kind: str, text: str) -> int | None:
    """The number behind an id of this kind; None if it is none."""
    if len(text) != 20 or not text.startswith(kind) or not text.endswith(_TAIL):
        return None
    rest = 0
    for char in reversed(text[3:3 + _WIDTH]):
        digit = _DIGITS.find(char)
        if digit < 0:
            return None
        rest = rest * 36 + digit
    return (rest - _OFFSET) * _BACK % _SPACE
