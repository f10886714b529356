"""Events of joint projects. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("transfer.project_planned", say("{actor} planned the joint project {number}: {subject}."), "number")
happens("transfer.participants_set", say("{actor} wrote anew who takes part in {subject}."), "participants")
happens("transfer.project_started", say("{actor} started {subject}."))
happens("transfer.project_closed", say("{actor} closed {subject} with its result."))
happens("transfer.project_dropped", say("{actor} dropped the plan of {subject}: {reason}"), "reason")
