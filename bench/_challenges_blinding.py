"""Blind copies and similarity of bids: time at size, and what was found of what was planted, beside plain baselines.

Conditions: invented bids of thirty pages of 1,100 characters, every fifth in English. The blinding baseline replaces
the names and institutions as they are declared; the similarity baselines are TF-IDF cosine over character 5-grams
(scikit-learn) and difflib's ratio, run on fewer bids in the same run and, for difflib, scaled to all pairs.
"""

from __future__ import annotations

import os
from difflib import SequenceMatcher
from time import perf_counter
from typing import Any

from xinglin.challenges.blinding import Team, blind
from xinglin.challenges.invented import invented
from xinglin.challenges.invented.counting import count_collusions, count_leaks
from xinglin.challenges.similarity import likenesses

SEEDS = (1, *range(101, 106))


def plain(text: str, team: Team, _given: str) -> tuple[str, int, int]:
    """The baseline: every declared name and institution replaced as it is declared."""
    count = 0
    for name in [part for one in team.members for part in (one.name_zh, one.name_latin)] + [
        part for one in team.institutions for part in (one.name_zh, one.name_en)
    ]:
        count += text.count(name) if name else 0
        text = text.replace(name, "***") if name else text
    return text, count, 0


def planted() -> list[dict[str, Any]]:
    """Seed 1 was looked at while the code was written; the others were not."""
    found = []
    for seed in SEEDS:
        made = invented(seed)
        leaks, naive, pairs = count_leaks(made), count_leaks(made, plain), count_collusions(made)
        found.append({
            "seed": seed, "bids": len(made.bids), "planted_leaks": leaks.planted, "missed_leaks": len(leaks.missed),
            "missed_by_plain_replacing": len(naive.missed), "reported_for_a_person": leaks.reported,
            "planted_collusions": pairs.planted, "missed_collusions": len(pairs.missed),
            "honest_pairs_accused": len(pairs.accused),
        })  # fmt: skip
    return found


def blinding() -> dict[str, Any]:
    """100 bids of 30 pages."""
    made = invented(2, count=100, pages=30)
    began = perf_counter()
    for bid in made.bids:
        blind(bid.text, made.teams[bid.key], given=made.call)
    ours = perf_counter() - began
    began = perf_counter()
    for bid in made.bids:
        plain(bid.text, made.teams[bid.key], "")
    return {"bids": 100, "pages": 30, "seconds": round(ours, 1), "limit_seconds": 60,
            "plain_replacing_seconds": round(perf_counter() - began, 2)}  # fmt: skip


def similarity(full: bool) -> dict[str, Any]:
    """1,000 bids of 30 pages, all pairs; the baselines on fewer."""
    texts: list[str] = []
    for seed in range(10):
        texts += [bid.text for bid in invented(seed, count=100, pages=30).bids]
    began = perf_counter()
    found = likenesses(texts)
    ours = perf_counter() - began
    few = texts[: 200 if full else 60]
    began = perf_counter()
    likenesses(few)
    ours_few = perf_counter() - began
    began = perf_counter()
    cosine(few)
    tfidf = perf_counter() - began
    began = perf_counter()
    SequenceMatcher(None, few[0][:6_000], few[1][:6_000], autojunk=False).ratio()
    # One pair, a fifth of the text; quadratic in length, so this is a floor.
    pair = perf_counter() - began
    return {
        "bids": 1_000, "pairs": 499_500, "alike": len(found), "seconds": round(ours, 1), "limit_seconds": 30,
        "tfidf_bids": len(few), "tfidf_seconds": round(tfidf, 2), "ours_on_the_same": round(ours_few, 2),
        "tfidf_over_ours": round(tfidf / ours_few, 1),
        "difflib_all_pairs_at_least_hours": round(pair * 499_500 / 3600, 1),
        "difflib_over_ours_at_least": round(pair * 499_500 / ours),
    }  # fmt: skip


def cosine(texts: list[str]) -> Any:
    """All pairs by TF-IDF over character 5-grams."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(analyzer="char", ngram_range=(5, 5)).fit_transform(texts)
    return matrix @ matrix.T


def run(full: bool = False) -> dict[str, Any]:
    """The figures, with the load of the machine beside them."""
    return {"load_before": os.getloadavg(), "planted": planted(), "blinding": blinding(),
            "similarity": similarity(full), "load_after": os.getloadavg()}  # fmt: skip
