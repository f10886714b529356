"""`xinglin rank`: which candidates fit which need, and why. Needs neither database nor settings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal

if TYPE_CHECKING:
    from xinglin.matching.ranking import CandidateText, NeedText, Ranking

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Rank candidates for needs, with reasons.")
@click.option("--needs", "needs_file", type=FILE, required=True, help='JSON list of {"id", "text"}.')
@click.option("--candidates", "candidates_file", type=FILE, required=True, help='JSON list of {"id", "texts": [...]}.')
@click.option("--top", type=click.IntRange(min=0), default=10, show_default=True, help="Per need; 0 gives all pairs.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of reasons.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def rank(needs_file: Path, candidates_file: Path, top: int, lang: str, as_json: bool) -> None:
    """Rank candidates for needs by their texts, best first, with reasons a person can check.

    Needs may also give "specialties" (codes such as 03.04) and "parties"; candidates "specialties", "availability"
    (open, limited, full, away), "conflicts" ([{"party", "why", "effect": "exclude"|"flag"}]) and "feedback"
    ([{"outcome": "useful"|"declined", "need", "specialties", "why"}]). A text is a string or {"text", "id", "title",
    "link"}.
    """
    from xinglin.matching.ranking import rank as ranked

    needs = [read_need(entry, place) for place, entry in entries(needs_file)]
    candidates = [read_candidate(entry, place) for place, entry in entries(candidates_file)]
    write(ranked(needs, candidates, top=top, progress=progress() if not as_json else None), lang, as_json=as_json)


def entries(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The objects of a JSON list, each with its place in words. Raises Refusal for anything else."""
    try:
        loaded = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError:
        raise refused("unreadable", say("The file {file} cannot be read.", file=path.name)) from None
    except (ValueError, RecursionError):
        raise refused("not_json", say("The file {file} is not valid JSON in UTF-8.", file=path.name)) from None
    if not isinstance(loaded, list) or not all(isinstance(entry, dict) for entry in loaded):
        raise refused("not_a_list", say("The file {file} does not hold a JSON list of objects.", file=path.name))
    if not loaded:
        raise refused("empty_list", say("The file {file} holds an empty list.", file=path.name))
    return [(f"{path.name}, {number}", entry) for number, entry in enumerate(loaded, 1)]


def read_need(entry: dict[str, Any], place: str) -> NeedText:
    """One need from its JSON object."""
    from xinglin.matching.ranking import NeedText

    return NeedText(
        identifier(entry, place),
        words(entry, "text", place),
        specialties=strings(entry, "specialties", place),
        parties=strings(entry, "parties", place),
    )


def read_candidate(entry: dict[str, Any], place: str) -> CandidateText:
    """One candidate from its JSON object. Blank texts among others are left out; only blank ones are refused."""
    from xinglin.matching.ranking import (
        Availability,
        CandidateText,
        Conflict,
        ConflictEffect,
        Feedback,
        FeedbackOutcome,
    )
    from xinglin.matching.ranking import EvidenceText as Text

    texts = []
    for one in listed(entry, "texts", place, required=True):
        if isinstance(one, str):
            texts.append(Text(one))
        elif isinstance(one, dict):
            facts = {key: string(one, key, place) for key in ("id", "title", "link")}
            texts.append(Text(string(one, "text", place, required=True), **facts))
        else:
            raise wrong("texts", place)
    texts = [text for text in texts if text.text.strip()]
    if not texts:
        raise refused("text_empty", say("The entry {place} has no text.", place=place))
    try:
        return CandidateText(
            identifier(entry, place),
            tuple(texts),
            specialties=strings(entry, "specialties", place),
            availability=Availability(entry["availability"]) if entry.get("availability") is not None else None,
            conflicts=tuple(
                Conflict(
                    string(one, "party", place, required=True),
                    string(one, "why", place),
                    ConflictEffect(one.get("effect", "exclude")),
                )
                for one in objects(entry, "conflicts", place)
            ),
            feedback=tuple(
                Feedback(
                    FeedbackOutcome(one.get("outcome")),
                    string(one, "need", place),
                    strings(one, "specialties", place),
                    string(one, "why", place),
                )
                for one in objects(entry, "feedback", place)
            ),
        )
    except (ValueError, TypeError):
        raise wrong("availability, conflicts or feedback", place) from None


def identifier(entry: dict[str, Any], place: str) -> str:
    """The id of an entry as text; whole numbers are taken too."""
    found = entry.get("id")
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str) or not found.strip():
        raise missing("id", place)
    return found


def words(entry: dict[str, Any], key: str, place: str) -> str:
    """A text that says something."""
    found = string(entry, key, place, required=True)
    if not found.strip():
        raise refused("text_empty", say("The entry {place} has no text.", place=place))
    return found


def string(entry: dict[str, Any], key: str, place: str, *, required: bool = False) -> str:
    found = entry.get(key)
    if found is None and not required:
        return ""
    if not isinstance(found, str):
        raise missing(key, place) if found is None else wrong(key, place)
    return found


def listed(entry: dict[str, Any], key: str, place: str, *, required: bool = False) -> list[Any]:
    found = entry.get(key)
    if found is None:
        if required:
            raise missing(key, place)
        return []
    if not isinstance(found, list):
        raise wrong(key, place)
    return found


def strings(entry: dict[str, Any], key: str, place: str) -> tuple[str, ...]:
    found = listed(entry, key, place)
    if not all(isinstance(one, str) for one in found):
        raise wrong(key, place)
    return tuple(found)


def objects(entry: dict[str, Any], key: str, place: str) -> list[dict[str, Any]]:
    found = listed(entry, key, place)
    if not all(isinstance(one, dict) for one in found):
        raise wrong(key, place)
    return found


def refused(code: str, sentence: Phrase) -> Refusal:
    return Refusal(f"rank.{code}", sentence, say("See “xinglin rank --help” for the form of the two files."))


def missing(key: str, place: str) -> Refusal:
    return refused("key_missing", say("The entry {place} has no “{key}”.", place=place, key=key))


def wrong(key: str, place: str) -> Refusal:
    return refused("value_wrong", say("The entry {place} has a “{key}” of the wrong kind.", place=place, key=key))


def progress() -> Any:
    """Progress on stderr where a person watches; None elsewhere."""
    if not sys.stderr.isatty():
        return None
    return lambda step, share: click.echo(f"\r{step} {share:4.0%} ", nl=share >= 1, err=True)


def write(rankings: list[Ranking], lang: str, *, as_json: bool) -> None:
    """The rankings as one JSON object, or as lines for people."""
    from xinglin.matching.ranking import sentence

    rows = [
        {
            "need": one.need,
            "candidate": one.candidate,
            "score": one.score,
            "reasons": [sentence(reason, lang) for reason in one.reasons],
        }
        for one in rankings
    ]
    if as_json:
        text = json.dumps({"rankings": rows}, ensure_ascii=False)
    else:
        lines, need = [], None
        for row in rows:
            if row["need"] != need:
                need = row["need"]
                lines.append(f"{need}")
            lines.append(f"  {row['score']:.3f}  {row['candidate']}")
            lines.extend(f"         {reason}" for reason in row["reasons"])
        text = "\n".join(lines)
    # A lone surrogate from a broken source cannot be written as UTF-8; it must not spoil the answer.
    click.echo(text.encode("utf-8", "replace"))
