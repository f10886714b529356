"""Review of bids: suspicions, blind copies, the draw, each reviewer's task and scores, the panel's result."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinglin.challenges.models.bids import Bid
from xinglin.challenges.models.challenges import Challenge
from xinglin.challenges.rules.reviews import COPY_MOVES, FLAG_MOVES, REVIEW_MOVES
from xinglin.challenges.words.reviews import FlagKind
from xinglin.kernel.models import Dossier, Stored, classes
from xinglin.kernel.words import Privacy, Scope

ALLIANCE, PERSONAL, SECRET, PUBLIC = Privacy.ALLIANCE, Privacy.PERSONAL, Privacy.SECRET, Privacy.PUBLIC


class Flag(Dossier):
    """A suspicion about bids of one challenge: raised by the machine, looked at by a person (domain 4.5)."""

    MACHINE = FLAG_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "challenge", "kind", "bid_ids", "strong", "blocks", "share_percent", "reason", "judged_at",
                  "judged_by"),
        **classes(PERSONAL, "evidence"),
    }  # fmt: skip

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=16, choices=FlagKind.choices())
    # The ids of the bids, sorted; the same suspicion about the same bids is raised once.
    bid_ids = ArrayField(models.CharField(max_length=26))
    evidence = models.JSONField(default=list)
    strong = models.BooleanField(default=True)
    blocks = models.BooleanField(default=False)
    share_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "kind", "bid_ids"], name="flag_raised_once"),
            models.CheckConstraint(
                condition=Q(stage="raised", judged_at=None, judged_by="")
                | (~Q(stage="raised") & Q(judged_at__isnull=False) & ~Q(judged_by="") & ~Q(reason="")),
                name="judged_flag_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge} · {FlagKind(self.kind).label.msgid}"

    def scopes(self) -> list[Scope]:
        return []


class ReviewCriterion(Stored):
    """What bids of a challenge are scored for, and how much it weighs in percent."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(PUBLIC, "challenge", "number", "name", "weight")}

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="review_criteria")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["challenge", "number"], name="criterion_number_once"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="criterion_weighs"),
        )

    def __str__(self) -> str:
        return self.name


class BlindCopy(Dossier):
    """What a reviewer reads of a bid, under a code that says nothing; and what may still give the bidder away."""

    MACHINE = COPY_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "challenge", "code", "bid", "parts", "counts", "by_hand", "released_at", "released_by"),
        **classes(PERSONAL, "leaks"),
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="blind_copies")
    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="blind_copy")
    code = models.CharField(max_length=8)
    # [{"name": title, summary, route, plan or attachment number, "text": blind text}]
    parts = models.JSONField(default=list)
    # How many replacements of each kind.
    counts = models.JSONField(default=dict)
    # One row per doubtful place: kind, words, context, part.
    leaks = models.JSONField(default=list)
    # Passages a person had blacked.
    by_hand = models.JSONField(default=list)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=26, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "code"], name="blind_code_once"),
            models.CheckConstraint(
                condition=Q(stage="prepared", released_at=None, released_by="")
                | (Q(stage="released", released_at__isnull=False) & ~Q(released_by="")),
                name="released_copy_has_an_actor",
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge.number} · {self.code}"

    def scopes(self) -> list[Scope]:
        return []


class PanelDraw(Stored):
    """A draw of reviewers: committed to by hashes, drawn with the words of those present, its seed published last."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(PUBLIC, "challenge", "number", "seed_sha256", "pool_sha256", "committed_at", "said", "drawn_at",
                  "seats", "published_at"),
        **classes(ALLIANCE, "committed_by", "drawn_by", "share"),
        **classes(PERSONAL, "pool", "technical", "excluded", "reserve"),
        **classes(SECRET, "seed"),
    }  # fmt: skip

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    seed_sha256 = models.CharField(max_length=64)
    pool_sha256 = models.CharField(max_length=64)
    # Ids of people: everybody in the pool, those of them who are technical or economic, the reserve in its order.
    pool = models.JSONField(default=list)
    technical = models.JSONField(default=list)
    reserve = models.JSONField(default=list)
    # [{"person", "name", "reasons": [{"reason", "shown", "until"}]}]
    excluded = models.JSONField(default=list)
    seats = models.PositiveSmallIntegerField()
    # The lawful share of technical or economic experts, as a fraction.
    share = models.CharField(max_length=8)
    committed_at = models.DateTimeField()
    committed_by = models.CharField(max_length=26)
    said = models.CharField(max_length=200, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.CharField(max_length=26, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "number"], name="draw_number_once"),
            models.CheckConstraint(
                condition=Q(drawn_at=None, drawn_by="") | (Q(drawn_at__isnull=False) & ~Q(drawn_by="")),
                name="draw_has_an_actor",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(drawn_at__isnull=False), name="seed_is_published_after_the_draw"
            ),
        )

    def __str__(self) -> str:
        return f"{self.challenge.number} · {self.number}"


class Review(Dossier):
    """One reviewer's task for one challenge. Who it is stays secret until the panel's result (招标投标法 art. 37)."""

    MACHINE = REVIEW_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **classes(ALLIANCE, "challenge", "number", "draw", "reason", "signed_at", "replaces"),
        **classes(PERSONAL, "person"),
        # Whoever made it is the office; the reviewers know nothing from it.
        "created_by": PERSONAL,
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="reviews")
    draw = models.ForeignKey(PanelDraw, on_delete=models.PROTECT, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey("roster.Person", on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["challenge", "number"], name="review_number_once"),
            models.UniqueConstraint(fields=["challenge", "person"], name="nobody_reviews_twice"),
            models.CheckConstraint(condition=~Q(stage="signed") | Q(signed_at__isnull=False), name="review_is_signed"),
        )

    def __str__(self) -> str:
        return f"{self.challenge.number} · R{self.number}"

    def scopes(self) -> list[Scope]:
        return [("person", self.person_id)]


class ReviewBid(Stored):
    """One bid that one reviewer reads, by its blind copy, and what they wrote of it."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(ALLIANCE, "review", "copy", "opinion", "scored_at")}

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="bids")
    copy = models.ForeignKey(BlindCopy, on_delete=models.PROTECT, related_name="readings")
    opinion = models.TextField(blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("copy__code",)
        constraints = (models.UniqueConstraint(fields=["review", "copy"], name="bid_read_once"),)

    def __str__(self) -> str:
        return str(self.copy)


class ReviewScore(Stored):
    """Points of one reviewer for one criterion of one bid, 0 to 100."""

    CLASSES: ClassVar = {**Stored.CLASSES, **classes(ALLIANCE, "reading", "criterion", "points")}

    reading = models.ForeignKey(ReviewBid, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(ReviewCriterion, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["reading", "criterion"], name="criterion_scored_once"),
            models.CheckConstraint(condition=Q(points__lte=100), name="score_of_a_hundred"),
        )

    def __str__(self) -> str:
        return str(self.points)


class PanelResult(Stored):
    """The panel's table as it was drawn up, with its version. Never changed; a later one stands beside it."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **classes(ALLIANCE, "challenge", "version", "made_at", "made_by", "table"),
    }

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="panel_results")
    version = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=26)
    # standings, reviewers with severity and spread, deciders, close, and which reviews were counted.
    table = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["challenge", "version"], name="result_version_once"),)

    def __str__(self) -> str:
        return f"{self.challenge.number} · {self.version}"
