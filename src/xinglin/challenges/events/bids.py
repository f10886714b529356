"""Events of bids. Pure. No data item holds personal numbers or what a sealed bid says.

Until the opening nothing tells who bids: sealing, replacing and withdrawing are recorded by the program on the sealed
package, and shown to nobody but the bidder (`kernel.ledger.withheld`).
"""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("challenges.holder_key_made", say("{actor} made a key pair for sealed bids."), "public")
happens("challenges.passphrase_failed", say("{actor} gave a wrong passphrase for a key."), "failures")
happens("challenges.holder_named", say("{actor} named {holder} as a key holder of {subject}."),
        "holder", "side", "waits")  # fmt: skip
happens("challenges.holder_approved", say("{actor} agreed that {holder} becomes a key holder of {subject}."),
        "holder", "side")  # fmt: skip
happens("challenges.holder_joined", say("{actor} handed the share of their side of {subject} on to {holder}."),
        "holder", "side", "packages")  # fmt: skip
happens("challenges.holder_ended", say("{actor} ended that {holder} holds a key of {subject}."),
        "holder", "side")  # fmt: skip
happens("challenges.bid_sealed", say("A bid was sealed: receipt {receipt}."), "receipt", "commitment", "replaces")
happens("challenges.bid_replaced", say("A sealed bid was replaced and destroyed."))
happens("challenges.bid_withdrawn", say("A sealed bid was withdrawn and destroyed."))
happens("challenges.bid_late", say("A bid for {subject} came {seconds} seconds after the deadline and was refused."),
        "seconds", "read_at")  # fmt: skip
happens("challenges.bid_lapsed", say("{subject} was never opened: the challenge ended before."))
happens("challenges.opening_begun", say("{actor} gave the first passphrase for the opening of {subject}."), "side")
happens("challenges.bids_opened",
        say("{actor} gave the second passphrase: {count} bids of {subject} were opened, {unreadable} could not be."),
        "count", "unreadable", "root", "listed", "first", "second")  # fmt: skip
happens("challenges.bid_opened", say("{subject} was opened."), "receipt", "commitment", "sent_by")
happens("challenges.bid_unreadable", say("{subject} could not be opened."), "receipt", "fault")
happens("challenges.texts_read", say("The attachments of {subject} were read."), "read", "failed")
happens("challenges.bid_qualified", say("{actor} passed the formal check of {subject}."), "remark")
happens("challenges.bid_disqualified", say("{actor} excluded {subject}."), "reasons", "remark")
