"""Events of intellectual property. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("transfer.right_filed", say("{actor} entered the application {subject} as {number}."), "kind", "number")
happens("transfer.right_granted", say("{actor} entered the grant of {subject} on {granted_on}."), "granted_on")
happens("transfer.right_refused", say("{actor} entered that {subject} was refused by the office."))
happens("transfer.right_abandoned", say("{actor} gave {subject} up."))
happens("transfer.right_lapsed", say("{subject} lapsed: its annual fee was not paid."))
happens("transfer.right_expired", say("The term of {subject} is over."))
happens("transfer.fee_paid", say("{actor} noted the annual fee of year {year} of {subject}."), "year", "amount_fen")
happens("transfer.inventors_rewarded", say("{actor} paid {inventors} inventors the reward on the grant of {subject}."),
        "amount_fen", "inventors")  # fmt: skip
happens("transfer.term_compensated", say("{actor} entered {months} months of compensated term of {subject}."), "months")
happens("transfer.filed_abroad", say("{actor} noted that {subject} was filed abroad on {day}."), "day")
