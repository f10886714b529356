"""Review of bids: what machines may suspect, why somebody cannot review, what may still give a bidder away. Pure."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class FlagKind(Word):
    """What two or more bids have in common (domain 4.5, after 招标投标法实施条例 arts 34, 39, 40)."""

    SAME_PERSON = "same_person", say("The same person in two teams")
    SAME_CONTACT = "same_contact", say("The same telephone or e-mail address")
    SAME_DOMAIN = "same_domain", say("The e-mail domain of another bidder")
    SAME_FILE = "same_file", say("The same file in two bids")
    SAME_AUTHOR = "same_author", say("Files written by the same hand")
    SAME_TEXT = "same_text", say("Abnormally similar text")
    PRICE_PATTERN = "price_pattern", say("Prices that follow a pattern")
    SAME_CONTROL = "same_control", say("Under the same control")
    SAME_ACCOUNT = "same_account", say("Guarantee paid from the same account")


class FlagStage(Word):
    RAISED = "raised", say("To be looked at")
    DISMISSED = "dismissed", say("Dismissed with a reason")
    CONFIRMED = "confirmed", say("Confirmed")


class ExclusionReason(Word):
    """Why somebody is not drawn as a reviewer (domain 4.4, 4.5, 招标投标法 art. 37)."""

    NOT_SENIOR = "not_senior", say("No senior title")
    TOO_FEW_YEARS = "too_few_years", say("Too few years in the field")
    OTHER_FIELD = "other_field", say("Works in another field")
    AWAY = "away", say("Not available")
    SAME_ORGANISATION = "same_organisation", say("Works at one of the parties, or did lately")
    COAUTHOR = "coauthor", say("Published together lately")
    MENTOR = "mentor", say("Teacher and student")
    RELATIVE = "relative", say("Related by family")
    CONSULTANT = "consultant", say("Paid consultant of a party")
    SHAREHOLDER = "shareholder", say("Holds shares of a party")
    APPOINTED = "appointed", say("Holds an appointment at one of the parties")
    DECLARED = "declared", say("Declared a conflict of interest")
    TEAM_MEMBER = "team_member", say("Belongs to a bidding team")
    CASE_MANAGER = "case_manager", say("Manages this challenge")
    KEY_HOLDER = "key_holder", say("Holds a key of the sealed bids")
    NO_ACCOUNT = "no_account", say("Has no account to review with")


class LeakKind(Word):
    """What may still give a bidder away in a blind copy."""

    CODE = "code", say("A number that can be looked up")
    PLACE = "place", say("A place together with a department or hospital")
    INSTITUTION = "institution", say("Another institution")
    PERSON = "person", say("A person by title")
    HONOUR = "honour", say("An honour or office few hold")
    INITIALS = "initials", say("Letters that may be initials")
    COMMON_NAME = "common_name", say("A name that is also an ordinary word")
    OWN_WORK = "own_work", say("Earlier work told without a citation")
    LINK = "link", say("A web address")
    PICTURE = "picture", say("Pictures cannot be read")
    UNREAD = "unread", say("Pages that were not read as text")


class ReviewStage(Word):
    ASSIGNED = "assigned", say("Assigned, conflicts not yet confirmed")
    SCORING = "scoring", say("Being scored")
    SIGNED = "signed", say("Scored and signed")
    CONFLICTED = "conflicted", say("Stood down for a conflict")
    REPLACED = "replaced", say("Left and was replaced")
    CLOSED = "closed", say("Closed with the challenge")
    SET_ASIDE = "set_aside", say("Set aside: an objection was upheld")


class BlindCopyStage(Word):
    PREPARED = "prepared", say("Prepared, leak report to be read")
    RELEASED = "released", say("Released to the reviewers")
