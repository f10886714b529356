"""Telephones, addresses, identifiers: whatever leads to a person or an institution by itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xinglin.challenges.blinding.texts import Span

_MAIL = r"[a-z0-9][a-z0-9._%+\-]{0,63}\s?(?:@|[\[(（【]\s?(?:at|艾特)\s?[\])）】]|＠|\(a\))\s?[a-z0-9\-]+(?:\s?(?:\.|[\[(]dot[\])])\s?[a-z0-9\-]+)+"
_CONTACT = re.compile(
    "|".join(
        (
            rf"(?P<mail>{_MAIL})",
            r"(?P<orcid>(?:orcid\s*(?:id)?\s*[:：]?\s*)?(?:https?://orcid\.org/)?\b\d{4}-\d{4}-\d{4}-\d{3}[\dx]\b)",
            r"(?P<card>(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\dx]))",
            r"(?P<mobile>(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s.]?\d){8}(?!\d))",
            r"(?P<hongkong>(?<!\d)\+?85[23][-\s]?\d{4}[-\s]?\d{4}(?!\d))",
            r"(?P<line>(?<!\d)(?:\+?86[-\s]?)?\(?0\d{2,3}\)?[-\s]\d{7,8}(?:[-转x]\d{1,5})?(?!\d))",
            r"(?P<chat>(?:微信(?:号)?|wechat(?:\s?id)?|weixin|qq(?:号)?)\s*[:：]\s*[a-z0-9_\-]{5,30})",
            r"(?P<link>(?:https?://|www\.)[^\s，。；）)】\]>\"”]+)",
            r"(?P<code>\b(?=[0-9a-z]{18}\b)[159yn][1239]\d{6}[0-9a-hj-npqrtuwxy]{10}\b)",
            r"(?P<researcher>\b(?:researcher\s?id|scopus(?:\s+author)?\s+id|author\s+id)\s*[:：]?\s*[a-z0-9\-]{6,})",
        )
    )
)
# Numbers that anybody can look up to find whose they are.
_LOOKUP = re.compile(
    "|".join(
        (
            r"(?:国家自然科学基金|自然科学基金|nsfc|national natural science foundation)[^\n。]{0,40}?\b[1-9u]\d{7}\b",
            r"(?<![0-9a-z])(?:20\d{2})(?:yfc|yfa|yfb|yfe|yff|zx|zd)\w{3,10}",
            r"(?<![0-9a-z])20\d{2}[abc]\d{6,14}(?![0-9a-z])",
            r"(?<![0-9a-z])zl\s?20\d{2}\s?\d\s?\d{7}\s?\.?\s?[\dx]",
            r"(?<![0-9a-z])cn\s?1\d{8}\s?[abu]?(?![0-9a-z])",
            r"(?<![0-9a-z])pct/[a-z]{2}\d{4}/\d{5,6}",
            r"(?<![0-9a-z])(?:chictr[-\s]?(?:[a-z]{2,4}-)?\d{8,10}|nct\d{8}|isrctn\d{8})",
            r"(?<![0-9a-z])20\d{2}sr\d{6,7}",
            r"(?<![0-9a-z])(?:prospero\s?)?crd\d{11}",
        )
    )
)


def find(levelled: str, domains: Sequence[str] = ()) -> list[Span]:
    """Every contact, identifier and number to look up; `domains` are hosts of the team that are named without a scheme."""
    found = [Span(hit.start(), hit.end(), "contact") for hit in _CONTACT.finditer(levelled)]
    for hit in _LOOKUP.finditer(levelled):
        number = re.search(r"[0-9a-z][0-9a-z/\s.]*$", hit[0]) if "基金" in hit[0] or "found" in hit[0] else None
        start = hit.start() + number.start() if number else hit.start()
        # Of a fund's sentence only the number goes: the reviewer may know that it was funded.
        if number and (last := re.search(r"\b[1-9u]\d{7}$", hit[0])):
            start = hit.start() + last.start()
        found.append(Span(start, hit.end(), "number"))
    for domain in domains:
        found += [Span(hit.start(), hit.end(), "contact")
                  for hit in re.finditer(rf"[a-z0-9.\-]*{re.escape(domain)}(?:/[^\s，。；）)]*)?", levelled)]  # fmt: skip
    return found
