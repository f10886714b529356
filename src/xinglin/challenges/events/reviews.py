"""Events of reviews. Pure. No data item holds personal numbers or what a sealed bid says; who reviews stands nowhere
before the result, but on the reviewer's own task, which only the reviewer and the office see.
"""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("challenges.bids_compared", say("{actor} had {bids} bids of {subject} compared; {raised} flags were raised."),
        "bids", "raised")  # fmt: skip
happens("challenges.flag_dismissed", say("{actor} dismissed a flag: {reason}"), "kind", "reason")
happens("challenges.flag_confirmed", say("{actor} confirmed a flag: {reason}"), "kind", "reason")
happens("challenges.copies_prepared", say("{actor} had {count} blind copies of {subject} prepared."), "count")
happens("challenges.copy_redacted", say("{actor} blacked {passages} passages of {subject}."), "passages")
happens("challenges.copy_released", say("{actor} released {subject}, with {reported} doubtful places reported."),
        "reported", "unread")  # fmt: skip
happens("challenges.copy_taken_back", say("{actor} took {subject} back."))
happens("challenges.criteria_set", say("{actor} set the criteria of {subject}."), "criteria")
happens("challenges.draw_committed",
        say("{actor} committed to a draw for {subject}: {pool} in the pool, {excluded} excluded, seed {seed_hash}."),
        "seed_hash", "pool_hash", "pool", "excluded", "technical_hash", "technical")  # fmt: skip
happens("challenges.panel_drawn", say("{actor} drew a panel of {seats} for {subject}; those present said “{said}”."),
        "said", "seats", "panel_hash")  # fmt: skip
happens("challenges.draw_published", say("{actor} published the seed of the draw for {subject}: {seed}."),
        "seed", "said", "seed_hash", "pool", "technical", "share", "panel")  # fmt: skip
happens("challenges.review_begun", say("{actor} began the review of {bids} bids for {subject}."), "bids")
happens("challenges.reviewer_stood_in", say("The next drawn took a seat of the panel of {subject}."), "number")
happens("challenges.conflict_denied", say("{actor} confirmed to have no conflict."))
happens("challenges.conflict_declared", say("{actor} declared a conflict of interest and stood down."))
happens("challenges.reviewer_replaced", say("{actor} replaced a reviewer."))
happens("challenges.bid_scored", say("{actor} scored {code}."), "code")
happens("challenges.review_signed", say("{actor} signed the scores of {bids} bids."), "bids")
happens("challenges.result_drawn_up", say("{actor} drew up the result of {subject}, version {version}."),
        "version", "reviews", "bids", "close")  # fmt: skip
happens("challenges.negotiation_begun", say("{actor} began to negotiate for {subject}."))
happens("challenges.review_failed", say("{actor} ended {subject} because no bid qualifies: {reason}"), "reason")
