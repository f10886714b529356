"""Matching's figures: what each counts, in one sentence, over the records it opens to."""

from __future__ import annotations

from django.db.models import Q

from xinglin.kernel.figures import figure
from xinglin.kernel.phrases import say
from xinglin.matching.words.dockings import DockingStage
from xinglin.matching.words.needs import NeedStage, OfferStage
from xinglin.matching.words.tickets import TicketStage

GROUP = say("Needs and docking")

figure(
    "needs_open",
    say("Open needs"),
    say("Needs that are open or being matched."),
    "matching.need",
    Q(stage__in=[NeedStage.OPEN, NeedStage.MATCHING]),
    group=GROUP,
    public=True,
)
figure(
    "needs_met",
    say("Needs met"),
    say("Needs whose owner said they are met."),
    "matching.need",
    Q(stage=NeedStage.MET),
    group=GROUP,
)
figure(
    "offers_open",
    say("Open offers"),
    say("Offers that can be taken up."),
    "matching.offer",
    Q(stage=OfferStage.OPEN),
    group=GROUP,
)
figure(
    "dockings_running",
    say("Dockings under way"),
    say("Dockings between proposal and conclusion."),
    "matching.docking",
    ~Q(stage__in=[DockingStage.CONCLUDED, DockingStage.ENDED]),
    group=GROUP,
)
figure(
    "tickets_open",
    say("Matters being coordinated"),
    say("Matters raised and not settled."),
    "matching.ticket",
    ~Q(stage__in=[TicketStage.SETTLED, TicketStage.WITHDRAWN]),
    group=GROUP,
)
