"""From a recommendation to a published list: nominate, accept, review, approve, draw up, notify, publish."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Max

from xinglin.kernel import configuration, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Count, Line, Paragraph, ref
from xinglin.kernel.clock import now, today
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions.bodies import _seat, organisation_or_absent, person_or_absent
from xinglin.roster.models import (
    Alliance,
    Committee,
    ListObjection,
    Membership,
    Nomination,
    NominationReview,
    Person,
    PublishedList,
    Term,
)
from xinglin.roster.rules import bodies as rules
from xinglin.roster.words.bodies import (
    CommitteeKind,
    ListKind,
    ListStage,
    MembershipStage,
    NominationChannel,
    NominationStage,
    SeatRole,
    TermStage,
    Vote,
)
from xinglin.roster.words.register import RecordStage, TitleRank

Reason = Annotated[str, Ask("text", longest=2_000)]
FINISHED = (NominationStage.REJECTED, NominationStage.WITHDRAWN)

configuration.rule("roster.review_quorum", 1, say("Votes in favour a candidate needs"), "set by the alliance")
configuration.rule(
    "roster.list_notice_days", 5, say("Days a list stays on public notice"), "common practice, set by the alliance"
)


@transaction.atomic
def nominate_by_institution(
    *,
    term_id: ref("roster.term"),
    person_id: ref("roster.person"),
    organisation_id: ref("roster.organisation"),
    reason: Reason,
    role: SeatRole = SeatRole.MEMBER,
    by: Account,
) -> Nomination:
    """医院推荐: an institution recommends somebody for the term."""
    permits.require(by, Role.SECRETARIAT, Role.LIAISON, scopes=[("organisation", organisation_id)])
    organisation = organisation_or_absent(organisation_id)
    return _nominate(
        term_id, person_id, reason, role, by, NominationChannel.HOSPITAL, nominating_organisation=organisation
    )


@transaction.atomic
def nominate_by_peer(
    *,
    term_id: ref("roster.term"),
    person_id: ref("roster.person"),
    nominating_person_id: ref("roster.person"),
    reason: Reason,
    role: SeatRole = SeatRole.MEMBER,
    by: Account,
) -> Nomination:
    """专家互荐: an expert recommends another."""
    permits.require(by, Role.SECRETARIAT, Role.EXPERT, scopes=[("person", nominating_person_id)])
    if nominating_person_id == person_id:
        raise Refusal(
            "nominations.oneself", say("Nobody recommends themselves."),
            say("Ask your institution or a colleague to recommend you."), field="nominating_person_id",
        )  # fmt: skip
    nominator = person_or_absent(nominating_person_id)
    return _nominate(term_id, person_id, reason, role, by, NominationChannel.PEER, nominating_person=nominator)


def _nominate(
    term_id: str, person_id: str, reason: str, role: SeatRole, by: Account, channel: NominationChannel, **nominator: Any
) -> Nomination:
    term = lifecycle.take(Term, term_id)
    if term.stage == TermStage.ENDED:
        raise Refusal("nominations.term_over", say("This term has ended."), field="term_id")
    person = person_or_absent(person_id)
    if Nomination.objects.filter(term=term, person=person).exclude(stage__in=FINISHED).exists():
        raise Refusal(
            "nominations.again",
            say("{name} has been recommended for this term already.", name=str(person)),
            say("Open that recommendation; a second channel adds nothing to it."),
            field="person_id",
        )
    nomination = Nomination(term=term, person=person, role=role, channel=channel, reason=reason, **nominator)
    nomination.pool = rules.pool_of(standing_of(person), home_region())
    nomination.keys = keys_of(person.name_zh, person.name_latin)
    lifecycle.begin(nomination, by=by)
    ledger.record("roster.nominated", by=by, subject=nomination,
                  data={"channel": str(channel), "pool": str(nomination.pool)})  # fmt: skip
    return nomination


def home_region() -> str:
    """The region the alliance is at home in. Refused until somebody has described the alliance."""
    alliance = Alliance.objects.first()
    if alliance is None:
        raise Refusal(
            "alliance.unknown",
            say("The alliance has not been described yet, so nobody knows who is from elsewhere."),
            say("The secretariat describes it under “The alliance”."),
        )
    return alliance.region


def standing_of(person: Person) -> rules.Standing:
    return rules.Standing(person.practice_region, TitleRank(person.title_rank), person.stage == RecordStage.ACTIVE)


@transaction.atomic
def accept_nomination(*, nomination_id: str, by: Account) -> Nomination:
    """The secretariat has checked the papers: the person is a candidate."""
    nomination = lifecycle.take(Nomination, nomination_id)
    nomination.pool = rules.pool_of(standing_of(nomination.person), home_region())
    lifecycle.step(nomination, "accept", by=by)
    ledger.record("roster.nomination_accepted", by=by, subject=nomination, data={"pool": str(nomination.pool)})
    return nomination


@transaction.atomic
def review_candidate(*, nomination_id: str, vote: Vote, opinion: Paragraph | None = None, by: Account) -> Nomination:
    """A reviewer votes and says why. The same reviewer may change the vote until the decision."""
    nomination = lifecycle.take(Nomination, nomination_id)
    permits.require(by, Role.SECRETARIAT, Role.AUTHORITY)
    if nomination.stage != NominationStage.CANDIDATE:
        raise Refusal("nominations.not_candidate", say("Votes are given on candidates only."))
    if nomination.nominating_person_id and nomination.nominating_person_id == by.person_id:
        raise Refusal("nominations.own", say("Whoever recommended a candidate does not vote on them."))
    NominationReview.objects.update_or_create(
        nomination=nomination, reviewer_id=by.pk,
        defaults={"vote": vote, "opinion": opinion or "", "reviewer_name": str(by)[:120]},
    )  # fmt: skip
    lifecycle.touch(nomination)
    ledger.record("roster.candidate_reviewed", by=by, subject=nomination, data={"vote": str(vote)})
    return nomination


@transaction.atomic
def approve_candidate(*, nomination_id: str, by: Account) -> Nomination:
    """Enough votes are in favour: the candidate goes on the next list."""
    nomination = lifecycle.take(Nomination, nomination_id)
    votes = [Vote(vote) for vote in nomination.reviews.values_list("vote", flat=True)]
    facts = rules.ReviewFacts(votes, configuration.value("roster.review_quorum"))
    lifecycle.step(nomination, "approve", by=by, facts=facts)
    ledger.record("roster.candidate_approved", by=by, subject=nomination, data={"votes": len(votes)})
    _tell_nominator(nomination, "roster.candidate_approved", say("Your candidate was approved."))
    return nomination


@transaction.atomic
def reject_candidate(*, nomination_id: str, decided_because: Reason, by: Account) -> Nomination:
    """The candidate is not approved; the reason is kept and told to whoever recommended them."""
    nomination = lifecycle.take(Nomination, nomination_id)
    nomination.decided_because = decided_because
    lifecycle.step(nomination, "reject", by=by)
    ledger.record("roster.candidate_rejected", by=by, subject=nomination)
    _tell_nominator(
        nomination, "roster.candidate_rejected", say("Your candidate was not approved; the reason is on record.")
    )
    return nomination


@transaction.atomic
def withdraw_nomination(*, nomination_id: str, decided_because: Reason | None = None, by: Account) -> Nomination:
    """Whoever recommended somebody takes it back."""
    nomination = lifecycle.take(Nomination, nomination_id)
    nomination.decided_because = decided_because or ""
    lifecycle.step(nomination, "withdraw", by=by)
    ledger.record("roster.nomination_withdrawn", by=by, subject=nomination)
    return nomination


def _tell_nominator(nomination: Nomination, event: str, sentence: Any) -> None:
    told = notices.holders(Role.LIAISON, Role.EXPERT, scopes=nomination.scopes()) if nomination.scopes() else []
    notices.tell(told, event, sentence, subject=nomination)


@transaction.atomic
def draw_up_list(
    *, term_id: ref("roster.term"), kind: ListKind, title: Annotated[str, Ask("line", longest=160)], by: Account
) -> PublishedList:
    """Draw up the next version of a list from what has been decided so far."""
    permits.require(by, Role.SECRETARIAT)
    term = lifecycle.take(Term, term_id)
    entries = _entries(term, kind)
    if not entries:
        raise Refusal(
            "lists.empty", say("There is nobody to put on this list yet."),
            say("Approve candidates, or admit members, first."), field="kind",
        )  # fmt: skip
    last = PublishedList.objects.filter(term=term, kind=kind).aggregate(last=Max("edition"))["last"] or 0
    text = json.dumps(entries, ensure_ascii=False, sort_keys=True)
    made = PublishedList(
        term=term, kind=kind, title=title, edition=last + 1, entries=entries,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    lifecycle.begin(made, by=by)
    ledger.record("roster.list_drawn_up", by=by, subject=made, data={"entries": len(entries), "digest": made.digest})
    return made


def _entries(term: Term, kind: ListKind) -> list[dict[str, Any]]:
    if kind == ListKind.MEMBERS:
        rows = Membership.objects.filter(batch__term=term, stage=MembershipStage.MEMBER).select_related("organisation")
        return [
            {"id": row.organisation_id, "name": str(row.organisation), "kind": row.kind, "named": True}
            for row in rows.order_by("kind", "joined_on", "organisation__name_zh")
        ]
    stages = (
        [NominationStage.CANDIDATE, NominationStage.APPROVED, NominationStage.LISTED]
        if kind == ListKind.CANDIDATES
        else [NominationStage.APPROVED, NominationStage.LISTED]
    )
    found = Nomination.objects.filter(term=term, stage__in=stages).select_related("person")
    return [_entry(one) for one in found.order_by("pool", "person__name_zh", "pk")]


def _entry(nomination: Nomination) -> dict[str, Any]:
    """A person who did not agree to be published is counted, in their pool, without a name (PIPL arts 13, 25)."""
    person, named = nomination.person, nomination.person.consent_publish_at is not None
    place = person.affiliations.filter(until=None).order_by("-main").select_related("organisation").first()
    return {
        "id": person.pk if named else "", "name": str(person) if named else "", "pool": nomination.pool,
        "title": person.title if named else "", "role": nomination.role,
        "place": str(place.organisation) if named and place else "", "named": named,
    }  # fmt: skip


@transaction.atomic
def put_list_on_notice(*, publishedlist_id: str, days: Count | None = None, by: Account) -> PublishedList:
    """Show the list to everybody for some days; objections are recorded and answered."""
    one = lifecycle.take(PublishedList, publishedlist_id)
    length = days or configuration.value("roster.list_notice_days")
    one.notice_until = today() + timedelta(days=length)
    lifecycle.step(one, "put_on_notice", by=by, due_on=one.notice_until + timedelta(days=1))
    ledger.record("roster.list_on_notice", by=by, subject=one, data={"until": one.notice_until.isoformat()})
    return one


@transaction.atomic
def record_objection(*, publishedlist_id: str, objector: Line, text: Reason, by: Account) -> PublishedList:
    """Write down an objection that came by letter, telephone or in person while the list is on notice."""
    one = lifecycle.take(PublishedList, publishedlist_id)
    permits.require(by, Role.SECRETARIAT)
    if one.stage != ListStage.NOTICE:
        raise Refusal("lists.not_on_notice", say("Objections are taken while a list is on public notice."))
    ListObjection.objects.create(published_list=one, objector=objector, text=text)
    lifecycle.touch(one)
    ledger.record("roster.list_objected", by=by, subject=one)
    return one


@transaction.atomic
def answer_objection(*, publishedlist_id: str, objection: Count, answer: Reason, by: Account) -> PublishedList:
    """Answer an objection by its running number on the list's page (1 is the first)."""
    one = lifecycle.take(PublishedList, publishedlist_id)
    permits.require(by, Role.SECRETARIAT)
    objections = list(one.objections.order_by("created_at", "pk"))
    if not 1 <= objection <= len(objections):
        raise Refusal("lists.no_such_objection", say("There is no objection with this number."), field="objection")
    chosen = objections[objection - 1]
    chosen.answer, chosen.answered_at, chosen.answered_by = answer, now(), by.pk
    chosen.save()
    lifecycle.touch(one)
    ledger.record("roster.objection_answered", by=by, subject=one, data={"number": objection})
    return one


