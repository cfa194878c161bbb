"""The oddities of a simulated tool that a test can turn on: a dataclass of switches.

A misspelt name or a value of the wrong kind is an error at once: a switch that silently does
nothing makes a test that proves nothing.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, fields
from typing import Any


def switch(default: Any, help_text: str, choices: tuple[str, ...] = ()) -> Any:
    """A member of a dataclass derived from Switchboard."""
    meta = {"help": help_text, "choices": choices}
    if isinstance(default, list):
        return field(default_factory=lambda: list(default), metadata=meta)
    return field(default=default, metadata=meta)


@dataclass
class Switchboard:
    def __setattr__(self, name: str, value: Any) -> None:
        spec = self.__dataclass_fields__.get(name)
        if spec is None:
            raise AttributeError(f"there is no switch {name!r}")
        like = default_of(spec)
        if isinstance(like, float) and type(value) is int:
            value = float(value)
        if type(value) is not type(like):
            raise TypeError(f"switch {name} takes a {type(like).__name__}, not {value!r}")
        choices = spec.metadata["choices"]
        if choices and value not in choices:
            raise ValueError(f"switch {name} takes one of {choices}, not {value!r}")
        object.__setattr__(self, name, value)

    def set(self, **values: Any) -> None:
        """All of them or, if one is wrong, none."""
        trial = copy.copy(self)
        for name, value in values.items():
            setattr(trial, name, value)
        for name in values:
            setattr(self, name, getattr(trial, name))

    def reset(self) -> None:
        for spec in fields(self):
            setattr(self, spec.name, default_of(spec))

    def as_dict(self) -> dict[str, Any]:
        return {spec.name: getattr(self, spec.name) for spec in fields(self)}


def default_of(spec: Any) -> Any:
    factory = spec.default_factory
    return factory() if callable(factory) else spec.default
