"""The answer at order time, rule by rule (domain 2.1, 2.4, 2.6), and what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.plain_reading import plain_answer
from tests.factories.recognition import (
    AT,
    CONSENTED,
    CT,
    ELECTROLYTES,
    FAR,
    GAS,
    HBSAG,
    HERE,
    HIV,
    NEAR,
    OFF,
    OWN_ALLIANCE,
    OWN_ONLY,
    POTASSIUM,
    SODIUM,
    TREATING,
    URINE,
    changed,
    facts,
    grant,
    row,
    snapshot,
    window,
)

from xinglin.exchange.consent.rules.access import NO_ACCESS
from xinglin.exchange.intake.words import (
    ABNORMAL,
    CRITICAL,
    FINAL,
    IMAGE,
    PRELIMINARY,
    SENSITIVE,
    SUPERSEDED,
    UNCONVERTED,
    UNFIT,
    VOID,
)
from xinglin.exchange.recognition.rules.answer import SENTENCES, Wanted, answer
from xinglin.exchange.recognition.rules.reasons import counts, the_reason
from xinglin.exchange.recognition.words import Occasion, Reason, Standing
from xinglin.kernel.refusals import Refusal

MUST, MAY, HISTORY, NONE = Standing.MUST, Standing.MAY, Standing.HISTORY, Standing.NONE
SECOND = timedelta(seconds=1)
PLAIN = snapshot()


def marked(*marks, number=POTASSIUM, site=NEAR):
    return replace(PLAIN, marks={(number, site): marks})


def windowed(one, number=POTASSIUM, region=""):
    return replace(PLAIN, windows={**PLAIN.windows, (number, region): (one,)})


TABLE = [
    ("marked here, fresh", facts(row()), MUST, "marked"),
    ("on the boundary to the second", facts(row(days=7)), MUST, "marked"),
    ("nothing known", facts(), NONE, "nothing"),
    ("another item's result", facts(row(SODIUM)), NONE, "nothing"),
    ("no mark", facts(row(site=FAR)), MAY, "no_mark"),
    ("the city next door's mark", facts(row(), snapshot=marked(grant("440600"))), MAY, "other_region"),
    ("the province's mark", facts(row(), snapshot=marked(grant("440000"))), MUST, "marked"),
    ("the nation's mark", facts(row(), snapshot=marked(grant("全国"))), MUST, "marked"),
    ("another province's mark", facts(row(), snapshot=marked(grant("350000"))), MAY, "other_region"),
    ("an alliance's mark, ours", facts(row(), snapshot=marked(grant("a1"))), MUST, "marked"),
    ("an alliance's mark, not ours", facts(row(), snapshot=marked(grant("a2"))), MAY, "other_region"),
    ("inside the alliance every item counts", facts(row(site=OWN_ALLIANCE)), MUST, "alliance"),
    ("mark begins after the specimen", facts(row(days=3), snapshot=marked(grant(valid_from=date(2026, 11, 20)))),
     MAY, "no_mark"),
    ("mark begins on the specimen's day", facts(row(days=3), snapshot=marked(grant(valid_from=date(2026, 11, 19)))),
     MUST, "marked"),
    ("mark ended before the specimen", facts(row(), snapshot=marked(grant(valid_to=date(2026, 11, 20)))),
     MAY, "no_mark"),
    ("mark ended after the specimen, before the order",
     facts(row(), snapshot=marked(grant(valid_to=date(2026, 11, 21)))), MUST, "marked"),
    ("suspended before the specimen", facts(row(), snapshot=marked(grant(suspended_from=date(2026, 11, 21)))),
     MAY, "no_mark"),
    ("suspended after the specimen", facts(row(), snapshot=marked(grant(suspended_from=date(2026, 11, 22)))),
     MUST, "marked"),
    ("a second mark stands in", facts(row(), snapshot=marked(grant("440600", id="x"), grant("440100", id="y"))),
     MUST, "marked"),
    ("old", facts(row(days=8)), HISTORY, "old"),
    ("never recognised: window of nought", facts(row(days=0.2), snapshot=windowed(window(0))), HISTORY, "only_shown"),
    ("no window", facts(row(), snapshot=replace(PLAIN, windows={})), HISTORY, "no_window"),
    ("switched off here", facts(row(), snapshot=windowed(window(7, enabled=False), region="440100")),
     HISTORY, "window_off"),
    ("the city's own window is shorter", facts(row(days=4), snapshot=windowed(window(3), region="440100")),
     HISTORY, "old"),
    ("the city's own window is longer", facts(row(days=20), snapshot=windowed(window(30), region="440100")),
     MUST, "marked"),
    ("a window that is over", facts(row(), snapshot=windowed(window(7, valid_to=date(2026, 11, 21)))),
     HISTORY, "no_window"),
    ("counted from the report", facts(row(days=8, lag=2), snapshot=windowed(window(7, basis="report_time"))),
     MUST, "marked"),
    ("counted from the specimen", facts(row(days=8, lag=2)), HISTORY, "old"),
    ("critical", facts(row(flags=CRITICAL)), MAY, "critical"),
    ("abnormal is no hindrance", facts(row(flags=ABNORMAL)), MUST, "marked"),
    ("a newer critical one", facts(row(key=1, days=3), row(key=2, days=1, flags=CRITICAL)), MAY, "critical"),
    ("a newer preliminary one", facts(row(key=1, days=3), row(key=2, status=PRELIMINARY)), MAY, "newer_differs"),
    ("an older critical one", facts(row(key=1, days=3, flags=CRITICAL), row(key=2)), MUST, "marked"),
    ("preliminary", facts(row(status=PRELIMINARY)), HISTORY, "preliminary"),
    ("superseded", facts(row(status=SUPERSEDED)), NONE, "nothing"),
    ("void", facts(row(status=VOID)), NONE, "nothing"),
    ("own hospital", facts(row(site=HERE)), HISTORY, "own"),
    ("own hospital, where it is offered", facts(row(site=HERE), own_counts=True), MAY, "own"),
    ("always repeated", facts(row(GAS), items=(GAS,)), HISTORY, "only_shown"),
    ("hepatitis in ordinary care", facts(row(HBSAG, days=60), items=(HBSAG,)), MUST, "marked"),
    *[(f"hepatitis before {when}", facts(row(HBSAG), items=(HBSAG,), occasion=when), HISTORY, "before_operation")
      for when in Occasion if when != Occasion.ORDINARY],
    ("potassium before an operation", facts(row(), occasion=Occasion.OPERATION), MUST, "marked"),
    ("an item out of the catalogue", facts(row(OFF), items=(OFF,)), HISTORY, "disabled"),
    ("an item nobody knows", facts(row(999), items=(999,)), HISTORY, "disabled"),
    ("the order wants another specimen", facts(row(), wanted={POTASSIUM: Wanted(specimen="urine")}),
     HISTORY, "unfit"),
    ("the order wants this specimen", facts(row(), wanted={POTASSIUM: Wanted(specimen="Blood")}), MUST, "marked"),
    ("the order wants another body part", facts(row(CT), items=(CT,), wanted={CT: Wanted(body_part="head")}),
     HISTORY, "unfit"),
    ("made of another specimen or by another method", facts(row(flags=UNFIT)), HISTORY, "unfit"),
    ("an older one that fits", facts(row(key=1, days=3), row(key=2, flags=UNFIT)), MUST, "marked"),
    ("kept in a unit that does not convert", facts(row(flags=UNCONVERTED)), HISTORY, "unconverted"),
    ("made after the moment asked about", facts(row(days=-1)), NONE, "nothing"),
    ("not reported yet at that moment", facts(row(days=5, lag=4), at=AT - timedelta(days=2)), NONE, "nothing"),
    ("seen by consent", facts(row(), access=CONSENTED), MUST, "marked"),
    ("no ground: other hospitals' results do not exist", facts(row(), access=OWN_ONLY), NONE, "nothing"),
    ("no access at all", facts(row(site=HERE), access=NO_ACCESS), NONE, "nothing"),
    ("HIV for the treating doctor", facts(row(HIV), items=(HIV,)), MUST, "marked"),
    ("HIV for another", facts(row(HIV), items=(HIV,), access=CONSENTED), NONE, "nothing"),
    ("HIV of one's own hospital for another", facts(row(HIV, site=HERE), items=(HIV,), access=CONSENTED),
     NONE, "nothing"),
    ("a result flagged as sensitive", facts(row(flags=SENSITIVE), access=CONSENTED), NONE, "nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("given_facts", "standing", "why"), [one[1:] for one in TABLE], ids=[one[0] for one in TABLE])
def test_table(given_facts, standing, why) -> None:
    (found,) = answer(given_facts)
    assert (found.cls, found.why[0]) == (standing, why)
    assert all(str(sentence) and "{" not in str(sentence) for sentence in found.reasons)


def test_a_second_after_the_window_is_history() -> None:
    made = row(days=7)
    (found,) = answer(facts(made._replace(effective_at=made.effective_at - SECOND)))
    assert found.cls == HISTORY


def test_windows_are_periods_of_24_hours_not_calendar_days() -> None:
    at = AT.replace(hour=0, minute=0, second=1)
    made = row()._replace(effective_at=at - timedelta(days=7), reported_at=at - timedelta(days=6))
    assert answer(facts(made, at=at))[0].cls == MUST
    assert answer(facts(made, at=at + SECOND))[0].cls == HISTORY


def test_the_day_of_a_mark_is_the_day_in_china() -> None:
    # 00:30 on 21 November in China is still the 20th in UTC.
    early = AT.replace(day=21, hour=0, minute=30)
    made = row()._replace(effective_at=early, reported_at=early)
    assert answer(facts(made, snapshot=marked(grant(valid_from=date(2026, 11, 21)))))[0].cls == MUST


class TestPanels:
    def test_whole(self) -> None:
        (found,) = answer(facts(row(POTASSIUM, key=1, days=2), row(SODIUM, key=2), items=(ELECTROLYTES,)))
        assert (found.cls, found.why[0], found.missing, found.result_id) == (MUST, "panel_whole", (), 1)
        assert [one.item for one in found.coverage] == [POTASSIUM, SODIUM]

    def test_part(self) -> None:
        (found,) = answer(facts(row(POTASSIUM), row(SODIUM, days=9, key=2), items=(ELECTROLYTES,)))
        assert (found.cls, found.why[0], found.missing) == (MAY, "panel_part", (SODIUM,))
        assert "1 of 2" in str(found.reasons[0])

    def test_one_member_only_may(self) -> None:
        (found,) = answer(facts(row(POTASSIUM), row(SODIUM, site=FAR, key=2), items=(ELECTROLYTES,)))
        assert (found.cls, found.missing) == (MAY, ())

    def test_all_old(self) -> None:
        (found,) = answer(facts(row(POTASSIUM, days=9), items=(ELECTROLYTES,)))
        assert (found.cls, found.missing) == (HISTORY, (POTASSIUM, SODIUM))

    def test_a_member_of_another_specimen_does_not_count(self) -> None:
        odd = replace(PLAIN, panels={ELECTROLYTES: (POTASSIUM, URINE)})
        (found,) = answer(facts(row(POTASSIUM), row(URINE, key=2), items=(ELECTROLYTES,), snapshot=odd))
        assert found.missing == (URINE,)

    def test_reported_as_one(self) -> None:
        (found,) = answer(facts(row(ELECTROLYTES, key=9), items=(ELECTROLYTES,)))
        assert (found.cls, found.result_id, found.complete) == (MUST, 9, True)

    def test_a_hidden_member_is_missing_without_a_word(self) -> None:
        hidden = changed(PLAIN, SODIUM, treating_only=True)
        asked = {"items": (ELECTROLYTES,), "snapshot": hidden, "access": CONSENTED}
        with_it = answer(facts(row(POTASSIUM), row(SODIUM, key=2), **asked))
        assert with_it == answer(facts(row(POTASSIUM), **asked))


def test_of_several_the_highest_standing_then_the_newest() -> None:
    rows = (row(key=1, days=1, site=FAR), row(key=2, days=2), row(key=3, days=3), row(key=4, days=40))
    (found,) = answer(facts(*rows))
    assert (found.cls, found.result_id, found.older) == (MUST, 2, (1, 3, 4))


def test_images_are_told_of() -> None:
    assert answer(facts(row(CT, flags=IMAGE), items=(CT,)))[0].has_image


def test_every_sentence_has_its_facts() -> None:
    (found,) = answer(facts(row()))
    found = found._replace(why=tuple(SENTENCES))
    assert all("{" not in str(sentence) for sentence in found.reasons)


rows = st.lists(
    st.builds(
        lambda number, days, site, status, flags, key: row(number, days=days, site=site, status=status, flags=flags,
                                                           key=key),
        st.sampled_from([POTASSIUM, SODIUM, CT, HIV, GAS, HBSAG, ELECTROLYTES, OFF]),
        st.floats(0, 40), st.sampled_from([HERE, NEAR, FAR, OWN_ALLIANCE]), st.integers(0, 3), st.integers(0, 15),
        st.integers(1, 10**9),
    ),
    max_size=25,
    unique_by=lambda one: one.id,
)  # fmt: skip
EVERYTHING = (POTASSIUM, SODIUM, CT, HIV, GAS, HBSAG, ELECTROLYTES, OFF)
accesses = st.sampled_from([TREATING, CONSENTED, OWN_ONLY, NO_ACCESS])


@given(rows, accesses, st.randoms())
def test_the_order_of_rows_does_not_matter(history, access, shuffler) -> None:
    shuffled = list(history)
    shuffler.shuffle(shuffled)
    asked = {"items": EVERYTHING, "access": access}
    assert answer(facts(*history, **asked)) == answer(facts(*shuffled, **asked))


# Windows, marks and items as a catalogue may have them, kept from one question to the next as the program keeps them.
CATALOGUES = [
    PLAIN, replace(PLAIN, panels={}), replace(PLAIN, panels={}, windows={}),
    windowed(window(7, basis="report_time")), windowed(window(7, enabled=False), region="440100"),
    marked(grant("440600", id="x"), grant("a1", id="y", valid_to=date(2026, 11, 20)), grant("全国", id="z")),
    changed(PLAIN, SODIUM, treating_only=True, before_operation=True), changed(PLAIN, ELECTROLYTES, always_repeat=True),
]  # fmt: skip
wishes = st.dictionaries(
    st.sampled_from([POTASSIUM, SODIUM, CT, ELECTROLYTES]),
    st.builds(Wanted, st.sampled_from(["", "blood", "urine"]), st.sampled_from(["", "head"])), max_size=2,
)  # fmt: skip
flagged = rows.flatmap(
    lambda some: st.lists(
        st.sampled_from([0, 0, CRITICAL, ABNORMAL, IMAGE, SENSITIVE, UNFIT, UNCONVERTED, CRITICAL | UNFIT]),
        min_size=len(some), max_size=len(some),
    ).map(lambda flags: [one._replace(flags=flag) for one, flag in zip(some, flags, strict=True)])
)  # fmt: skip


@given(flagged, accesses, st.sampled_from(list(Occasion)), st.sampled_from(CATALOGUES), wishes, st.booleans(),
       st.floats(-2, 2))  # fmt: skip
def test_it_is_what_the_rules_say_when_they_are_read_plainly(
    history, access, occasion, catalogue, wanted, own_counts, later
) -> None:
    asked = facts(*history, items=(*EVERYTHING, 999), access=access, occasion=occasion, snapshot=catalogue,
                  wanted=wanted, own_counts=own_counts, at=AT + timedelta(days=later))  # fmt: skip
    assert answer(asked) == plain_answer(asked)


@given(rows, accesses)
def test_what_is_hidden_leaks_in_no_way(history, access) -> None:
    seen = [one for one in history
            if access.sees(made_by=one.site, sensitive=bool(one.flags & SENSITIVE) or one.item == HIV)]  # fmt: skip
    asked = {"items": EVERYTHING, "access": access}
    assert answer(facts(*history, **asked)) == answer(facts(*seen, **asked))


@given(rows, accesses, st.sampled_from(list(Occasion)))
def test_what_must_be_recognised_is_final_uncritical_fresh_and_marked(history, access, occasion) -> None:
    for found in answer(facts(*history, items=EVERYTHING, access=access, occasion=occasion)):
        for one in (*found.coverage, found):
            if one.cls != MUST or one.coverage:
                continue
            (made,) = [each for each in history if each.id == one.result_id]
            assert made.status == FINAL and not made.flags & CRITICAL and made.site != HERE
            assert AT - made.effective_at <= timedelta(days=90) and made.item == one.item
            assert made.site in (NEAR, OWN_ALLIANCE) and one.item not in (GAS, OFF)
            assert not (one.item == HBSAG and occasion != Occasion.ORDINARY)


@given(rows)
def test_taking_a_ground_away_never_shows_more(history) -> None:
    asked = {"items": EVERYTHING}
    full = answer(facts(*history, access=TREATING, **asked))
    less = answer(facts(*history, access=OWN_ONLY, **asked))
    assert all(b.cls == NONE or a.cls != NONE for a, b in zip(full, less, strict=True))


@pytest.mark.parametrize("reason", list(Reason))
def test_codes_98_and_99_do_not_count(reason) -> None:
    assert counts(reason) == (reason not in ("98", "99"))


def test_reasons_are_refused_when_unknown_or_wordless() -> None:
    assert the_reason("07", "") == Reason.JUDGEMENT
    assert the_reason("08", "示例") == Reason.OTHER
    for code, remark, version in (("08", " ", "2022-10"), ("09", "", "2022-10"), ("99", "", "2022-8"), ("1", "", "x")):
        with pytest.raises(Refusal):
            the_reason(code, remark, version=version)
