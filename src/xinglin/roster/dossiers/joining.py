"""Nominations, lists, batches and memberships, as the house shows them."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.kernel.dossiers import Fact, Kind, Section, Verb, register
from xinglin.kernel.finding import find
from xinglin.kernel.machine import roles
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions import membership as joining
from xinglin.roster.actions import nominations as actions
from xinglin.roster.dossiers.bodies import dash
from xinglin.roster.dossiers.register import link
from xinglin.roster.models import Membership, MembershipBatch, Nomination, PublishedList
from xinglin.roster.queries import bodies as queries
from xinglin.roster.words.bodies import (
    ListKind,
    ListStage,
    MembershipKind,
    NominationChannel,
    NominationStage,
    Pool,
    SeatRole,
    Vote,
)
from xinglin.roster.words.register import Ownership

PUBLIC = Privacy.PUBLIC
OFFICE = roles(Role.SECRETARIAT)
GROUP = say("Members and experts")


def _nomination_facts(one: Nomination, _actor: Actor) -> Sequence[Fact]:
    nominator = one.nominating_organisation or one.nominating_person
    return [
        Fact(say("Person"), str(one.person), links=link(one.person)),
        Fact(say("Term of office"), str(one.term), links=link(one.term)),
        Fact(say("Role"), SeatRole(one.role)),
        Fact(say("Pool"), Pool(one.pool)),
        Fact(say("Channel"), NominationChannel(one.channel)),
        Fact(say("Recommended by"), str(nominator), links=link(nominator)),
        Fact(say("Why"), one.reason),
        Fact(say("Reason of the decision"), dash(one.decided_because)),
    ]


def _nomination_sections(one: Nomination, _actor: Actor) -> Sequence[Section]:
    rows = [[r.reviewer_name, Vote(r.vote), r.opinion, r.created_at] for r in one.reviews.order_by("created_at")]
    return [Section(say("Votes"), [say("Reviewer"), say("Vote"), say("Opinion"), say("When")], rows)] if rows else []


def _list_sections(one: PublishedList, actor: Actor) -> Sequence[Section]:
    unnamed = sum(not entry["named"] for entry in one.entries)
    rows = [
        [
            n,
            entry["name"] or say("(not published at the person's wish)"),
            _pool_or_kind(one, entry),
            entry.get("place", ""),
        ]
        for n, entry in enumerate(one.entries, start=1)
    ]
    columns = [say("No."), say("Name"), say("Pool or kind"), say("Place of work")]
    found = [Section(say("{count} entries, {unnamed} without a name", count=len(rows), unnamed=unnamed), columns, rows)]
    objections = one.objections.order_by("created_at", "pk")
    if actor is not None and objections:
        table = [[n, o.text, o.answer or None, o.answered_at] for n, o in enumerate(objections, start=1)]
        columns = [say("No."), say("Objection"), say("Answer"), say("Answered on")]
        found.append(Section(say("Objections"), columns, table))
    return found


def _pool_or_kind(one: PublishedList, entry: dict[str, str]) -> object:
    return MembershipKind(entry["kind"]) if one.kind == ListKind.MEMBERS else Pool(entry["pool"])


def _batch_facts(batch: MembershipBatch, _actor: Actor) -> Sequence[Fact]:
    cover = queries.coverage(batch)
    share = f"{float(cover.share):.1%}" if cover.share is not None else None
    facts = [
        Fact(say("Term of office"), str(batch.term), PUBLIC, link(batch.term)),
        Fact(say("Batch number"), batch.number, PUBLIC),
        Fact(say("Announced on"), batch.announced_on, PUBLIC),
        Fact(say("Eligible members (level three, grade A)"), cover.members, PUBLIC),
        Fact(say("Eligible institutions"), cover.eligible, PUBLIC),
        Fact(say("Coverage"), share, PUBLIC),
        Fact(say("Source of the number of eligible"), batch.eligible_source or say("the register"), PUBLIC),
    ]
    return facts + [
        Fact(Ownership(ownership).label if ownership else say("Ownership not stated"), count, PUBLIC)
        for ownership, count in cover.by_ownership
    ]


def _membership_facts(one: Membership, actor: Actor) -> Sequence[Fact]:
    facts = [
        Fact(say("Organisation"), str(one.organisation), PUBLIC, link(one.organisation)),
        Fact(say("Batch"), str(one.batch), PUBLIC, link(one.batch)),
        Fact(say("Kind"), MembershipKind(one.kind), PUBLIC),
        Fact(say("Joined on"), one.joined_on, PUBLIC),
        Fact(say("Left on"), one.left_on, PUBLIC),
    ]
    if actor is not None:
        facts += [
            Fact(say("Statement"), dash(one.statement)),
            Fact(say("Reason of the decision"), dash(one.decided_because)),
        ]
    return facts


register(Kind(
    name="roster.nomination", model=Nomination, key="nomination_id", label=say("Nomination"), plural=say("Nominations"),
    visible=queries.nominations_for, mine=queries.own_nominations, title=str, facts=_nomination_facts,
    sections=_nomination_sections, search=find,
    columns=[
        (say("Person"), lambda one: one.person), (say("Pool"), lambda one: Pool(one.pool)),
        (say("Channel"), lambda one: NominationChannel(one.channel)),
        (say("Recommended by"), lambda one: one.nominating_organisation or one.nominating_person),
    ],
    verbs=[
        Verb("nominate_by_institution", actions.nominate_by_institution, say("Recommend as an institution"),
             roles=roles(Role.SECRETARIAT, Role.LIAISON), opening=True),
        Verb("nominate_by_peer", actions.nominate_by_peer, say("Recommend a peer"),
             roles=roles(Role.SECRETARIAT, Role.EXPERT), opening=True),
        Verb("accept", actions.accept_nomination, say("Take as a candidate"), move="accept"),
        Verb("review", actions.review_candidate, say("Vote"), roles=roles(Role.SECRETARIAT, Role.AUTHORITY),
             stages=frozenset({NominationStage.CANDIDATE})),
        Verb("approve", actions.approve_candidate, say("Approve"), move="approve"),
        Verb("reject", actions.reject_candidate, say("Do not approve"), move="reject", danger=True),
        Verb("withdraw", actions.withdraw_nomination, say("Withdraw"), move="withdraw", danger=True),
    ],
    filters={"pool": (say("Pool"), Pool), "channel": (say("Channel"), NominationChannel)}, group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.publishedlist", model=PublishedList, key="publishedlist_id", label=say("List"), plural=say("Lists"),
    visible=queries.lists_for, title=str, sections=_list_sections,
    facts=lambda one, _actor: [
        Fact(say("Term of office"), str(one.term), PUBLIC, link(one.term)),
        Fact(say("Kind"), ListKind(one.kind), PUBLIC),
        Fact(say("Version"), one.edition, PUBLIC),
        Fact(say("On public notice until"), one.notice_until, PUBLIC),
        Fact(say("Published on"), one.published_on, PUBLIC),
        Fact(say("SHA-256 of the entries"), one.digest, PUBLIC),
    ],
    columns=[
        (say("List"), lambda one: one.title), (say("Kind"), lambda one: ListKind(one.kind)),
        (say("Version"), lambda one: one.edition), (say("Entries"), lambda one: len(one.entries)),
        (say("Published on"), lambda one: one.published_on),
    ],
    verbs=[
        Verb("draw_up", actions.draw_up_list, say("Draw up a list"), roles=OFFICE, opening=True),
        Verb("put_on_notice", actions.put_list_on_notice, say("Put on public notice"), move="put_on_notice"),
        Verb("record_objection", actions.record_objection, say("Record an objection"), roles=OFFICE,
             stages=frozenset({ListStage.NOTICE})),
        Verb("answer_objection", actions.answer_objection, say("Answer an objection"), roles=OFFICE,
             stages=frozenset({ListStage.NOTICE})),
        Verb("publish", actions.publish_list, say("Publish"), move="publish"),
        Verb("drop", actions.drop_list, say("Drop the list"), move="drop", danger=True),
    ],
    filters={"kind": (say("Kind"), ListKind)}, public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.membershipbatch", model=MembershipBatch, key="membershipbatch_id", label=say("Batch"),
    plural=say("Batches"), visible=queries.batches_for, title=str, facts=_batch_facts,
    sections=lambda batch, _actor: [
        Section(
            say("Members"), [say("Organisation"), say("Kind"), say("Joined on")],
            [[m.organisation, MembershipKind(m.kind), m.joined_on]
             for m in queries.members_of(batch).order_by("kind", "joined_on", "organisation__name_zh")[:500]],
        )
    ],
    columns=[
        (say("Batch"), str), (say("Term of office"), lambda one: one.term),
        (say("Members"), lambda one: one.member_count),
        (say("Announced on"), lambda one: one.announced_on),
    ],
    verbs=[
        Verb("open", joining.open_batch, say("Open a batch"), roles=OFFICE, opening=True),
        Verb("announce", joining.announce_batch, say("Announce the batch"), move="announce"),
        Verb("cancel", joining.cancel_batch, say("Cancel the batch"), move="cancel", danger=True),
    ],
    public=True, group=GROUP,
))  # fmt: skip

register(Kind(
    name="roster.membership", model=Membership, key="membership_id", label=say("Membership"), plural=say("Memberships"),
    visible=queries.memberships_for, mine=queries.own_memberships, title=str, facts=_membership_facts,
    columns=[
        (say("Organisation"), lambda one: one.organisation), (say("Kind"), lambda one: MembershipKind(one.kind)),
        (say("Batch"), lambda one: one.batch), (say("Joined on"), lambda one: one.joined_on),
    ],
    search=lambda rows, text: find(rows, text, through="organisation"),
    verbs=[
        Verb("apply", joining.apply_for_membership, say("Apply for membership"),
             roles=roles(Role.SECRETARIAT, Role.LIAISON, Role.COMPANY), opening=True),
        Verb("recommend", joining.recommend_admission, say("Recommend for admission"), move="recommend"),
        Verb("admit", joining.admit_member, say("Admit as a member"), move="admit"),
        Verb("refuse", joining.refuse_application, say("Do not admit"), move="refuse", danger=True),
        Verb("withdraw", joining.withdraw_application, say("Withdraw the application"), move="withdraw", danger=True),
        Verb("suspend", joining.suspend_member, say("Suspend"), move="suspend", danger=True),
        Verb("resume", joining.resume_member, say("Resume"), move="resume"),
        Verb("leave", joining.leave_alliance, say("Leave the alliance"), move="leave", danger=True),
    ],
    filters={"kind": (say("Kind"), MembershipKind)}, public=True, group=GROUP,
))  # fmt: skip
