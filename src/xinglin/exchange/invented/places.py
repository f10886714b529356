"""The invented region's cities and hospitals: where they are, how they write codes and units, what they send."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# GB/T 2260 codes of the cities, with a rough weight of how many live there.
CITIES = (
    ("440100", "广州", 30.0), ("440600", "佛山", 15.0), ("441900", "东莞", 14.0), ("440300", "深圳", 14.0),
    ("442000", "中山", 6.0), ("440400", "珠海", 5.0), ("441300", "惠州", 6.0), ("440700", "江门", 4.0),
    ("441200", "肇庆", 3.0), ("445100", "潮州", 3.0),
)  # fmt: skip
KINDS = ("人民医院", "中心医院", "中医医院", "妇幼保健院", "第二人民医院", "社区卫生服务中心")
FORMS = ("ndjson", "bundle", "csv")


@dataclass(frozen=True)
class Hospital:
    """One site. `spelling` says which way it types units, `style` how its local codes look; `loinc` whether it sends
    LOINC beside its own codes."""

    number: int
    key: str
    name: str
    region: str
    city: str
    spelling: int
    style: int
    loinc: bool
    form: str

    @property
    def system(self) -> str:
        """The address of its own code list."""
        return f"https://{self.key}.example/lis"


def hospitals(count: int, form: str, rng: np.random.Generator) -> list[Hospital]:
    """`count` hospitals over the cities by weight; the first three are of 广州, 佛山 and 东莞, so there is always a
    next city. `form` is one of FORMS or "mixed"."""
    weights = np.array([weight for _code, _name, weight in CITIES])
    drawn = rng.choice(len(CITIES), size=count, p=weights / weights.sum())
    drawn[: min(3, count)] = np.arange(min(3, count))
    seen: dict[int, int] = {}
    made = []
    for place in range(count):
        city = int(drawn[place])
        nth = seen[city] = seen.get(city, -1) + 1
        code, name, _weight = CITIES[city]
        suffix = f"{nth // len(KINDS) + 1}院区" if nth >= len(KINDS) else ""
        made.append(Hospital(
            place + 1, f"h{place + 1:03d}", f"示例{name}{KINDS[nth % len(KINDS)]}{suffix}", code, name,
            int(rng.integers(0, 4)), int(rng.integers(0, 3)), bool(place % 5 != 2),
            FORMS[(0, 1, 2, 0, 0)[place % 5]] if form == "mixed" else form,
        ))  # fmt: skip
    return made


def local_code(hospital: Hospital, code: str, place: int) -> str:
    """What a hospital calls an item in its own list: an abbreviation, a number, or a charge code."""
    if hospital.style == 0:
        return code.removeprefix("IMG-") if code.startswith("IMG-") else code.split("-")[-1]
    return f"{1000 + place * 7}" if hospital.style == 1 else f"S{hospital.number:03d}{place:04d}"
