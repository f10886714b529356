"""What happens (recognition), in one sentence each. Pure."""

from xinglin.exchange.recognition.words import EntryKind
from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("recognition.city_kept", say("{results} results another city told of {subject} were kept for {actor}."),
        "city", "results")  # fmt: skip
happens("recognition.city_fallen", say("{results} results of another city about {subject} no longer stand there."),
        "results")  # fmt: skip
happens("recognition.viewed", say("{actor} opened the result of {subject}."))
happens("recognition.image_opened", say("{actor} opened the images of {subject}."))
happens("recognition.recognised", say("{actor} recognised the result of {subject}."), "doctor")
happens("recognition.declined", say("{actor} did not recognise the result of {subject}: reason {reason}."),
        "reason", "version", "doctor")  # fmt: skip
happens("recognition.withdrawn", say("{actor} withdrew the recognition of {subject}."), "doctor")
happens("recognition.decline_withdrawn", say("{actor} withdrew the refusal of {subject}."), "doctor", "reason")
happens("recognition.patient_informed", say("{actor} recorded that the patient was told why {subject} is repeated."))
happens("recognition.timed_out", say("Nobody decided {subject} in time."), "hours")
happens("recognition.invalidated", say("The report behind {subject} was corrected or voided."))
happens("recognition.order_placed", say("{actor} reported the order {subject}."), "lines")
happens("recognition.order_revoked", say("{actor} reported that the order {subject} was taken back."))
happens("recognition.saving_booked", say("A saving of {amount_fen} was booked for {subject}."),
        "amount_fen", "kind", "price_list")  # fmt: skip
happens("recognition.saving_reversed", say("A saving was taken back for {subject}: {amount_fen}, {kind}."),
        "amount_fen", "kind", "price_list", words={"kind": EntryKind})  # fmt: skip
