"""What happens (identity), in one sentence each. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("identity.linked_on_arrival", say("{subject} was linked to a person known already: {ground}."),
        "ground", "weight")  # fmt: skip
happens("identity.asked", say("{subject} waits for a person to decide."), "reason")
