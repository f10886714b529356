"""Pictures drawn by the server: SVG without scripts, styles or fonts of its own, so that it is right in every theme.

Each picture has a title that says in words what it shows. Colours are classes of the stylesheet, whose contrast a
test computes (axe cannot judge text inside SVG).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# GB/T 2260 code of a city -> (name, column, row). A schematic grid, not a map: neighbours roughly keep their sides.
GUANGDONG: dict[str, tuple[str, int, int]] = {
    "4402": ("韶关", 4, 0), "4418": ("清远", 3, 1), "4416": ("河源", 5, 1), "4414": ("梅州", 6, 1),
    "4451": ("潮州", 7, 1), "4412": ("肇庆", 2, 2), "4401": ("广州", 4, 2), "4413": ("惠州", 5, 2),
    "4452": ("揭阳", 6, 2), "4405": ("汕头", 7, 2), "4453": ("云浮", 1, 3), "4406": ("佛山", 3, 3),
    "4419": ("东莞", 4, 3), "4403": ("深圳", 5, 3), "4415": ("汕尾", 6, 3), "4408": ("湛江", 0, 4),
    "4409": ("茂名", 1, 4), "4407": ("江门", 2, 4), "4420": ("中山", 3, 4), "4404": ("珠海", 4, 4),
    "4417": ("阳江", 2, 5),
}  # fmt: skip
LATIN = {
    "韶关": "Shaoguan", "清远": "Qingyuan", "河源": "Heyuan", "梅州": "Meizhou", "潮州": "Chaozhou",
    "肇庆": "Zhaoqing", "广州": "Guangzhou", "惠州": "Huizhou", "揭阳": "Jieyang", "汕头": "Shantou",
    "云浮": "Yunfu", "佛山": "Foshan", "东莞": "Dongguan", "深圳": "Shenzhen", "汕尾": "Shanwei",
    "湛江": "Zhanjiang", "茂名": "Maoming", "江门": "Jiangmen", "中山": "Zhongshan", "珠海": "Zhuhai",
    "阳江": "Yangjiang",
}  # fmt: skip
TILE = 50
STEP = 54


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its number, where it leads."""

    label: str
    value: int
    address: str = ""

    share: float = 0.0


def bars(values: Sequence[tuple[str, int, str]]) -> list[Bar]:
    """Bars with their share (0 to 100) of the longest; drawn by parts/bars.html, whose text is text."""
    most = max((value for _label, value, _address in values), default=0)
    return [
        Bar(label, value, address, round(100 * value / most, 2) if most else 0.0) for label, value, address in values
    ]


def shade(value: int, most: int) -> int:
    """The step of the palette, 1 to 5, of a value; few large cities do not leave all others in the lightest step."""
    if value <= 0 or most <= 0:
        return 1
    return 1 + min(4, int(4 * (value / most) ** 0.5 + 0.5))


def tiles(counts: Mapping[str, int], title: str, *, latin: bool = False, unit: str = "") -> SafeString:
    """A tile per city of Guangdong with its number. `counts` is by the first four digits of the city's code."""
    most = max(counts.values(), default=0)
    parts = format_html_join(
        "\n",
        '<g transform="translate({},{})"><rect width="{}" height="{}" rx="6" class="t{}"><title>{}: {}{}</title></rect>'
        '<text x="25" y="22" text-anchor="middle" class="tn"{}>{}</text>'
        '<text x="25" y="40" text-anchor="middle" class="tv">{}</text></g>',
        (
            (
                column * STEP, row * STEP, TILE, TILE, shade(counts.get(code, 0), most), LATIN[name] if latin else name,
                counts.get(code, 0), unit, _squeeze(LATIN[name]) if latin else "", LATIN[name] if latin else name,
                counts.get(code, 0),
            )
            for code, (name, column, row) in GUANGDONG.items()
        ),
    )  # fmt: skip
    return format_html(
        '<svg viewBox="-2 -2 436 328" role="img" aria-label="{}"><title>{}</title>{}</svg>', title, title, parts
    )


def _squeeze(text: str) -> SafeString:
    """Latin names are longer than a tile is wide."""
    return format_html(' textLength="{}" lengthAdjust="spacingAndGlyphs"', 46) if len(text) > 6 else SafeString("")


