"""Events of the book and of distributions. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("transfer.income_entered", say("{actor} wrote line {line} into the book of {subject}."),
        "kind", "amount", "line", "reverses")  # fmt: skip
happens("transfer.income_determined", say("{actor} determined what {subject} has to share out."), "base", "balance")
happens("transfer.distribution_planned", say("{actor} planned distribution {number} of {subject} with its proofs."),
        "number", "base", "lines")  # fmt: skip
happens("transfer.plan_withdrawn", say("{actor} withdrew the planned distribution {number} of {subject}."), "number")
happens("transfer.distribution_announced", say("{actor} announced distribution {number} of {subject} until {until}."),
        "number", "until")  # fmt: skip
happens("transfer.distribution_paid", say("{actor} paid distribution {number} of {subject}."), "number", "base")
happens(
    "transfer.distribution_reversed", say("{actor} took distribution {number} of {subject} back."), "number", "base"
)
happens("transfer.followed_up", say("{actor} began to follow {subject} up."))
happens("transfer.closed", say("{actor} closed {subject}: everything is shared out."))
