"""Recognition's figures of the running month (domain 2.8): what each counts, over the records it opens to.

The rates made of them stand on the savings board, with the same definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xinglin.exchange.recognition.words import DecisionStage, Standing
from xinglin.kernel.clock import ZONE, today
from xinglin.kernel.figures import figure
from xinglin.kernel.phrases import say

GROUP = say("Mutual recognition")
KIND = "recognition.decision"


def _this_month(narrow: Q | None = None) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    def narrowed(rows: QuerySet[Any]) -> QuerySet[Any]:
        first = today().replace(day=1)
        rows = rows.filter(created_at__gte=datetime(first.year, first.month, 1, tzinfo=ZONE))
        return rows.filter(narrow) if narrow is not None else rows

    return narrowed


figure("recognition_reminded", say("Reminders this month"),
       say("Earlier results a doctor was shown on ordering, this month."), KIND, _this_month(),
       group=GROUP)  # fmt: skip
figure("recognition_recognised", say("Recognised this month"),
       say("Reminders of this month whose result was recognised and not withdrawn."),
       KIND, _this_month(Q(stage=DecisionStage.RECOGNISED)), group=GROUP)  # fmt: skip
figure("recognition_declined", say("Not recognised this month"),
       say("Reminders of this month declined with a reason that counts."),
       KIND, _this_month(Q(stage=DecisionStage.DECLINED) & ~Q(reason__in=["98", "99"])), group=GROUP)  # fmt: skip
figure("recognition_across", say("Recognised across cities this month"),
       say("Recognised results of this month that were made in another city."),
       KIND, _this_month(Q(stage=DecisionStage.RECOGNISED, cross=True)), group=GROUP)  # fmt: skip
figure("recognition_repeated", say("Repeated although to be recognised"),
       say("Orders of this month on a result to be recognised, without a decision."),
       KIND, _this_month(Q(stage=DecisionStage.UNHANDLED, standing=Standing.MUST, ordered_at__isnull=False)),
       group=GROUP)  # fmt: skip
