"""What may still tell who bids after the blind copy was made: for a person to look at, and to black by hand. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from xinglin.challenges.blinding.institutions import _region_names, region_words
from xinglin.challenges.blinding.texts import HAN
from xinglin.challenges.words.reviews import LeakKind

AROUND = 18


@dataclass(frozen=True)
class Leak:
    """One doubtful place of a blind copy: what it may be, the words themselves, some context, and where it stands."""

    kind: LeakKind
    words: str
    context: str
    start: int
    end: int


_HOUSE_ZH = re.compile(
    rf"[{HAN}]{{2,14}}?(?:大学|学院|医院|研究院|研究所|实验室|研究中心|有限公司|卫生院|学会|协会|杂志社)(?:附属[{HAN}]{{1,8}}医院)?"
)
_HOUSE_EN = re.compile(
    r"(?:[A-Z][\w'’-]+\s+(?:(?:of|for|and|the)\s+)*){1,6}(?:University|Hospital|Institute|College|Academy|Laborator(?:y|ies)|Centre|"
    r"Center|Ltd|Inc)\b(?:\s+of\s+[A-Z][\w-]+(?:\s+[A-Z][\w-]+)*)?"
)
_PERSON = re.compile(
    rf"[{HAN}]{{2,4}}(?:院士|教授|主任医师|研究员|博士|先生|女士)|\b(?:Prof(?:essor)?|Dr|Academician)\.?\s+[A-Z][\w-]+(?:\s+[A-Z][\w-]+)?"
)
_HONOUR = re.compile(
    r"院士|长江学者|杰出青年|国家杰青|优秀青年|万人计划|百千万人才|泰山学者|珠江学者|芙蓉学者|享受国务院|国家科(?:技|学技术)进步|国家自然科学奖|"
    r"国家技术发明奖|省科(?:技|学技术)(?:进步)?[奖一二三]|何梁何利|(?:主任|副主任|候任|名誉)委员|(?:副)?会长|理事长|首席科学家|学科带头人|"
    r"\b(?:Nobel|Lasker|Changjiang|Distinguished Young Scholar|Fellow of|President of|Chair of|Editor-in-Chief)\b"
)
_CODE = re.compile(
    r"(?<![\w.])(?=[A-Za-z0-9/-]*\d{3})(?=[A-Za-z0-9/-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9/-]{6,29}(?![\w])|(?<![\d.,¥￥])\d{7,12}(?![\d.,%])"
)
_NUMBERED = re.compile(
    r"(?:项目编号|课题编号|立项号|合同号|批准号|批件号|伦理(?:批件|审批)?号|grant\s+(?:no|number)\.?|project\s+no\.?)\s*[:：]?\s*\S{3,30}",
    re.I,
)
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")
_DEPARTMENT = r"(?:[\u4e00-\u9fff]{0,6}(?:科|中心|实验室|病区|门诊|学科|医院|卫生院|社区))"
_HOLDER = re.compile(
    r"【[^】]{1,16}】|\[(?:member|institution|contact|number|earlier work|own work|reference)[^\]]{0,12}\]"
)
_PICTURE = re.compile(r"\[(?:image|图片|picture)[^\]]*\]|<img", re.I)


@cache
def _places() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = "|".join(map(re.escape, (one for one in _region_names() if len(one) > 1)))
    english = "|".join(sorted({word.capitalize() for word in region_words() if len(word) > 3}))
    return (
        re.compile(rf"(?:{names})(?:市|省|地区)?(?:[\u4e00-\u9fff]{{1,4}}[区县镇])?{_DEPARTMENT}"),
        re.compile(
            rf"\b(?:{english})\b[^.\n]{{0,40}}?\b(?:department|hospital|centre|center|clinic|laboratory|unit)\b", re.I
        ),
    )


def report(text: str, *, given: str = "", doubtful: Iterable[tuple[LeakKind, int, int]] = ()) -> list[Leak]:
    """The doubtful places of a blind copy in their order. What the call itself says (`given`) is known to everybody and
    gives nobody away; `doubtful` are places that were seen while blinding, as they stand in `text`."""
    spots: list[tuple[LeakKind, int, int]] = list(doubtful)
    chinese, english = _places()
    for kind, patterns in (
        (LeakKind.CODE, (_NUMBERED, _CODE)),
        (LeakKind.PLACE, (chinese, english)),
        (LeakKind.INSTITUTION, (_HOUSE_ZH, _HOUSE_EN)),
        (LeakKind.PERSON, (_PERSON,)),
        (LeakKind.HONOUR, (_HONOUR,)),
        (LeakKind.LINK, (_DOI,)),
        (LeakKind.PICTURE, (_PICTURE,)),
    ):
        for pattern in patterns:
            spots += [(kind, hit.start(), hit.end()) for hit in pattern.finditer(text)]
    return _told(text, given, spots)


def _told(text: str, given: str, spots: Sequence[tuple[LeakKind, int, int]]) -> list[Leak]:
    holders = [hit.span() for hit in _HOLDER.finditer(text)]
    holder_at = 0
    found: list[Leak] = []
    reached = -1
    for kind, start, end in sorted(spots, key=lambda spot: (spot[1], -spot[2])):
        while holder_at < len(holders) and holders[holder_at][1] <= start:
            holder_at += 1
        if holder_at < len(holders) and holders[holder_at][0] <= start and end <= holders[holder_at][1]:
            continue
        words = text[start:end]
        if start < reached or (given and words in given):
            continue
        reached = end
        context = text[max(0, start - AROUND) : end + AROUND].replace("\n", " ")
        found.append(Leak(kind, words[:120], context[:200], start, end))
    return found
