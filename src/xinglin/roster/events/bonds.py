"""What happens to appointments, agreements, plaques, pairings, studios, platforms. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("roster.appointment_drafted", say("{actor} drafted the appointment {subject}."), "kind")
happens("roster.appointment_edited", say("{actor} changed the draft {subject}."))
happens("roster.practice_ground_set", say("{actor} recorded the ground of practice of {subject}."), "ground")
happens("roster.appointment_offered", say("{actor} offered the appointment {subject}."))
happens("roster.appointment_accepted", say("The expert accepted: {subject}; recorded by {actor}."), "on_paper")
happens("roster.appointment_declined", say("The expert declined: {subject}; recorded by {actor}."))
happens("roster.appointment_taken_back", say("{actor} took back the offer {subject}."))
happens("roster.appointment_issued", say("{actor} issued {number} for {subject}."), "number")
happens("roster.appointment_withdrawn", say("{actor} withdrew the appointment {subject}."))
happens("roster.renewal_offered", say("{actor} offered to renew {subject} until {until}."), "until")
happens("roster.appointment_renewed", say("{subject} was renewed until {until} as {number}; recorded by {actor}."),
        "number", "until", "on_paper")  # fmt: skip
happens("roster.renewal_declined", say("The expert declined a renewal: {subject}; recorded by {actor}."))
happens("roster.appointment_ended", say("{actor} ended {subject} early, on {on}."), "ground", "on")
happens("roster.duty_planned", say("{actor} planned a duty day: {subject}."), "kind", "day")
happens("roster.duty_reported", say("{actor} reported a duty day of {hours} hours: {subject}."), "hours")
happens("roster.duty_confirmed", say("{actor} confirmed a duty day of {hours} hours: {subject}."), "hours")
happens("roster.duty_refused", say("{actor} did not confirm the duty day {subject}."))
happens("roster.duty_cancelled", say("{actor} cancelled the duty day {subject}."))
happens("roster.end_comes_near", say("{subject} ends on {until}."), "until")
happens("roster.lapsed", say("{subject} ended with its term on {until}."), "until")
