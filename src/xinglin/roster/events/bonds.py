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

happens("roster.agreement_drafted", say("{actor} drafted {subject} between {parties} parties."), "kind", "parties")
happens("roster.agreement_edited", say("{actor} changed the draft {subject}."), "parties")
happens("roster.agreement_consulted", say("{actor} sent {subject} to the parties for consent."))
happens("roster.agreement_agreed", say("{party} agreed to {subject}; recorded by {actor}."), "party", "opinion")
happens("roster.agreement_objected", say("{party} objected to {subject}; recorded by {actor}."), "party", "opinion")
happens("roster.agreement_ready", say("All parties agreed to {subject}."))
happens("roster.agreement_revised", say("{actor} took {subject} back to change it."))
happens("roster.signatory_named", say("{actor} named who signs {subject} for {party}."), "party")
happens("roster.agreement_to_sign", say("{actor} opened {subject} for signature as {number}."), "number")
happens("roster.agreement_signed", say("{party} signed {subject} on {on}; recorded by {actor}."),
        "party", "on", "on_paper")  # fmt: skip
happens("roster.agreement_in_force", say("{subject} was signed by all on {on} and is in force as {number}."),
        "number", "on")  # fmt: skip
happens("roster.renewal_prepared", say("{actor} began a renewal of {subject} until {until}."), "until")
happens("roster.amendment_prepared", say("{actor} began version {edition} of {subject}."), "edition")
happens("roster.agreement_renewed", say("{subject} was renewed by {number}."), "number")
happens("roster.agreement_replaced", say("{subject} was replaced by {number}."), "number")
happens("roster.agreement_extended", say("{subject} renewed by itself until {until}."), "until")
happens("roster.auto_renewal_stopped", say("{actor} decided that {subject} does not renew by itself."))
happens("roster.delivered", say("{actor} recorded deliverable {number} of {subject} as done on {on}."), "number", "on")
happens("roster.agreement_terminated", say("{actor} terminated {subject} on {on}."), "ground", "on")
happens("roster.agreement_withdrawn", say("{actor} withdrew {subject}."))
happens("roster.signing_planned", say("{actor} planned the ceremony {subject} for {on}."), "on")
happens("roster.signing_filled", say("{actor} added {added} agreements to the ceremony {subject}."), "added")
happens("roster.signing_thinned", say("{actor} took an agreement out of the ceremony {subject}."))
happens("roster.signing_held", say("{subject} was held on {on}: {signed} agreements signed, {left_out} left out."),
        "signed", "left_out", "on")  # fmt: skip
happens("roster.signing_cancelled", say("{actor} called off the ceremony {subject}."))
