"""Sentences chosen in one place and spoken in another."""

from datetime import date

import pytest

from xinglin.kernel.phrases import packed, say, unpacked

DUE = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("said", "facts", "text"),
    [
        ("Due {due}.", {"due": DUE}, "Due <2026-03-01>."),
        ("Due {due:>14}.", {"due": DUE}, "Due   <2026-03-01>."),
        ("{a.real} and {a.imag}, twice {a.real}.", {"a": 7}, "7 and 0, twice 7."),
        ("{who} waits.", {}, "{who} waits."),
        ("{who} waits for {what}.", {"what": "rain"}, "{who} waits for <rain>."),
        ("A brace {{ stays {what}.", {"what": "one"}, "A brace { stays <one>."),
        ("{inner}!", {"inner": say("{n} of {m}", n=1, m=2)}, "<1> of <2>!"),
        ("", {"what": "one"}, ""),
    ],
)
def test_facts_fill_their_places(said, facts, text):
    show = (lambda value: value) if "real" in said else (lambda value: f"<{value}>")
    assert say(said, **facts).spoken(lambda msgid: msgid, show) == text


def test_a_fact_the_sentence_does_not_ask_for_is_never_shown():
    """An answer carries all its facts with each of its sentences: showing them all would cost more than the answer."""
    shown = []
    assert say("Only {this}.", this=1, that=2).spoken(lambda msgid: msgid, lambda v: shown.append(v) or v) == "Only 1."
    assert shown == [1]


def test_the_translation_says_which_facts_are_needed():
    turned = {"Made {days} days ago.": "{when} 所做"}
    assert say("Made {days} days ago.", days=3, when="昨日").spoken(turned.__getitem__) == "昨日 所做"


def test_stored_and_told_later():
    phrase = say("Due {due}, says {who}.", due=DUE, who=say("{n} people", n=2))
    assert unpacked(packed(phrase)).spoken(lambda msgid: msgid) == "Due 2026-03-01, says 2 people."
