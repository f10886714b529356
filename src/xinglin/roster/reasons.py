"""Why the roster's knowledge rooms refuse something: one code, one sentence, one next step, in both languages.

The rooms below (names, codes, specialties, regions, sheets) are free of Django, so they cannot raise the kernel's
refusal. They raise `Refused` with a code and its parameters; the Django side wraps it once, with `sentence()` and
`next_step()` or with its own catalogue.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as people read it: what is wrong and what to do next, English and Chinese, with {parameters}."""

    code: str
    en: str
    zh: str
    next_en: str
    next_zh: str


class Refused(ValueError):
    """Something typed cannot be taken as it is. `reason_code` is stable; `params` fill the sentence."""

    def __init__(self, reason_code: str, params: dict[str, object] | None = None) -> None:
        self.reason_code = reason_code
        self.params = params or {}
        super().__init__(f"{reason_code} {self.params}" if self.params else reason_code)

    def sentence(self, lang: str = "en") -> str:
        """What is wrong, in `lang` ("zh..." or anything else for English)."""
        return sentence(self.reason_code, self.params, lang)

    def next_step(self, lang: str = "en") -> str:
        """What to do next, in `lang`."""
        return next_step(self.reason_code, self.params, lang)


def sentence(code: str, params: dict[str, object] | None = None, lang: str = "en") -> str:
    """The sentence of a reason code with its parameters filled in; KeyError for a code that is not listed."""
    reason = catalogue()[code]
    return (reason.zh if lang.startswith("zh") else reason.en).format_map(_Gaps(params or {}))


def next_step(code: str, params: dict[str, object] | None = None, lang: str = "en") -> str:
    """What to do next about a reason code; KeyError for a code that is not listed."""
    reason = catalogue()[code]
    return (reason.next_zh if lang.startswith("zh") else reason.next_en).format_map(_Gaps(params or {}))


@cache
def catalogue() -> dict[str, Reason]:
    """Every reason of the knowledge rooms by code, from data/reasons.csv."""
    return {row["code"]: Reason(**row) for row in package_rows("reasons.csv")}


def package_rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV shipped in roster/data; lines beginning with # are remarks."""
    text = files("xinglin.roster").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))


class _Gaps(dict[str, object]):
    """A parameter that was not given stays visible as {name} instead of hiding the whole sentence."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
