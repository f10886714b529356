"""Trends as SVG: no script, no inline style; colours come from classes, and every figure is also in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from xinglin.portal import speaking


@dataclass(frozen=True)
class Dot:
    """One value on a line: when, how much, its reference range, and how it is said."""

    at: datetime
    value: float
    low: float | None = None
    high: float | None = None
    said: str = ""
    outside: bool = False


def number(value: Decimal | float) -> str:
    """A number without noughts at its end."""
    return f"{float(value):.6g}"


def _scale(dots: Sequence[Dot]) -> tuple[float, float]:
    """The lowest and highest figure that must fit, with a margin; never empty."""
    figures = [dot.value for dot in dots]
    figures += [bound for dot in dots for bound in (dot.low, dot.high) if bound is not None]
    low, high = min(figures), max(figures)
    margin = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return low - margin, high + margin


def _places(dots: Sequence[Dot], box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    """Where each dot stands in (left, top, right, bottom), by time and value."""
    left, top, right, bottom = box
    low, high = _scale(dots)
    first, last = dots[0].at, dots[-1].at
    span = (last - first).total_seconds()
    return [
        (
            left + (right - left) * ((dot.at - first).total_seconds() / span if span else 0.5),
            bottom - (bottom - top) * (dot.value - low) / (high - low),
        )
        for dot in dots
    ]


def _band(dots: Sequence[Dot], box: tuple[float, float, float, float]) -> str:
    """The reference range of the newest value as a band."""
    left, top, right, bottom = box
    low, high = _scale(dots)
    newest = dots[-1]
    if newest.low is None and newest.high is None:
        return ""

    def height(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    upper = height(newest.high) if newest.high is not None else top
    lower = height(newest.low) if newest.low is not None else bottom
    return f'<rect class="ref" x="{left:.1f}" y="{upper:.1f}" width="{right - left:.1f}" height="{lower - upper:.1f}"/>'


def _line(places: Sequence[tuple[float, float]]) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline class="la" points="{points}"/>' if len(places) > 1 else ""


def spark(dots: Sequence[Dot], label: str) -> SafeString:
    """A line the height of a word; "" for nothing to draw."""
    if not dots:
        return SafeString("")
    box = (4.0, 4.0, 116.0, 28.0)
    places = _places(dots, box)
    x, y = places[-1]
    mark = "dot out" if dots[-1].outside else "dot"
    return mark_safe(  # noqa: S308 - numbers, and an escaped label
        f'<svg class="spark" viewBox="0 0 120 32" role="img" aria-label="{escape(label)}">{_band(dots, box)}'
        f'{_line(places)}<circle class="{mark}" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/></svg>'
    )


def trend(dots: Sequence[Dot], label: str) -> SafeString:
    """The whole trend: range, line, values, days. Drawn twice, for a desk and for a phone, so that the figures beside
    it keep their size; the stylesheet shows one."""
    if not dots:
        return SafeString("")
    return mark_safe(_drawn(dots, label, 640, "desk") + _drawn(dots, label, 330, "phone"))  # noqa: S308 - ours


def _drawn(dots: Sequence[Dot], label: str, width: int, kind: str) -> str:
    box = (52.0, 16.0, width - 12.0, 176.0)
    left, top, right, bottom = box
    low, high = _scale(dots)
    parts = [_band(dots, box)]
    for step in range(4):
        y = bottom - (bottom - top) * step / 3
        value = low + (high - low) * step / 3
        parts.append(f'<path class="grid" d="M{left} {y:.1f}H{right}"/>')
        parts.append(
            f'<text class="ax" x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{number(round(value, 2))}</text>'
        )
    places = _places(dots, box)
    parts.append(_line(places))
    for dot, (x, y) in zip(dots, places, strict=True):
        mark = "dot out" if dot.outside else "dot"
        parts.append(
            f'<circle class="{mark}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{escape(dot.said)}</title></circle>'
        )
    for dot, anchor, x in ((dots[0], "start", left), (dots[-1], "end", right))[2 - min(len(dots), 2) :]:
        said = escape(speaking.day(dot.at.astimezone(speaking.clock.ZONE).date()))
        parts.append(f'<text class="ax" x="{x}" y="198" text-anchor="{anchor}">{said}</text>')
    head = f'<svg class="trend {kind}" viewBox="0 0 {width} 206" role="img" aria-label="{escape(label)}">'
    return f"{head}{''.join(parts)}</svg>"
