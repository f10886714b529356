"""Events of achievements. Pure. No data item holds personal numbers or what a sealed bid says."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("transfer.achievement_drafted", say("{actor} began the disclosure {number}: {subject}."), "number")
happens("transfer.achievement_changed", say("{actor} rewrote the disclosure of {subject}."), "contributors")
happens("transfer.achievement_disclosed", say("{actor} disclosed {subject} to the unit."))
happens("transfer.achievement_registered", say("{actor} entered {subject} on the register as {number}."), "number")
happens("transfer.achievement_sent_back", say("{actor} sent {subject} back: {reason}"), "reason")
happens("transfer.achievement_withdrawn", say("{actor} withdrew {subject} from the register."))
happens("transfer.contributors_corrected", say("{actor} corrected the contributors of {subject}: {reason}"), "reason")
happens("transfer.level_shown", say("{actor} kept the evidence of readiness level {level} of {subject}."), "level")
happens("transfer.achievement_published", say("{actor} made {subject} public."))
happens("transfer.achievement_hidden", say("{actor} took {subject} off the public pages."))
happens("transfer.use_noted", say("{actor} noted that {subject} is in use since {since}: {how}"), "how", "since")
happens("transfer.right_recorded", say("{actor} recorded that the inventors of {subject} may implement it themselves."))
