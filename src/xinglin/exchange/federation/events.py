"""What happens (federation), in one sentence each. Pure."""

from xinglin.exchange.federation.words import CityState, Route
from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("federation.client_registered", say("{actor} registered the program {subject}."), "scopes", "organisation")
happens("federation.client_admitted", say("{actor} admitted the program {subject}."))
happens("federation.client_revoked", say("{actor} revoked the program {subject}: {reason}."), "reason")
happens("federation.keys_changed", say("{actor} changed the keys of the program {subject}."), "keys")
happens("federation.token_given", say("The program {subject} was given a token."), "scopes", "seconds")
happens("federation.token_refused", say("The program {subject} was refused a token: {error}."), "error")
happens("federation.city_rests", say("{subject} failed {failures} times in a row and is left alone for a while."),
        "failures")  # fmt: skip
happens("federation.city_tried", say("{subject} is asked once again after its rest."))
happens("federation.city_recovered", say("{subject} answers again."), "failures")
happens("federation.peer_entered", say("{actor} entered {subject} as another city to ask."), "city", "kind")
happens("federation.peer_changed", say("{actor} changed how {subject} is asked."), "fields")
happens("federation.peer_opened", say("{actor} opened asking {subject}."))
happens("federation.peer_paused", say("{actor} paused asking {subject}: {reason}."), "reason")
happens("federation.peer_closed", say("{actor} closed {subject} for good: {reason}."), "reason")
happens("federation.exported", say("Data of {subject} left for {recipient}: {route}."),
        "recipient", "route", "purpose", "fields", "contract", "filing", "count", words={"route": Route})  # fmt: skip
happens("federation.export_refused", say("Data of {subject} did not leave for {recipient}: the export gate said no."),
        "recipient", "reasons", "purpose")  # fmt: skip
happens("federation.city_asked", say("{actor} asked {city} about {subject}: {state}, {results} results."),
        "city", "peer", "state", "results", "milliseconds", words={"state": CityState})  # fmt: skip
