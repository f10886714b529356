"""What a draw, a blind copy and the flags are made from: rows as the pure parts take them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from xinglin.challenges.blinding import Institution, Member, Team
from xinglin.challenges.models import Bid, BidAttachment, Challenge, KeyHolder
from xinglin.challenges.panels import Candidate, Exclusion, PanelRules, Parties, Tie, exclusions
from xinglin.challenges.panels.exclusions import last_day_of
from xinglin.challenges.rules.bidding import controllers
from xinglin.challenges.similarity import BidFacts, FileFacts, MemberFacts
from xinglin.challenges.similarity.flags import PUBLIC_MAIL
from xinglin.challenges.words.bids import BidStage, ControllerKind
from xinglin.challenges.words.calls import NoticeSubject, QuestionStage
from xinglin.challenges.words.reviews import ExclusionReason as R
from xinglin.kernel import configuration
from xinglin.kernel.clock import today
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.matching.queries import suggestions as matching
from xinglin.matching.words.suggestions import ConflictKind
from xinglin.roster.names import fold
from xinglin.roster.queries import reviewers
from xinglin.roster.queries.reviewers import ReviewerFacts
from xinglin.roster.words.register import ExpertCategory

OPEN = (BidStage.OPENED, BidStage.QUALIFIED)
LAW = "招标投标法 art. 37, by analogy (domain 4.4)"


def _odd_panel(value: int) -> None:
    if value < 5 or value % 2 == 0:
        raise Refusal("reviews.seats", say("A panel has an odd number of members, five at least."), field="value")


def _share(value: str) -> None:
    try:
        fine = 0 <= Fraction(value) <= 1
    except (ValueError, ZeroDivisionError):
        fine = False
    if not fine:
        raise Refusal("reviews.share", say("Write the share as a fraction, such as 2/3."), field="value")


def _categories(value: list[str]) -> None:
    if not value or set(value) - set(ExpertCategory):
        raise Refusal(
            "reviews.counted", say("Name kinds of expert: {kinds}.", kinds=", ".join(ExpertCategory)), field="value"
        )


configuration.rule("challenges.panel_seats", 5, say("Members of a review panel"), LAW, check=_odd_panel)
configuration.rule("challenges.panel_years", 8, say("Years in the field a reviewer needs"), LAW)
configuration.rule("challenges.panel_technical", "2/3", say("Share of technical or economic experts in a panel"), LAW,
                   check=_share)  # fmt: skip
configuration.rule("challenges.panel_counted", [str(ExpertCategory.TECHNICAL), str(ExpertCategory.ECONOMIC)],
                   say("Kinds of expert that count toward the share in a panel"), LAW, check=_categories)  # fmt: skip
configuration.rule("challenges.tie_years", 3,
                   say("Years a former post, fee, holding or joint publication excludes a reviewer"),
                   "domain 4.5, proposed")  # fmt: skip
configuration.rule("challenges.reviews_per_bid", 5, say("Reviewers who read each bid"), "set by the alliance")
configuration.rule("challenges.review_load", 20, say("Bids one reviewer reads at most"), "set by the alliance")
configuration.rule("challenges.text_alike_percent", 60, say("Percent of text from which two bids are flagged"),
                   "domain 4.5, proposed")  # fmt: skip


def panel_rules(on: date) -> PanelRules:
    """The dated configuration of panels."""
    return PanelRules(
        configuration.value("challenges.panel_seats", on=on), configuration.value("challenges.panel_years", on=on),
        float(Fraction(configuration.value("challenges.panel_technical", on=on))),
        configuration.value("challenges.tie_years", on=on),
    )  # fmt: skip


def competing(challenge: Challenge) -> list[Bid]:
    """Bids that were opened and not excluded, with what they say, by number."""
    rows = Bid.objects.filter(challenge=challenge, stage__in=OPEN).select_related("organisation", "person")
    return list(
        rows.prefetch_related("members", "attachments", "works", "plan", "costs", "controllers").order_by("number")
    )


def call_text(challenge: Challenge) -> str:
    """What every bidder was given, word for word as it was published: no evidence of anything, and nobody's secret.

    A call has no attachments; what is not on its page is in the answers to questions and in its notice.
    """
    parts = [challenge.title, challenge.problem, challenge.current_level, challenge.scene, challenge.ip_clause,
             challenge.data_available, challenge.end_user, str(challenge.organisation)]  # fmt: skip
    parts += [f"{row.name} {row.test_method}" for row in challenge.indicators.all()]
    parts += [row.content for row in challenge.planned_milestones.all()]
    parts += [row.purpose for row in challenge.budget_lines.all()]
    parts += [row.text for row in challenge.public_notices.filter(about=NoticeSubject.LIST)]
    for row in challenge.questions.filter(stage=QuestionStage.ANSWERED):
        parts += [row.question, row.answer]
    return "\n".join(part for part in parts if part)


def bid_facts(bid: Bid) -> BidFacts:
    """One bid as it is compared with the others."""
    members = tuple(
        MemberFacts(one.name, one.institution, one.phone, one.email) for one in bid.members.all()
    )  # fmt: skip
    files = tuple(
        FileFacts(one.name, one.sha256, one.size, one.author, one.last_author, one.company)
        for one in bid.attachments.all()
    )
    # Shares of a milestone plan are no budget lines: 40 and 60 % are everybody's. Lines are compared by their size:
    # what each is called, and in which order they stand, is the bidder's choice.
    return BidFacts(
        bid.pk, str(bid.organisation or bid.person), members, (), files, whole_text(bid), bid.price_fen,
        tuple(sorted(row.amount_fen for row in bid.costs.all())), bid.legal_representative,
        controllers(bid.controllers.all()), bid.guarantee_account,
        credit_code=bid.organisation.credit_code if bid.organisation else "",
    )  # fmt: skip


def whole_text(bid: Bid) -> str:
    """Everything a bid says in words."""
    return "\n".join(text for _name, text in parts_of(bid))


def parts_of(bid: Bid) -> list[tuple[str, str]]:
    """(name, text) of each part a reviewer reads. File names give bidders away, so attachments have numbers."""
    parts = [("title", bid.title), ("summary", bid.summary), ("route", bid.route)]
    plan = [f"{row.number}. {row.content} ({row.due_months}, {row.share_percent} %)" for row in bid.plan.all()]
    parts.append(("plan", "\n".join(plan)))
    parts += [(f"attachment {one.number}", one.text) for one in bid.attachments.all()]
    return [(name, text) for name, text in parts if text]


def unread(bid: Bid) -> list[BidAttachment]:
    """Attachments without text, or with pages that are pictures: a person looks at them, no reviewer reads them."""
    return [one for one in bid.attachments.all() if not one.text or one.unread_pages]


def team_of(bid: Bid) -> Team:
    """Everybody and everything of a bid that must not be read, with what the register knows of them."""
    rows = list(bid.members.all())
    names = {row.name for row in rows} | ({str(bid.person)} if bid.person_id else set())
    known = {zh or latin: latin for _id, zh, latin in reviewers.people_named(names)}
    houses = {row.institution for row in rows if row.institution}
    listed: list[Institution] = []
    if bid.organisation is not None:
        one = bid.organisation
        listed.append(Institution(one.name_zh, one.name_en, tuple(one.aliases)))
        houses.discard(one.name_zh)
    registered = {zh: (en, aliases) for _id, zh, en, aliases in reviewers.organisations_named(houses)}
    for name in sorted(houses):
        english, aliases = registered.get(name, ("", []))
        listed.append(Institution(name, english, tuple(aliases)))
    hosts = {row.email.rpartition("@")[2].strip().lower() for row in rows if "@" in row.email}
    numbers = {value for row in rows for value in (row.phone, row.email) if value}
    words = {one.author for one in bid.attachments.all() if one.author in names}
    # Whoever runs or controls the bidder gives it away as surely as its own name; so do codes and accounts.
    behind = {
        bid.legal_representative,
        *(row.name for row in bid.controllers.all() if row.kind == ControllerKind.PERSON),
    }
    listed += [Institution(row.name, "", ()) for row in bid.controllers.all() if row.kind != ControllerKind.PERSON]
    numbers |= {
        value for value in (bid.guarantee_account, *(row.credit_code for row in bid.controllers.all())) if value
    }
    people = [Member(name, known.get(name, "")) for name in sorted(names)]
    return Team(
        tuple([*people, *(Member(name) for name in sorted(behind - names - {""}))]), tuple(listed),
        tuple(sorted(hosts - PUBLIC_MAIL - {""})), tuple(sorted(words)), tuple(sorted(numbers)),
    )  # fmt: skip


def parties_of(challenge: Challenge, bids: Iterable[Bid]) -> Parties:
    """The demander, the bidders, the members' institutions and everybody in the teams."""
    bids = list(bids)
    organisations = {challenge.organisation_id, challenge.organisation.parent_id}
    names: set[str] = set()
    houses: set[str] = set()
    people = {bid.person_id for bid in bids}
    for bid in bids:
        if bid.organisation is not None:
            organisations |= {bid.organisation_id, bid.organisation.parent_id}
        names |= {row.name for row in bid.members.all()}
        houses |= {row.institution for row in bid.members.all()}
    organisations |= {row[0] for row in reviewers.organisations_named(houses)}
    people |= {row[0] for row in reviewers.people_named(names)}
    managers = {challenge.case_manager_id} if challenge.case_manager_id else set()
    holders = set(KeyHolder.objects.filter(challenge=challenge).values_list("account_id", flat=True))
    return Parties(
        frozenset(one for one in organisations if one), frozenset(one for one in people if one), frozenset(managers),
        frozenset(holders), frozenset(challenge.specialty_codes),
    )  # fmt: skip


