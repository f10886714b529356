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
