"""Achievements, as the house shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor, at_work
from xinglin.kernel.phrases import Phrase, say
from xinglin.transfer.actions import achievements as actions
from xinglin.transfer.dossiers.naming import GROUP, PUBLIC, leads_to, stages
from xinglin.transfer.models import Achievement
from xinglin.transfer.queries import achievements as queries
from xinglin.transfer.rules.achievements import INVENTORS, OFFICE, percent, right_begins
from xinglin.transfer.words.achievements import AchievementStage as A
from xinglin.transfer.words.achievements import Origin, Post


def _facts(one: Achievement, _actor: Actor) -> Sequence[Fact]:
    facts = queries.unused(one)
    return [
        Fact(say("Number"), one.number, PUBLIC),
        leads_to(say("Completing unit"), one.organisation, PUBLIC),
        Fact(say("Department"), one.department or None, PUBLIC),
        Fact(say("Abstract"), one.abstract or None, PUBLIC),
        Fact(say("Level of readiness (TRL)"), one.trl or None, PUBLIC),
        Fact(say("Registered on"), one.registered_on, PUBLIC),
        Fact(say("Came from"), Origin(one.origin)),
        Fact(say("Number of the challenge or study"), one.origin_number or None),
        leads_to(say("Joint project"), one.project),
        Fact(say("Shown on the public pages"), one.published),
        Fact(say("In use since"), one.in_use_since),
        Fact(say("Inventors may implement it from"), right_begins(facts) if one.right_on is None else None),
        Fact(say("Right of the inventors recorded on"), one.right_on),
        Fact(say("Why it was withdrawn"), one.withdrawn_because or None),
    ]


def _sections(one: Achievement, actor: Actor) -> Sequence[Section]:
    if not at_work(actor):
        return []
    people = [
        [row.ordinal, row.name, row.organisation_name or None, f"{percent(row.share_bp)} %",
         f"{percent(row.owner_bp)} %" if row.owner_bp else None, row.main, Post(row.post)]
        for row in one.contributors.all()
    ]  # fmt: skip
    columns = [say("No."), say("Name"), say("Organisation"), say("Share"), say("Share of ownership"),
               say("Main contributor"), say("Leading post")]  # fmt: skip
    shown = [[row.level, row.statement, row.document.file_name, row.assessed_on] for row in one.evidence.all()]
    return [
        Section(say("Contributors"), columns, people),
        Section(say("Evidence of readiness"),
                [say("Level"), say("What was shown"), say("Document"), say("Assessed on")], shown),
    ]  # fmt: skip


def _related(one: Achievement, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    if not at_work(actor):
        return
    for right in one.rights.all():
        yield say("Intellectual property right"), "transfer.intellectualproperty", right


def _rows(one: Achievement) -> list[actions.ContributorRow]:
    return [
        actions.ContributorRow(row.name, row.share_bp, row.person_id, row.organisation_name or None, row.owner_bp,
                               row.main, Post(row.post))
        for row in one.contributors.all()
    ]  # fmt: skip


def _now(one: Achievement, _by: Account) -> dict[str, Any]:
    return {
        "title": one.title, "origin": Origin(one.origin), "abstract": one.abstract, "department": one.department,
        "origin_number": one.origin_number, "specialties": one.specialty_codes, "contributors": _rows(one),
    }  # fmt: skip


register(Kind(
    name="transfer.achievement", model=Achievement, key="achievement_id", label=say("Achievement"),
    plural=say("Achievements"), visible=queries.achievements_for, mine=queries.own_achievements, title=str,
    facts=_facts, sections=_sections, related=_related, search=find,
    columns=[
        (say("Number"), lambda row: row.number), (say("Title"), str),
        (say("Completing unit"), lambda row: str(row.organisation)),
        (say("Level of readiness (TRL)"), lambda row: row.trl or None), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("draft", actions.draft_achievement, say("Disclose an achievement"), roles=INVENTORS, opening=True),
        Verb("change", actions.change_achievement, say("Change"), roles=INVENTORS, stages=stages(A.DRAFT),
             prefill=_now),
        Verb("disclose", actions.disclose_achievement, say("Disclose to the unit"), move="disclose"),
        Verb("register", actions.register_achievement, say("Enter on the register"), move="register"),
        Verb("send_back", actions.send_back_achievement, say("Send back to the inventors"), move="send_back"),
        Verb("show_level", actions.show_level, say("Show the next level of readiness"), roles=INVENTORS,
             stages=stages(A.DRAFT, A.DISCLOSED, A.REGISTERED)),
        Verb("note_use", actions.note_use, say("Note that it is in use"), roles=INVENTORS,
             stages=stages(A.REGISTERED)),
        Verb("publish", actions.publish_achievement, say("Make public or not"), roles=OFFICE,
             stages=stages(A.REGISTERED)),
        Verb("correct_contributors", actions.correct_contributors, say("Correct the contributors"), roles=OFFICE,
             stages=stages(A.REGISTERED), prefill=lambda one, _by: {"contributors": _rows(one)}),
        Verb("record_right", actions.record_right, say("Record the inventors' right"), roles=INVENTORS,
             stages=stages(A.REGISTERED)),
        Verb("withdraw", actions.withdraw_achievement, say("Withdraw"), move="withdraw", danger=True),
    ],
    filters={"origin": (say("Came from"), Origin)}, public=True, group=GROUP,
))  # fmt: skip