KINDS = {
    ConflictKind.EMPLOYMENT: R.SAME_ORGANISATION, ConflictKind.SHAREHOLDING: R.SHAREHOLDER,
    ConflictKind.FUNDING: R.CONSULTANT, ConflictKind.FAMILY: R.RELATIVE, ConflictKind.SUPERVISION: R.MENTOR,
}  # fmt: skip


def pool(challenge: Challenge, *, but: Iterable[str] = ()) -> tuple[list[ReviewerFacts], dict[str, list[Exclusion]]]:
    """(who may be drawn, who may not with every reason) among the people of the challenge's fields; `but` are ids to
    leave out silently, because they reviewed or stood down already."""
    day, rules = today(), panel_rules(today())
    bids = competing(challenge)
    parties = parties_of(challenge, bids)
    skipped = set(but)
    people = [one for one in reviewers.reviewer_facts(challenge.specialty_codes) if one.id not in skipped]
    ties = _ties(people, bids, parties, day)
    found: dict[str, list[Exclusion]] = {}
    able = []
    for one in people:
        years = None if one.first_year is None else day.year - one.first_year
        candidate = Candidate(one.id, one.senior, years, one.fields, one.category == ExpertCategory.TECHNICAL,
                              one.available, one.account_id, tuple(ties[one.id]))  # fmt: skip
        if reasons := exclusions(candidate, parties, rules, on=day):
            found[one.id] = reasons
        else:
            able.append(one)
    return able, found