@transaction.atomic
def publish_list(*, publishedlist_id: str, by: Account) -> PublishedList:
    """Publish the list: it replaces the version before it, and those listed take their seats."""
    one = lifecycle.take(PublishedList, publishedlist_id)
    open_objections = one.objections.filter(answered_at=None).count()
    before = PublishedList.objects.select_for_update().filter(term=one.term, kind=one.kind, stage=ListStage.PUBLISHED)
    for old in before:
        lifecycle.step(old, "supersede", by=by)
    one.published_on = today()
    facts = rules.NoticeFacts(one.notice_until, today(), open_objections)
    lifecycle.step(one, "publish", by=by, facts=facts)
    seated = _seat_those_listed(one, by) if one.kind == ListKind.EXPERTS else 0
    data = {"edition": one.edition, "entries": len(one.entries), "seated": seated, "digest": one.digest}
    ledger.record("roster.list_published", by=by, subject=one, data=data)
    notices.tell(notices.holders(Role.SECRETARIAT), "roster.list_published", say("A list was published."), subject=one)
    return one


def _seat_those_listed(one: PublishedList, by: Account) -> int:
    committee = Committee.objects.filter(term=one.term, kind=CommitteeKind.EXPERT).order_by("created_at").first()
    if committee is None:
        raise Refusal(
            "lists.no_committee",
            say("The term has no expert committee yet."),
            say("Set up the expert committee first."),
        )
    approved = Nomination.objects.select_for_update(of=("self",)).filter(term=one.term, stage=NominationStage.APPROVED)
    seated = 0
    for nomination in approved.select_related("person"):
        lifecycle.step(nomination, "list", by=by)
        _seat(committee, nomination.person, SeatRole(nomination.role), nomination.pool, today(), by)
        seated += 1
    return seated


@transaction.atomic
def drop_list(*, publishedlist_id: str, by: Account) -> PublishedList:
    """A list that is not going to be published."""
    one = lifecycle.take(PublishedList, publishedlist_id)
    lifecycle.step(one, "drop", by=by)
    ledger.record("roster.list_dropped", by=by, subject=one)
    return one
