"""The reader of lifecycles: wrong stage, wrong role, guard; and the table refuses to be written wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.machine import Machine, Move, reachable, roles
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role, Word


class Stage(Word):
    DRAFT = "draft", say("Draft")
    SENT = "sent", say("Sent")
    KEPT = "kept", say("Kept")
    LAPSED = "lapsed", say("Lapsed")


class OtherStage(Word):
    DRAFT = "draft", say("Draft")


def guard(facts: int | None) -> None:
    if not facts:
        raise Refusal("test.no_facts", say("Something is missing."))


MACHINE = Machine(
    "test.paper", Stage, Stage.DRAFT, frozenset({Stage.KEPT, Stage.LAPSED}),
    (
        Move("send", Stage.DRAFT, Stage.SENT, roles(Role.LIAISON, Role.EXPERT), say("Send"), awaited=True, due=5),
        Move("keep", Stage.SENT, Stage.KEPT, roles(Role.SECRETARIAT), say("Keep"), guard=guard, awaited=True, due=3),
        Move("drop", (Stage.DRAFT, Stage.SENT), Stage.LAPSED, roles(), say("Lapse")),
    ),
)  # fmt: skip


def test_the_row_that_applies() -> None:
    row = MACHINE.next(stage="draft", move="send", roles={Role.EXPERT})
    assert row.target is Stage.SENT
    assert [move.name for move in MACHINE.open_to("draft", {Role.EXPERT})] == ["send"]
    assert MACHINE.open_to("draft", {Role.SECRETARIAT}) == []
    assert [move.name for move in MACHINE.awaited_from("sent")] == ["keep"]
    assert reachable(MACHINE) == set(Stage)


@pytest.mark.parametrize(
    ("stage", "move", "held", "facts", "code"),
    [
        ("sent", "send", {Role.EXPERT}, None, "machine.wrong_stage"),
        ("draft", "nonsense", {Role.EXPERT}, None, "machine.wrong_stage"),
        ("draft", "send", set(), None, "permits.not_yours"),
        ("draft", "send", {Role.SECRETARIAT}, None, "permits.not_yours"),
        ("sent", "keep", {Role.SECRETARIAT}, None, "test.no_facts"),
        ("sent", "keep", {Role.LIAISON}, 1, "permits.not_yours"),
        ("draft", "drop", set(Role), None, "permits.not_yours"),
    ],
)
def test_refusals(stage: str, move: str, held: set[Role], facts: int | None, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        MACHINE.next(stage=stage, move=move, roles=held, facts=facts)
    assert caught.value.code == code


def test_the_program_itself_is_asked_for_facts_but_not_for_roles() -> None:
    assert MACHINE.next(stage="draft", move="drop", roles=None).target is Stage.LAPSED
    with pytest.raises(Refusal, match=r"test\.no_facts"):
        MACHINE.next(stage="sent", move="keep", roles=None)


@given(
    st.sampled_from(list(Stage)), st.text(max_size=6) | st.sampled_from(["send", "keep", "drop"]),
    st.sets(st.sampled_from(list(Role))), st.booleans(),
)  # fmt: skip
def test_a_move_is_made_only_if_a_row_of_the_table_says_so(
    stage: Stage, move: str, held: set[Role], facts: bool
) -> None:
    said = [m for m in MACHINE.moves if m.name == move and stage in m.sources and m.roles & held]
    allowed = bool(said) and (facts or said[0].guard is None)
    try:
        assert MACHINE.next(stage=stage, move=move, roles=held, facts=facts) is said[0]
        assert allowed
    except Refusal:
        assert not allowed


@pytest.mark.parametrize(
    "moves",
    [
        (Move("a", Stage.DRAFT, Stage.SENT, roles(), say("A")), Move("a", Stage.DRAFT, Stage.KEPT, roles(), say("A"))),
        (Move("a", OtherStage.DRAFT, Stage.SENT, roles(), say("A")),),
        (Move("a", Stage.DRAFT, OtherStage.DRAFT, roles(), say("A")),),
    ],
)
def test_a_table_that_makes_no_sense_cannot_be_built(moves: tuple[Move, ...]) -> None:
    with pytest.raises(ValueError):
        Machine("test.wrong", Stage, Stage.DRAFT, frozenset(), moves)


def test_the_diagram_is_printed_from_the_table() -> None:
    drawn = MACHINE.diagram(lambda msgid: msgid)
    assert drawn.startswith("stateDiagram-v2\n    [*] --> draft")
    assert "draft --> sent : Send" in drawn and "sent --> lapsed : Lapse" in drawn and "kept --> [*]" in drawn
