"""Rows of figures with their targets, as a table and as JSON."""

from dataclasses import asdict, dataclass
from statistics import median


@dataclass
class Row:
    what: str
    value: float          # the median of the rounds
    unit: str
    rounds: list[float]
    beside: str = ""      # what it is compared with
    ratio: float | None = None
    target: str = ""
    good: bool | None = None

    @property
    def verdict(self) -> str:
        return "" if self.good is None else "OK" if self.good else "MISSED"


def number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


class Report:
    def __init__(self):
        self.rows: list[Row] = []
        self.notes: list[str] = []

    def figure(self, what: str, values: float | list, unit: str, beside: str = "") -> Row:
        rounds = values if isinstance(values, list) else [values]
        self.rows.append(Row(what, median(rounds), unit, rounds, beside))
        return self.rows[-1]

    def at_most(self, what: str, values: float | list, unit: str, limit: float) -> None:
        row = self.figure(what, values, unit)
        row.target, row.good = f"< {limit:g} {unit}", row.value < limit

    def _ratio(self, row: Row, bases: list) -> None:
        """The median of the rounds' own ratios: what disturbs the machine for a while disturbs both sides of one."""
        row.ratio = median(value / base for value, base in zip(row.rounds, bases, strict=True))

    def ratio(self, what: str, values: list, unit: str, bases: list, beside: str) -> None:
        self._ratio(self.figure(what, values, unit, f"{beside} {number(median(bases))}"), bases)

    def ratio_at_least(self, what: str, values: list, unit: str, bases: list, beside: str, limit: float) -> None:
        row = self.figure(what, values, unit, f"{beside} {number(median(bases))}")
        self._ratio(row, bases)
        row.target, row.good = f">= {limit:g}", row.ratio >= limit

    def ratio_at_most(self, what: str, values: list, unit: str, bases: list, beside: str, limit: float) -> None:
        row = self.figure(what, values, unit, f"{beside} {number(median(bases))}")
        self._ratio(row, bases)
        row.target, row.good = f"<= {limit:g}", row.ratio <= limit

    def table(self) -> str:
        head = ("", "figure", "unit", "beside", "ratio", "target", "")
        lines = [head] + [(r.what, number(r.value), r.unit, r.beside, "" if r.ratio is None else f"{r.ratio:.3f}",
                           r.target, r.verdict) for r in self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        right = (1, 4)
        text = [" ".join(cell.rjust(w) if i in right else cell.ljust(w)
                         for i, (cell, w) in enumerate(zip(line, widths))).rstrip() for line in lines]
        return "\n".join([text[0], "-" * len(text[0])] + text[1:] + [""] + self.notes)

    @property
    def missed(self) -> int:
        return sum(row.good is False for row in self.rows)

    def json(self) -> dict:
        return {"rows": [asdict(row) | {"verdict": row.verdict} for row in self.rows], "notes": self.notes}