def ties_of(people: list[ReviewerFacts], day: date) -> dict[str, list[Tie]]:
    """Posts, appointments and declared conflicts of people, those that are over too: how long one weighs on after its
    end is the rule's to say (`panels.weighs`)."""
    ties: dict[str, list[Tie]] = defaultdict(list)
    for one in people:
        for reason, posts in ((R.SAME_ORGANISATION, one.posts), (R.APPOINTED, one.appointments)):
            for post in posts:
                ties[one.id] += [Tie(reason, other, post.name, post.since, post.until)
                                 for other in (post.organisation_id, post.parent_id) if other]  # fmt: skip
    for person_id, rows in matching.conflicts_on(day, [one.id for one in people], ended=True).items():
        for row in rows:
            other = row.organisation_id or (row.other_person_id if row.person_id == person_id else row.person_id)
            reason = KINDS.get(ConflictKind(row.kind), R.DECLARED)
            ties[person_id].append(Tie(reason, other, "", row.since, row.until))
    return ties


def counted(people: Iterable[ReviewerFacts], day: date) -> list[str]:
    """The ids of those who count toward the lawful share of technical or economic experts."""
    kinds = configuration.value("challenges.panel_counted", on=day)
    return [one.id for one in people if one.category in kinds]


def _ties(people: list[ReviewerFacts], bids: list[Bid], parties: Parties, day: date) -> dict[str, list[Tie]]:
    ties, written = ties_of(people, day), _written(bids)
    for one in people:
        for paper in one.papers:
            for person, year in written.get(fold(paper.title), ()):
                last = last_day_of(max(y for y in (paper.year, year, 0) if y is not None) or day.year)
                ties[one.id].append(Tie(R.COAUTHOR, person, paper.title[:80], None, last))
        for authors, year in _author_lists(bids):
            if one.name and fold(one.name) in authors:
                ties[one.id].append(Tie(R.COAUTHOR, "works", "", None, last_day_of(year)))
    # A work of a bid is its team's: whoever signed it is tied to the first party there is.
    someone = next(iter(sorted(parties.organisations)), "")
    return defaultdict(list, {
        key: [Tie(t.reason, someone, t.shown, t.since, t.until) if t.other == "works" else t for t in mine]
        for key, mine in ties.items()
    })  # fmt: skip


def _written(bids: list[Bid]) -> dict[str, list[tuple[str, int | None]]]:
    """Folded title to (person, year) of what members of the teams have in the register."""
    names = {row.name for bid in bids for row in bid.members.all()}
    ids = {zh or latin: key for key, zh, latin in reviewers.people_named(names)}
    found: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for name, title, year in reviewers.papers_of(names):
        if name in ids:
            found[fold(title)].append((ids[name], year))
    return found


def _author_lists(bids: list[Bid]) -> list[tuple[set[str], int]]:
    """The folded authors of each representative work, and its year."""
    return [
        ({fold(name) for name in work.authors.replace("，", ",").replace("、", ",").replace(";", ",").split(",")},
         work.published_on.year)
        for bid in bids for work in bid.works.all()
    ]  # fmt: skip
