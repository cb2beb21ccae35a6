"""Charts as inline SVG: lines over days, drawn from numbers that the page shows as well. Pure.

A table beside every chart says the same; the chart adds the shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 180, 36, 22


@dataclass(frozen=True)
class Line:
    """A line's name, its class of style, its points as SVG takes them, and its values."""

    name: str
    style: str
    points: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Chart:
    """What the template draws."""

    title: str
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    top: float

    @property
    def rows(self) -> list[tuple[str, tuple[float, ...]]]:
        """The table beside the chart, newest first."""
        found = [
            (label, tuple(line.values[place] for line in self.lines))
            for place, label in enumerate(self.labels)
        ]
        return found[::-1]

    @property
    def summary(self) -> str:
        """The chart in words: each line's first and last value."""
        told = [f"{line.name} {line.values[0]:g} → {line.values[-1]:g}" for line in self.lines if line.values]
        return f"{self.title}: {', '.join(told)}"


def line_chart(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]]) -> Chart:
    """Lines over the same labels, scaled to the highest value of all; every series as long as `labels`."""
    top = max([1.0, *(value for values in series.values() for value in values)])
    lines = tuple(
        Line(name, f"desk-line-{'abc'[place % 3]}", points(values, top), tuple(values))
        for place, (name, values) in enumerate(series.items())
    )
    return Chart(title, tuple(labels), lines, top)


def points(values: Sequence[float], top: float) -> str:
    """The values as points of a polyline within the chart's frame; one value becomes a flat line."""
    across, up = WIDTH - LEFT - 8, HEIGHT - BOTTOM - 12
    if len(values) == 1:
        values = [values[0], values[0]]
    step = across / max(len(values) - 1, 1)
    return " ".join(
        f"{LEFT + place * step:.1f},{12 + up * (1 - value / top):.1f}" for place, value in enumerate(values)
    )


def bars(counts: Sequence[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """Each name with its count and its length in percent of the longest."""
    most = max((count for _name, count in counts), default=0)
    return [(name, count, round(100 * count / most) if most else 0) for name, count in counts]


def share(part: int, whole: int) -> float | None:
    """Percent with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
