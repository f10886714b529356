"""Events of transfers up to the registration of the contract. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("transfer.put_forward", say("{actor} put {subject} forward for transfer."), "way")
happens("transfer.evaluated", say("{actor} evaluated {subject} at readiness level {trl}."), "trl")
happens("transfer.decided", say("{actor} entered the collective decision of {day} on {subject}, {attendees} present."),
        "way", "attendees", "day")  # fmt: skip
happens("transfer.valued", say("{actor} entered valuation report {report} of {subject} by {appraiser} as of {day}."),
        "report", "appraiser", "day", "value_fen")  # fmt: skip
happens("transfer.priced", say("{actor} entered the price of {subject}."), "pricing", "price_fen")
happens("transfer.announced", say("{actor} announced {subject} until {until}."), "until", "relation")
happens("transfer.objected", say("{actor} raised objection {objection} to {subject}."), "objection")
happens("transfer.objection_decided", say("{actor} decided objection {subject}."), "upheld")
happens("transfer.ended", say("{actor} ended {subject}: {reason}"), "reason")
happens("transfer.contract_drafted", say("{actor} drafted the contract of {subject} with {clauses} clauses."),
        "kind", "clauses")  # fmt: skip
happens("transfer.contract_signed", say("{actor} entered the signed contract {contract_number} of {subject}."),
        "contract_number", "price_fen")  # fmt: skip
happens("transfer.implementation_begun", say("{actor} began the implementation of {subject}."), "by_inventors")
happens("transfer.contract_handed_in", say("{actor} handed the contract of {subject} in with {office}."), "office")
happens("transfer.contract_registered", say("{actor} entered the registration {registration_number} of {subject}."),
        "registration_number", "technical_fen")  # fmt: skip
happens("transfer.registration_refused", say("{actor} entered that the registration of {subject} was refused."))
