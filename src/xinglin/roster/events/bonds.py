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

happens("roster.plaque_drafted", say("{actor} drafted a plaque for {receiving}: {subject}."), "receiving")
happens("roster.plaque_edited", say("{actor} changed the draft of the plaque {subject}."))
happens("roster.plaque_granted", say("{actor} granted {number}: {subject}."), "number")
happens("roster.plaque_extended", say("{actor} extended the plaque {subject} until {until}."), "until")
happens("roster.plaque_replaced", say("{actor} replaced the plaque {subject} by {number}."), "number")
happens("roster.plaque_revoked", say("{actor} revoked {number}: {subject}."), "number")
happens("roster.plaque_withdrawn", say("{actor} withdrew the draft of the plaque {subject}."))

happens("roster.pairing_proposed", say("{actor} proposed the pairing {subject}."), "level", "programme")
happens("roster.goals_set", say("{actor} set {goals} goals for {subject}."), "goals")
happens("roster.pairing_agreed", say("A side of {subject} agreed; recorded by {actor}."), "side", "paper")
happens("roster.pairing_declined", say("{actor} declined the pairing {subject}."))
happens("roster.pairing_started", say("{actor} started the pairing {subject}."))
happens("roster.quarter_reviewed", say("{actor} reviewed {quarter} of {subject}."), "quarter", "verdict")
happens("roster.pairing_closed", say("{actor} closed the pairing {subject} with its result."), "result")
happens("roster.pairing_withdrawn", say("{actor} withdrew the pairing {subject}."))

happens("roster.studio_proposed", say("{actor} proposed the studio {subject}."))
happens("roster.studio_planned", say("{actor} wrote the plan of the studio {subject}."))
happens("roster.studio_founded", say("{actor} founded the studio {subject} until {until}."), "until")
happens("roster.studio_reviewed", say("{actor} reviewed year {year} of the studio {subject}."), "year", "verdict")
happens("roster.studio_prolonged", say("{actor} prolonged the studio {subject} until {until}."), "until")
happens("roster.studio_closed", say("{actor} closed the studio {subject}."))
happens("roster.studio_withdrawn", say("{actor} withdrew the studio {subject}."))
happens("roster.apprentice_proposed", say("{actor} proposed the pair {subject}."))
happens("roster.apprentice_bound", say("{actor} bound teacher and apprentice: {subject}."))
happens("roster.apprentice_assessed", say("{actor} assessed the apprenticeship {subject}."), "passed")
happens("roster.apprentice_left", say("The apprenticeship {subject} ended early; recorded by {actor}."))
happens("roster.apprentice_withdrawn", say("{actor} withdrew the pair {subject}."))

happens("roster.platform_proposed", say("{actor} proposed the platform {subject}."), "kind", "level")
happens("roster.platform_edited", say("{actor} corrected the platform {subject}."))
happens("roster.platform_approved", say("{actor} entered {subject} as approved: {number}."), "number", "level")
happens("roster.platform_called", say("The review of {subject} falls due on {until}."), "until")
happens("roster.platform_reviewed", say("{actor} recorded a review of {subject}."), "verdict")
happens("roster.accredited", say("{actor} recorded a certificate of {subject}: {body} {scheme}."),
        "body", "scheme", "until")  # fmt: skip
happens("roster.output_recorded", say("{actor} recorded something that came out of {subject}."), "kind")
happens("roster.platform_closed", say("{actor} closed the platform {subject}."))
happens("roster.platform_withdrawn", say("{actor} withdrew the platform {subject}."))

happens("roster.specialty_alliance_proposed", say("{actor} proposed the alliance {subject}."), "form")
happens("roster.specialty_alliance_described", say("{actor} wrote down the pathway of {subject}."))
happens("roster.specialty_alliance_founded", say("{actor} founded {subject} on {on}."), "on")
happens("roster.specialty_alliance_closed", say("{actor} closed {subject}."))
happens("roster.specialty_alliance_withdrawn", say("{actor} withdrew {subject}."))
happens("roster.alliance_applied", say("{actor} applied: {subject}."))
happens("roster.alliance_joined", say("{actor} admitted {subject} on {on}."), "on")
happens("roster.alliance_refused", say("{actor} did not admit {subject}."))
happens("roster.alliance_application_withdrawn", say("{actor} withdrew the application {subject}."))
happens("roster.alliance_left", say("The membership {subject} ended; recorded by {actor}."))
