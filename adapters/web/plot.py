"""An SVG plot of a paper's votes over time, without scripts or styles. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.domain.i18n import DayStyle, day, tr
from bot.domain.observations import Observation
from bot.messages import words
from bot.messages.localization import text_in

WIDTH, HEIGHT = 640, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 4, 22, 22


def plot(seen: Sequence[Observation], language: str) -> str:
    """Return the plot; empty with fewer than two observations. They are in ascending order, as from the store."""
    if len(seen) < 2 or seen[0].seen_at == seen[-1].seen_at:
        return ""
    points = _points(seen)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    floor = HEIGHT - _BOTTOM
    area = f"{points[0][0]:.1f},{floor} {line} {points[-1][0]:.1f},{floor}"
    last = points[-1]
    begin, end = day(seen[0].seen_at.date(), DayStyle.DATE), day(seen[-1].seen_at.date(), DayStyle.DATE)
    before, now = words.votes(seen[0].votes), words.votes(seen[-1].votes)
    description = tr("From {before} on {begin} to {now} on {end}", before=before, begin=begin, now=now, end=end)

    def text(value: str) -> str:
        return escape(text_in(value, language))

    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text(description)}">'
        f'<polygon class="area" points="{area}"/>'
        f'<polyline class="line" points="{line}"/>'
        f'<line class="floor" x1="{_LEFT}" y1="{floor}" x2="{WIDTH - _RIGHT}" y2="{floor}"/>'
        f'<circle class="now" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="4"/>'
        f'<text x="{_LEFT}" y="{HEIGHT - 5}">{text(begin)}</text>'
        f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 5}" text-anchor="end">{text(end)}</text>'
        f'<text x="{WIDTH - _RIGHT}" y="{max(last[1] - 9, 12):.1f}" text-anchor="end">{text(now)}</text>'
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
