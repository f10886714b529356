"""The figures of transfer: what each counts, in one sentence, over the records it opens to. Deals have none."""

from __future__ import annotations

from django.db.models import Q

from xinglin.kernel.figures import figure
from xinglin.kernel.phrases import say
from xinglin.transfer.words.achievements import AchievementStage
from xinglin.transfer.words.ip import IPStage

TRANSFER = say("Technology transfer")

figure(
    "achievements_registered",
    say("Achievements on the register"),
    say("Achievements entered on the register and not withdrawn; for strangers those that were made public."),
    "transfer.achievement",
    Q(stage=AchievementStage.REGISTERED),
    group=TRANSFER,
    public=True,
)
figure(
    "rights_in_force",
    say("Rights in force"),
    say("Patents and copyrights that are granted, and neither lapsed nor expired."),
    "transfer.intellectualproperty",
    Q(stage=IPStage.GRANTED),
    group=TRANSFER,
    public=True,
)
figure(
    "transfers_signed",
    say("Technology contracts signed"),
    say("Transfers whose contract is signed, ended ones included, as far as the reader may see them."),
    "transfer.transfer",
    Q(signed_on__isnull=False),
    group=TRANSFER,
)
