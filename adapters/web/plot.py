"""An SVG plot of a paper's votes over time, without scripts or styles. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.observations import Observation

WIDTH, HEIGHT = 640, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 4, 22, 22


def plot(seen: Sequence[Observation]) -> str:
    """Return the plot; empty with fewer than two observations. They are in ascending order, as from the store."""
    if len(seen) < 2 or seen[0].seen_at == seen[-1].seen_at:
        return ""
    points = _points(seen)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    floor = HEIGHT - _BOTTOM
    area = f"{points[0][0]:.1f},{floor} {line} {points[-1][0]:.1f},{floor}"
    last = points[-1]
    description = f"{seen[0].votes} votes on {_day(seen[0].seen_at)}, {seen[-1].votes} on {_day(seen[-1].seen_at)}"
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{description}">'
        f'<polygon class="area" points="{area}"/>'
        f'<polyline class="line" points="{line}"/>'
        f'<line class="floor" x1="{_LEFT}" y1="{floor}" x2="{WIDTH - _RIGHT}" y2="{floor}"/>'
        f'<circle class="now" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="4"/>'
        f'<text x="{_LEFT}" y="{HEIGHT - 5}">{_day(seen[0].seen_at)}</text>'
        f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 5}" text-anchor="end">{_day(seen[-1].seen_at)}</text>'
        f'<text x="{WIDTH - _RIGHT}" y="{max(last[1] - 9, 12):.1f}" text-anchor="end">{seen[-1].votes} votes</text>'
        "</svg>"
    )


def _points(seen: Sequence[Observation]) -> list[tuple[float, float]]:
    first, whole = seen[0].seen_at, (seen[-1].seen_at - seen[0].seen_at).total_seconds()
    most = max(1, *(each.votes for each in seen))
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    return [
        (
            _LEFT + wide * (each.seen_at - first).total_seconds() / whole,
            _TOP + high * (1 - max(each.votes, 0) / most),
        )
        for each in seen
    ]


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b}"
