"""Flags, blind copies and reviews, as the house shows them; and the deeds of review that a challenge offers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from xinglin.challenges.actions import copies, flags, panels, reviewing
from xinglin.challenges.dossiers.naming import GROUP
from xinglin.challenges.models import Bid, BlindCopy, Challenge, Flag, Review
from xinglin.challenges.panels.drawing import technical_needed
from xinglin.challenges.queries import reviews as queries
from xinglin.challenges.rules.reviews import OFFICE, REVIEWERS
from xinglin.challenges.words.challenges import ChallengeStage as S
from xinglin.challenges.words.reviews import ExclusionReason, FlagKind, LeakKind, ReviewStage
from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.models import Account
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.words import Privacy
from xinglin.roster.words.register import ExpertCategory


def _still_on(dossier: Any, _actor: Account, _move: str) -> bool:
    """Nothing of a review waits for anybody once its challenge has gone on or ended."""
    return dossier.challenge.stage in queries.UNDER_REVIEW


PERSONAL = Privacy.PERSONAL
CHECKING = frozenset({S.BID_FORMAL_CHECK})
SHOWN = 60


def _challenge(one: Challenge) -> Fact:
    return Fact(say("Challenge"), str(one), links=("challenges.challenge", one.pk))


def _flag_facts(one: Flag, _actor: Actor) -> Sequence[Fact]:
    return [
        _challenge(one.challenge),
        Fact(say("Suspicion"), FlagKind(one.kind)),
        Fact(say("Weight"), say("Excludes by the rule") if one.blocks else say("For a person to look at")),
        Fact(say("Share of text in %"), one.share_percent),
        Fact(say("Evidence"), list(one.evidence) or None, PERSONAL),
        Fact(say("Reason"), one.reason or None),
        Fact(say("Judged on"), one.judged_at),
        Fact(say("How it came about"), say("A machine compared the bids; a person decides.")),
    ]


def _flag_sections(one: Flag, _actor: Actor) -> Sequence[Section]:
    bids = Bid.objects.filter(pk__in=one.bid_ids).select_related("organisation", "person").order_by("number")
    rows = [[Fact(say("Bid"), bid.number, links=("challenges.bid", bid.pk)), str(bid.organisation or bid.person),
             bid.stage_word] for bid in bids]  # fmt: skip
    return [Section(say("Bids"), [say("Number"), say("Bidder"), say("Stage")], rows)]


register(Kind(
    name="challenges.flag", model=Flag, key="flag_id", label=say("Flag"), plural=say("Flags on bids"),
    visible=queries.flags_for, title=lambda one: f"{one.challenge} · {one.pk[-4:]}", facts=_flag_facts,
    sections=_flag_sections, turn=_still_on,
    columns=[
        (say("Challenge"), lambda row: str(row.challenge)), (say("Suspicion"), lambda row: FlagKind(row.kind)),
        (say("Bids"), lambda row: len(row.bid_ids)), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("dismiss", flags.dismiss_flag, say("Dismiss with a reason"), move="dismiss"),
        Verb("confirm", flags.confirm_flag, say("Confirm the suspicion"), move="confirm", danger=True),
    ],
    group=GROUP,
))  # fmt: skip


REPLACED = {
    "name": say("Names"), "institution": say("Institutions"), "contact": say("Contacts"), "number": say("Numbers"),
    "earlier": say("Words on earlier work"), "citation": say("Citations"), "reference": say("References"),
    "hand": say("By hand"),
}  # fmt: skip


def _copy_facts(one: BlindCopy, _actor: Actor) -> Sequence[Fact]:
    return [
        Fact(say("Code of the bid"), one.code),
        _challenge(one.challenge),
        Fact(say("Bid"), one.bid.number, links=("challenges.bid", one.bid_id)),
        Fact(say("Doubtful places"), len(one.leaks)),
        Fact(say("Passages blacked by hand"), len(one.by_hand)),
        Fact(say("Released on"), one.released_at),
    ]


def _copy_sections(one: BlindCopy, _actor: Actor) -> Sequence[Section]:
    leaks = [[LeakKind(row["kind"]), row["words"], row["context"], row["part"]] for row in one.leaks]
    counts = [[REPLACED[kind], count] for kind, count in one.counts.items()]
    return [
        Section(say("Leak report: places that may still tell who bids"),
                [say("What it may be"), say("Words"), say("Context"), say("Part")], leaks),
        Section(say("What was replaced"), [say("Kind"), say("Count")], counts),
        Section(say("What the reviewer reads"), [say("Part"), say("Text")],
                [[row["name"], row["text"]] for row in one.parts]),
    ]  # fmt: skip


register(Kind(
    name="challenges.blindcopy", model=BlindCopy, key="copy_id", label=say("Blind copy"), plural=say("Blind copies"),
    visible=queries.copies_for, title=str, facts=_copy_facts, sections=_copy_sections,
    turn=_still_on,
    columns=[
        (say("Code of the bid"), lambda row: row.code), (say("Challenge"), lambda row: str(row.challenge)),
        (say("Doubtful places"), lambda row: len(row.leaks)), (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("redact", copies.redact_copy, say("Black passages by hand"), roles=OFFICE, stages=frozenset({"prepared"})),
        Verb("release", copies.release_copy, say("Release to the reviewers"), move="release"),
        Verb("take_back", copies.take_copy_back, say("Take back"), move="take_back"),
    ],
    group=GROUP,
))  # fmt: skip


def _review_facts(one: Review, actor: Actor) -> Sequence[Fact]:
    facts = [_challenge(one.challenge)]
    if queries.is_office(actor):
        facts.append(Fact(say("Reviewer"), str(one.person), PERSONAL, ("roster.person", one.person_id)))
    return [
        *facts,
        Fact(say("Number"), f"R{one.number}"),
        Fact(say("Bids to read"), one.bids.count()),
        Fact(say("Bids scored"), one.bids.filter(scored_at__isnull=False).count()),
        Fact(say("Reason"), one.reason or None, PERSONAL),
        Fact(say("Signed at"), one.signed_at),
    ]


def _next_unscored(one: Review, _actor: Account) -> dict[str, Any]:
    row = one.bids.filter(scored_at=None).select_related("copy").first() or one.bids.select_related("copy").first()
    rows = [{"criterion_number": criterion.number} for criterion in one.challenge.review_criteria.all()]
    return {"code": row.copy.code if row else "", "scores": rows}


register(Kind(
    name="challenges.review", model=Review, key="review_id", label=say("Review"), plural=say("Reviews of bids"),
    visible=queries.reviews_for, mine=queries.own_reviews, title=str, facts=_review_facts,
    turn=_still_on,
    columns=[
        (say("Challenge"), lambda row: str(row.challenge)), (say("Number"), lambda row: f"R{row.number}"),
        (say("Stage"), lambda row: row.stage_word),
    ],
    verbs=[
        Verb("confirm", reviewing.confirm_no_conflict, say("Confirm that there is no conflict"), move="confirm"),
        Verb("score", reviewing.score_bid, say("Score a bid"), roles=REVIEWERS, prefill=_next_unscored,
             stages=frozenset({ReviewStage.SCORING})),
        Verb("sign", reviewing.sign_review, say("Sign the scores"), move="sign"),
        Verb("declare", reviewing.declare_conflict, say("Declare a conflict of interest"), move="declare", danger=True),
        Verb("replace", reviewing.replace_reviewer, say("Replace by the next drawn"), move="replace", danger=True),
    ],
    group=GROUP,
))  # fmt: skip


def _criteria(one: Challenge, _actor: Account) -> dict[str, Any]:
    rows = [{"criterion_name": row.name, "weight": row.weight} for row in one.review_criteria.all()]
    return {"criteria": rows}


# What a challenge offers the office while its bids are checked and reviewed.
VERBS = (
    Verb("compare_bids", flags.compare_bids, say("Compare the bids"), roles=OFFICE, stages=queries.UNDER_REVIEW),
    Verb("set_criteria", panels.set_review_criteria, say("Set the criteria of review"), roles=OFFICE, stages=CHECKING,
         prefill=_criteria),
    Verb("prepare_copies", copies.prepare_copies, say("Prepare blind copies"), roles=OFFICE,
         stages=queries.UNDER_REVIEW),
    Verb("commit_draw", panels.commit_draw, say("Commit to a draw of reviewers"), roles=OFFICE, stages=CHECKING),
    Verb("draw_panel", panels.draw_panel, say("Draw the panel"), roles=OFFICE, stages=CHECKING),
    Verb("begin_review", panels.begin_review, say("Begin the review"), move="begin_review"),
    Verb("draw_up_result", panels.draw_up_result, say("Draw up the panel's result"), roles=OFFICE,
         stages=frozenset({S.REVIEW})),
    Verb("negotiate", panels.negotiate, say("Begin to negotiate"), move="negotiate"),
    Verb("fail", panels.fail_review, say("No bid qualifies"), move="fail", danger=True),
)  # fmt: skip


def challenge_sections(one: Challenge, actor: Actor) -> Sequence[Section]:
    """Of a challenge: its criteria and draws for everybody who sees it; exclusions and the panel for the office, and
    the panel for everybody once the seed is published."""
    found: list[Section] = []
    if criteria := [[row.number, row.name, row.weight] for row in one.review_criteria.all()]:
        found.append(Section(say("Criteria of review"), [say("No."), say("Criterion"), say("Weight in %")], criteria))
    draws = list(queries.draws_of(one))
    if draws:
        rows = [[row.number, row.committed_at, row.seed_sha256, row.pool_sha256, len(row.pool), len(row.technical),
                 say("{needed} of {seats}", needed=technical_needed(row.seats, float(Fraction(row.share))),
                     seats=row.seats), row.drawn_at, row.said or None,
                 row.seed if row.published_at else say("Published with the result")] for row in draws]  # fmt: skip
        columns = [
            say("No."), say("Committed at"), say("SHA-256 of the seed"), say("SHA-256 of the pool"),
            say("People in the pool"), say("Of them counted toward the share"), say("Needed of these in the panel"),
            say("Drawn at"), say("Words said by those present"), say("Seed"),
        ]  # fmt: skip
        found.append(Section(say("Draw of reviewers"), columns, rows))
    if queries.is_office(actor) or queries.is_out(one):
        panel = [[f"R{row.number}", str(row.person), ExpertCategory(row.person.expert_category), row.stage_word]
                 for row in queries.panel_of(one)]  # fmt: skip
        if panel:
            columns = [say("Number"), say("Name"), say("Kind of expert"), say("Stage")]
            found.append(Section(say("Review panel"), columns, panel))
    if queries.is_office(actor) and draws and draws[0].excluded:
        found.append(Section(say("Not drawn from, and why"), [say("Name"), say("Reasons")], [
            [row["name"], [_reason(reason) for reason in row["reasons"]]] for row in draws[0].excluded[:SHOWN]
        ]))  # fmt: skip
    return found


def _reason(row: dict[str, str]) -> Phrase:
    label = ExclusionReason(row["reason"]).label
    return say("{reason} ({shown})", reason=label, shown=row["shown"]) if row["shown"] else label


def challenge_related(one: Challenge, actor: Actor) -> Iterable[tuple[Phrase, str, Any]]:
    """Flags, blind copies and reviews of a challenge that the reader may see."""
    for flag in queries.flags_for(actor).filter(challenge=one):
        yield say("Flag"), "challenges.flag", flag
    for copy in queries.copies_for(actor).filter(challenge=one).order_by("code"):
        yield say("Blind copy"), "challenges.blindcopy", copy
    for review in queries.reviews_for(actor).filter(challenge=one).order_by("number"):
        yield say("Review"), "challenges.review", review
