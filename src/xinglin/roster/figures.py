"""The roster's figures: what each counts, in one sentence, over the records it opens to."""

from __future__ import annotations

from django.db.models import Q

from xinglin.kernel.figures import figure
from xinglin.kernel.phrases import say
from xinglin.roster.words.agreements import IN_FORCE
from xinglin.roster.words.appointments import IN_OFFICE, AppointmentKind
from xinglin.roster.words.bodies import MembershipStage, NominationStage, Pool, SeatStage, VisitStage
from xinglin.roster.words.pairings import PairingStage
from xinglin.roster.words.plaques import HANGING
from xinglin.roster.words.studios import AT_WORK

PEOPLE, PLACES, BONDS = say("Experts"), say("Members"), say("Agreements and bonds")
SEATED = Q(stage=SeatStage.SEATED)

figure(
    "experts_elsewhere",
    say("Experts from elsewhere"),
    say("Seats held now by experts who practise outside the alliance's home prefecture."),
    "roster.seat",
    SEATED & Q(pool=Pool.ELSEWHERE),
    group=PEOPLE,
    public=True,
)
figure(
    "experts_local",
    say("Local experts with full senior title"),
    say("Seats held now by experts of the home prefecture with a full senior title."),
    "roster.seat",
    SEATED & Q(pool=Pool.LOCAL),
    group=PEOPLE,
    public=True,
)
figure(
    "chief_experts",
    say("Chief experts in office"),
    say("Appointments as chief expert that are issued and have not ended."),
    "roster.appointment",
    Q(kind=AppointmentKind.CHIEF, stage__in=IN_OFFICE),
    group=PEOPLE,
    public=True,
)
figure(
    "candidates",
    say("Candidates under review"),
    say("Nominations that wait for a decision."),
    "roster.nomination",
    Q(stage__in=[NominationStage.NOMINATED, NominationStage.CANDIDATE]),
    group=PEOPLE,
)
figure(
    "members",
    say("Member organisations"),
    say("Organisations admitted and neither suspended nor gone."),
    "roster.membership",
    Q(stage=MembershipStage.MEMBER),
    group=PLACES,
    public=True,
)
figure(
    "visits",
    say("Visits made"),
    say("Visits that were reported, each visit once."),
    "roster.visit",
    Q(stage__in=[VisitStage.MADE, VisitStage.FOLLOWED_UP]),
    group=PLACES,
)
figure(
    "agreements_in_force",
    say("Agreements in force"),
    say("Agreements signed by all their parties and not ended."),
    "roster.agreement",
    Q(stage__in=IN_FORCE),
    group=BONDS,
    public=True,
)
figure(
    "pairings_running",
    say("Pairings running"),
    say("Pairings agreed by both sides and begun."),
    "roster.pairing",
    Q(stage=PairingStage.RUNNING),
    group=BONDS,
)
figure(
    "studios_at_work",
    say("Studios at work"),
    say("Studios founded and not ended."),
    "roster.studio",
    Q(stage__in=AT_WORK),
    group=BONDS,
    public=True,
)
figure(
    "plaques_hanging",
    say("Plaques valid"),
    say("Plaques granted and neither ended nor revoked."),
    "roster.plaque",
    Q(stage__in=HANGING),
    group=BONDS,
    public=True,
)
