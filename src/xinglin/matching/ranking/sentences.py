"""Reasons as sentences in Chinese and English, for pages, letters and the command line."""

from __future__ import annotations

from collections.abc import Mapping

from xinglin.matching.ranking.words import CodeMatch, Reason, ReasonKind, WordMatch

_RELATION = {
    "same": ("相同", "the same"),
    "within": ("在其范围之内", "within it"),
    "parent": ("为其上级科目", "its parent"),
    "sibling": ("同属一个科目", "its neighbour under one parent"),
}
_AVAILABILITY = {
    "open": ("可接新的需求", "has room for a new need"),
    "limited": ("余力有限", "has little room left"),
    "full": ("已满额", "has no room left"),
    "away": ("目前不在岗", "is away at present"),
}


def sentence(reason: Reason, lang: str = "zh", names: Mapping[str, str] | None = None) -> str:
    """One reason as one sentence in `lang` (`zh` or `en`). `names` gives specialty codes their names."""
    chinese = not lang.startswith("en")
    body = _chinese(reason, names or {}) if chinese else _english(reason, names or {})
    points = round(reason.contribution * 100, 1)
    if not points:
        return body
    return f"{body}（{points:+.1f} 分）" if chinese else f"{body} ({points:+.1f} points)"


def _chinese(reason: Reason, names: Mapping[str, str]) -> str:
    match reason.kind:
        case ReasonKind.WORDS:
            return "共同用词：" + "、".join(_word(one, "zh") for one in reason.words) if reason.words else "用词相同"
        case ReasonKind.COVERAGE:
            return f"最接近的材料含有需求用词的 {reason.share:.0%}（罕见词分量更重）"
        case ReasonKind.CHARACTERS:
            return "字面相近（连续汉字相同）"
        case ReasonKind.CONTEXT:
            return "相近材料中的用词也相关" if reason.contribution >= 0 else "相近材料的方向不同"
        case ReasonKind.SPECIALTY:
            return "专科：" + "；".join(_code(one, names, 0) for one in reason.codes)
        case ReasonKind.EVIDENCE if reason.text is not None:
            return f"最接近的材料：《{reason.text.title}》（{reason.text.link or reason.text.id}）"
        case ReasonKind.MEANING:
            return f"向量模型 {reason.note} 据此调整次序"
        case ReasonKind.AVAILABILITY:
            return "时间：" + _AVAILABILITY[reason.note][0]
        case ReasonKind.FEEDBACK:
            counts, _, why = reason.note.partition(" ")
            useful, _, total = counts.partition("/")
            return f"过往反馈：{total} 次推荐中 {useful} 次有用" + (f"（{why}）" if why else "")
        case _:
            return ("利益冲突，已排除：" if reason.share else "可能有利益冲突，请核对：") + reason.note


def _english(reason: Reason, names: Mapping[str, str]) -> str:
    match reason.kind:
        case ReasonKind.WORDS:
            return (
                "Shared words: " + ", ".join(_word(one, "en") for one in reason.words)
                if reason.words
                else "Shared words"
            )
        case ReasonKind.COVERAGE:
            return f"The closest text contains {reason.share:.0%} of the need's words, rare words counting more"
        case ReasonKind.CHARACTERS:
            return "Similar wording (the same runs of Chinese characters)"
        case ReasonKind.CONTEXT:
            return (
                "Words of closely related texts agree too"
                if reason.contribution >= 0
                else "Closely related texts differ"
            )
        case ReasonKind.SPECIALTY:
            return "Specialty: " + "; ".join(_code(one, names, 1) for one in reason.codes)
        case ReasonKind.EVIDENCE if reason.text is not None:
            return f"Closest text: “{reason.text.title}” ({reason.text.link or reason.text.id})"
        case ReasonKind.MEANING:
            return f"Re-ranked by the embedding model {reason.note}"
        case ReasonKind.AVAILABILITY:
            return "The candidate " + _AVAILABILITY[reason.note][1]
        case ReasonKind.FEEDBACK:
            counts, _, why = reason.note.partition(" ")
            useful, _, total = counts.partition("/")
            return f"Past feedback: {useful} of {total} proposals were useful" + (f" ({why})" if why else "")
        case _:
            return (
                "Excluded for a conflict of interest: " if reason.share else "Possible conflict of interest: "
            ) + reason.note


def _word(match: WordMatch, lang: str) -> str:
    if match.need == match.candidate:
        return f"“{match.need}”"
    if match.synonym:
        joined = "“{}”与“{}”同义" if lang == "zh" else "“{}” (same as “{}”)"
        return joined.format(match.need, match.candidate)
    return f"“{match.need}”/“{match.candidate}”"


def _code(match: CodeMatch, names: Mapping[str, str], lang: int) -> str:
    need, candidate = (f"{code} {names[code]}" if code in names else code for code in (match.need, match.candidate))
    how = _RELATION[match.relation][lang]
    if match.relation == "same":
        return f"{need} {how}" if lang == 0 else f"{need}, {how}"
    return f"需求 {need}，专家 {candidate}，{how}" if lang == 0 else f"need {need}, expert {candidate}, {how}"
