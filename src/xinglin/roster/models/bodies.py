"""The alliance itself, its terms, committees, candidates, lists, members, visits and questions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.kernel.finding import KeysField
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope
from xinglin.roster.models.register import Organisation, Person
from xinglin.roster.rules.bodies import (
    BATCH_MOVES,
    LIST_MOVES,
    MEMBERSHIP_MOVES,
    NOMINATION_MOVES,
    QUESTION_MOVES,
    SEAT_MOVES,
    TERM_MOVES,
    VISIT_MOVES,
)
from xinglin.roster.words.bodies import (
    Adoption,
    CommitteeKind,
    ListKind,
    MembershipKind,
    NominationChannel,
    Pool,
    SeatRole,
    Vote,
)

PUBLIC, ALLIANCE = Privacy.PUBLIC, Privacy.ALLIANCE


class Alliance(Stored):
    """The alliance this installation runs: one row. Its home region decides who is from elsewhere."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(PUBLIC, "name_zh", "name_en", "theme", "region", "lead_authority", "secretariat", "founded_on",
                  "charter", "only"),
    }  # fmt: skip

    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    theme = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=6)
    lead_authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    secretariat = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    founded_on = models.DateField(null=True, blank=True)
    charter = models.TextField(blank=True)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(only=True), name="one_alliance"),)

    def __str__(self) -> str:
        return self.name_zh

    def scopes(self) -> list[Scope]:
        return []


class Term(Dossier):
    """第 n 届: from preparation to its end."""

    MACHINE = TERM_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES, **classes(PUBLIC, "number", "title", "begins_on", "ends_on", "aims"), "stage": PUBLIC,
    }  # fmt: skip

    number = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=120)
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    aims = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["stage"], condition=Q(stage="current"), name="one_current_term"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(begins_on=None) | Q(ends_on__gte=F("begins_on")),
                name="term_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return []


class Committee(Stored):
    """A body of a term, with its seats."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(PUBLIC, "term", "kind", "name", "duties")}

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="committees")
    kind = models.CharField(max_length=16, choices=CommitteeKind.choices())
    name = models.CharField(max_length=120)
    duties = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["term", "name"], name="committee_once"),)

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[Scope]:
        return []


class Seat(Dossier):
    """A person on a committee."""

    MACHINE = SEAT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES, **classes(PUBLIC, "committee", "person", "role", "pool", "since", "until"),
        "left_because": ALLIANCE,
    }  # fmt: skip

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=16, choices=SeatRole.choices())
    pool = models.CharField(max_length=12, choices=Pool.choices(), blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    left_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["committee", "person"], condition=Q(stage="seated"), name="one_seat_each"),
            models.UniqueConstraint(fields=["committee"], condition=Q(stage="seated", role="chair"), name="one_chair"),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.committee}"

    def scopes(self) -> list[Scope]:
        return [("person", self.person_id)]


class Nomination(Dossier):
    """Somebody proposed for a term's committee: by whom, why, through which channel, into which pool."""

    MACHINE = NOMINATION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "term", "person", "role", "channel", "pool", "nominating_organisation",
                  "nominating_person", "reason", "decided_because", "keys"),
    }  # fmt: skip

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="nominations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="nominations")
    role = models.CharField(max_length=16, choices=SeatRole.choices(), default=SeatRole.MEMBER)
    channel = models.CharField(max_length=12, choices=NominationChannel.choices())
    pool = models.CharField(max_length=12, choices=Pool.choices())
    nominating_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="nominations_made"
    )
    nominating_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="nominations_made"
    )
    reason = models.TextField()
    decided_because = models.TextField(blank=True)
    keys = KeysField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["term", "person"], condition=~Q(stage__in=["rejected", "withdrawn"]), name="nominated_once"
            ),
            models.CheckConstraint(
                condition=Q(channel="hospital", nominating_organisation__isnull=False, nominating_person=None)
                | Q(channel="peer", nominating_person__isnull=False, nominating_organisation=None),
                name="nomination_channel_has_its_nominator",
            ),
            models.CheckConstraint(condition=~Q(nominating_person=F("person")), name="nobody_nominates_themselves"),
        )

    def __str__(self) -> str:
        return f"{self.person} → {self.term}"

    def scopes(self) -> list[Scope]:
        found: list[Scope] = []
        if self.nominating_organisation_id:
            found.append(("organisation", self.nominating_organisation_id))
        if self.nominating_person_id:
            found.append(("person", self.nominating_person_id))
        return found


class NominationReview(Stored):
    """One reviewer's vote and opinion on a candidate."""

    CLASSES: ClassVar = {
        **Stored.CLASSES, **classes(ALLIANCE, "nomination", "reviewer_id", "reviewer_name", "vote", "opinion"),
    }  # fmt: skip

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="reviews")
    reviewer_id = models.CharField(max_length=26)
    reviewer_name = models.CharField(max_length=120)
    vote = models.CharField(max_length=10, choices=Vote.choices())
    opinion = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["nomination", "reviewer_id"], name="one_vote_each"),)