def line(points: Sequence[tuple[str, int]], title: str, *, second: Sequence[int] = ()) -> SafeString:
    """A line over time, and a second, dashed one; the axis begins at nought and its top is a round number."""
    wide, high, left, bottom = 512, 200, 40, 26
    top = _round_up(max([value for _label, value in points] + list(second) + [1]))

    def place(index: int, value: int) -> str:
        x = left + wide * index / max(1, len(points) - 1)
        return f"{x:.1f},{10 + high - high * value / top:.1f}"

    grid = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" class="grid"/>'
        '<text x="{}" y="{}" dy="4" text-anchor="end" class="ax">{}</text>',
        (
            (left, left + wide, y, y, left - 6, y, f"{top * step // 4:,}")
            for step in range(5)
            for y in [f"{10 + high - high * step / 4:.1f}"]
        ),
    )
    every = max(1, len(points) // 12)
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle" class="ax">{}</text>',
        (
            (f"{left + wide * i / max(1, len(points) - 1):.1f}", high + bottom + 4, label)
            for i, (label, _value) in enumerate(points)
            if i % every == 0
        ),
    )
    other = " ".join(place(i, value) for i, value in enumerate(second))
    main = " ".join(place(i, value) for i, (_label, value) in enumerate(points))
    return format_html(
        '<svg viewBox="0 0 572 236" role="img" aria-label="{}"><title>{}</title>{}{}{}'
        '<polyline points="{}" class="la"/></svg>',
        title, title, grid, labels,
        format_html('<polyline points="{}" class="lb"/>', other) if second else "", main,
    )  # fmt: skip


def _round_up(value: int) -> int:
    """The next number of the form 4, 8, 12, 20, 40, 80 … so that quarters are whole."""
    scale = 1
    while True:
        for step in (4, 8, 12, 20):
            if value <= step * scale:
                return step * scale
        scale *= 10


@dataclass(frozen=True)
class Node:
    """A box of a flow chart: its column (0 leftmost), its label, and the amount as it is read."""

    key: str
    column: int
    label: str
    said: str


@dataclass(frozen=True)
class Flow:
    """What goes from one box to another."""

    source: str
    target: str
    value: int
    said: str


def sankey(nodes: Sequence[Node], flows: Sequence[Flow], title: str) -> SafeString:
    """Boxes in columns, joined by bands as thick as what flows. Every band says in words what it is; boxes without any
    flow are left out, and what is too little to be seen is a pixel thick.
    """
    wide, high, gap, box = 720, 360, 26, 12
    sizes = {
        one.key: max(sum(f.value for f in flows if f.source == one.key),
                     sum(f.value for f in flows if f.target == one.key))
        for one in nodes
    }  # fmt: skip
    shown = [one for one in nodes if sizes[one.key]]
    if not shown:
        return SafeString("")
    columns = sorted({one.column for one in shown})
    per = {column: [one for one in shown if one.column == column] for column in columns}
    scale = min((high - gap * len(ones)) / sum(sizes[one.key] for one in ones) for ones in per.values())
    places: dict[str, tuple[float, float, float]] = {}
    for place, column in enumerate(columns):
        x = place * (wide - 170) / max(1, len(columns) - 1)
        y = gap / 2
        for one in per[column]:
            tall = max(1.0, sizes[one.key] * scale)
            places[one.key] = (x, y, tall)
            y += tall + gap
    bands = _bands(flows, places, scale, box)
    boxes = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" class="t5"/><text x="{}" y="{}" class="tn">{}</text>'
        '<text x="{}" y="{}" class="tv">{}</text>',
        (
            (f"{x:.1f}", f"{y:.1f}", box, f"{tall:.1f}", f"{x + box + 6:.1f}", f"{y + tall / 2 - 2:.1f}", one.label,
             f"{x + box + 6:.1f}", f"{y + tall / 2 + 13:.1f}", one.said)
            for one in shown for x, y, tall in [places[one.key]]
        ),
    )  # fmt: skip
    bottom = max(y + tall for _x, y, tall in places.values()) + gap
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" class="sankey"><title>{}</title>{}{}</svg>',
        wide, round(bottom), title, title, bands, boxes,
    )  # fmt: skip


def _bands(
    flows: Sequence[Flow], places: Mapping[str, tuple[float, float, float]], scale: float, box: int
) -> SafeString:
    """The bands, each beginning and ending below the one before it at the same box."""
    left = {key: y for key, (_x, y, _tall) in places.items()}
    right = dict(left)
    drawn = []
    for flow in sorted(flows, key=lambda f: (places[f.target][1], places[f.source][1]) if f.value else (0, 0)):
        if not flow.value:
            continue
        thick = max(1.0, flow.value * scale)
        x1, x2 = places[flow.source][0] + box, places[flow.target][0]
        y1, y2 = left[flow.source], right[flow.target]
        left[flow.source] += thick
        right[flow.target] += thick
        half = (x1 + x2) / 2
        path = (
            f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}V{y2 + thick:.1f}"
            f"C{half:.1f} {y2 + thick:.1f} {half:.1f} {y1 + thick:.1f} {x1:.1f} {y1 + thick:.1f}Z"
        )
        drawn.append((path, flow.said))
    return format_html_join("", '<path d="{}" class="t2"><title>{}</title></path>', drawn)
