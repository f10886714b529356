"""How a demand becomes a call: opinions of experts, the list under notice, questions, who was reminded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.rules.appraisals import APPRAISAL_MOVES
from xinglin.challenges.rules.questions import QUESTION_MOVES
from xinglin.challenges.words.calls import Criterion, NoticeSubject
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope


class Appraisal(Dossier):
    """One expert's opinion on one demand; names and scores are published with the list (domain 4.1, 荣成 2023)."""

    MACHINE = APPRAISAL_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.PUBLIC, "challenge", "person", "round", "opinion", "mean_centi", "signed_at"),
        **classes(Privacy.ALLIANCE, "reason"),
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="appraisals")
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, related_name="+")
    # A list that an objection upset is argued again, by a new round of opinions.
    round = models.PositiveSmallIntegerField(default=1)
    opinion = models.TextField(blank=True)
    # The mean of the expert's points, in hundredths of a point.
    mean_centi = models.PositiveIntegerField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    # Why the expert declined or was released.
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "round", "person"], name="one_opinion_of_each_expert"),
            models.CheckConstraint(
                condition=~Q(stage="signed") | Q(signed_at__isnull=False, mean_centi__isnull=False),
                name="signed_opinion_has_points",
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge} · {self.person}"

    def scopes(self) -> list[Scope]:
        return [("person", self.person_id)]


class AppraisalScore(Stored):
    """Points of one expert for one criterion, 0 to 100."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(Privacy.PUBLIC, "appraisal", "criterion", "points")}

    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="scores")
    criterion = models.CharField(max_length=12, choices=Criterion.choices())
    points = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["appraisal", "criterion"], name="each_criterion_once"),
            models.CheckConstraint(condition=Q(points__lte=100), name="points_of_a_hundred"),
        )

    def __str__(self) -> str:
        return f"{self.criterion} {self.points}"


class ListEdition(Stored):
    """One version of the published list of challenges (榜单), as it stood on its day. Never changed afterwards."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(Privacy.PUBLIC, "version", "published_on", "entries")}

    version = models.PositiveIntegerField(unique=True)
    published_on = models.DateField()
    # What stood on it: number, title, who posted it, the most money in fen, the mean of the points.
    entries = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.version)


class PublicNotice(Stored):
    """One thing about one challenge put under public notice: the list it stands on, its award, or a heavy change."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(
            Privacy.PUBLIC, "challenge", "about", "number", "opened_on", "ends_on", "text", "edition", "ended_at"
        ),
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="public_notices")
    about = models.CharField(max_length=8, choices=NoticeSubject.choices())
    # The first, second, ... notice about the same thing of the same challenge.
    number = models.PositiveSmallIntegerField()
    opened_on = models.DateField()
    # The last day on which an objection is taken.
    ends_on = models.DateField()
    text = models.TextField(blank=True)
    edition = models.ForeignKey(ListEdition, on_delete=models.PROTECT, null=True, blank=True, related_name="notices")
    # Set when an upheld objection ended it, or what it was about ended.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "about", "number"], name="notice_number_once"),
            models.UniqueConstraint(
                fields=["challenge", "about"],
                condition=Q(ended_at=None) & ~Q(about="change"),
                name="one_notice_of_a_kind_in_force",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("opened_on")), name="public_notice_has_a_term"),
        )

    def __str__(self) -> str:
        return f"{self.challenge} · {self.number}"


class CallQuestion(Dossier):
    """A question about an open call. The answer is published with it; who asked is not."""

    MACHINE = QUESTION_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(Privacy.PUBLIC, "challenge", "number", "question", "answer", "answered_at"),
        **classes(Privacy.PERSONAL, "asked_by"),
        # Who asks is likely to bid; the demander and other bidders must not learn it from a number.
        "created_by": Privacy.PERSONAL,
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    question = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey("kernel.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "number"], name="question_number_once"),
            models.CheckConstraint(
                condition=~Q(stage="answered") | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answered_question_has_an_answer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge.number}-Q{self.number}"

    def scopes(self) -> list[Scope]:
        return self.challenge.scopes()


class CallReminder(Stored):
    """An expert whom matching ranked for a call and who was reminded of its deadline, with the ranking's place."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(Privacy.ALLIANCE, "challenge", "person", "place", "score", "days_before", "told_at"),
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="reminders")
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    score = models.FloatField()
    # The step it belongs to: how many days before the deadline.
    days_before = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "person", "days_before"], name="reminded_once_a_step"),
        )

    def __str__(self) -> str:
        return f"{self.challenge} · {self.place}"