class PublishedList(Dossier):
    """A list with a version and a day. What it says is a snapshot: later changes make a new version."""

    MACHINE = LIST_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "term", "kind", "title", "edition", "entries", "digest", "notice_until", "published_on"),
        "stage": PUBLIC,
    }  # fmt: skip

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="lists")
    kind = models.CharField(max_length=12, choices=ListKind.choices())
    title = models.CharField(max_length=160)
    edition = models.PositiveSmallIntegerField()
    # [{"id", "name", "pool"|"kind", "place", "named": bool}] as published; nothing personal beyond the consented name.
    entries = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    notice_until = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["term", "kind", "edition"], name="list_edition_once"),
            models.UniqueConstraint(
                fields=["term", "kind"], condition=Q(stage="published"), name="one_published_list_of_a_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} v{self.edition}"

    def scopes(self) -> list[Scope]:
        return []


class ListObjection(Stored):
    """An objection to a list on notice, and its answer."""

    CLASSES: ClassVar = {
        **Stored.CLASSES, **classes(ALLIANCE, "published_list", "text", "answer", "answered_at", "answered_by"),
        "objector": Privacy.PERSONAL,
    }  # fmt: skip

    published_list = models.ForeignKey(PublishedList, on_delete=models.PROTECT, related_name="objections")
    objector = models.CharField(max_length=120)
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by="") | (Q(answered_at__isnull=False) & ~Q(answered_by="")),
                name="objection_answer_has_an_actor",
            ),
        )


class MembershipBatch(Dossier):
    """首批, 第二批: organisations admitted together, and the base that coverage is counted on."""

    MACHINE = BATCH_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "term", "number", "title", "announced_on", "eligible_stated", "eligible_source"),
    }  # fmt: skip

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    announced_on = models.DateField(null=True, blank=True)
    # A register seldom holds every eligible hospital; a published count may be stated with its source instead.
    eligible_stated = models.PositiveIntegerField(null=True, blank=True)
    eligible_source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["term", "number"], name="batch_once"),
            models.CheckConstraint(
                condition=Q(eligible_stated=None) | ~Q(eligible_source=""), name="stated_base_has_a_source"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return []


class Membership(Dossier):
    """An organisation in the alliance, from application to leaving."""

    MACHINE = MEMBERSHIP_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(PUBLIC, "organisation", "batch", "kind", "joined_on", "left_on"),
        **classes(ALLIANCE, "statement", "decided_because"),
    }  # fmt: skip

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    batch = models.ForeignKey(MembershipBatch, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=12, choices=MembershipKind.choices(), default=MembershipKind.MEMBER)
    statement = models.TextField(blank=True)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    decided_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation"], condition=~Q(stage__in=["left", "refused", "withdrawn"]), name="member_once"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gte=F("joined_on")),
                name="member_leaves_after_joining",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.batch}"

    def scopes(self) -> list[Scope]:
        return [("organisation", self.organisation_id)]


class Visit(Dossier):
    """联络拜访: who went to see whom, why, what came of it, what is next."""

    MACHINE = VISIT_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "series", "host", "visitor", "people", "place", "visited_on", "purpose", "outcome",
                  "next_step", "next_step_on", "followed"),
    }  # fmt: skip

    series = models.CharField(max_length=120, blank=True, db_index=True)
    visitor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="visits_made")
    host = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="visits_received"
    )
    people = models.ManyToManyField(Person, blank=True, related_name="visits")
    place = models.CharField(max_length=120, blank=True)
    visited_on = models.DateField()
    purpose = models.TextField()
    outcome = models.TextField(blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    next_step_on = models.DateField(null=True, blank=True)
    followed = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.visited_on} {self.host or self.place}"

    def scopes(self) -> list[Scope]:
        return [("organisation", key) for key in (self.visitor_id, self.host_id) if key]


class Question(Dossier):
    """A question to the think tank, the experts asked, the answer and what was adopted."""

    MACHINE = QUESTION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(
            ALLIANCE, "number", "asker", "title", "body", "specialty", "answer", "adoption", "adoption_note", "keys"
        ),
    }

    number = models.CharField(max_length=20, unique=True)
    asker = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="questions")
    title = models.CharField(max_length=160)
    body = models.TextField()
    specialty = models.CharField(max_length=12, blank=True)
    answer = models.TextField(blank=True)
    adoption = models.CharField(max_length=12, choices=Adoption.choices(), blank=True)
    adoption_note = models.TextField(blank=True)
    keys = KeysField()

    def __str__(self) -> str:
        return self.title

    def scopes(self) -> list[Scope]:
        return [("organisation", self.asker_id), *(("person", one.person_id) for one in self.opinions.all())]


class Opinion(Stored):
    """One expert's written opinion; empty until it is given."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(ALLIANCE, "question", "person", "text", "given_at", "given_by")}

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="opinions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="opinions")
    text = models.TextField(blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["question", "person"], name="opinion_once"),
            models.CheckConstraint(
                condition=Q(given_at=None, given_by="") | (Q(given_at__isnull=False) & ~Q(given_by="")),
                name="opinion_has_an_actor",
            ),
        )
