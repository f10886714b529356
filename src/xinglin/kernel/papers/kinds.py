"""The papers themselves: agreements, letters of appointment, certificates, plaques. Pure.

Wording follows common practice; a city replaces any of them by its own .docx in `templates/` of its home.
"""

from __future__ import annotations

from xinglin.kernel.papers.blocks import Code, Heading, Paper, Points, Table, Text
from xinglin.kernel.phrases import say

NUMBER = Text(say("No. {number}"), right=True)

AGREEMENT = Paper(
    "agreement",
    say("Agreement"),
    frozenset({"title", "number", "parties", "starts_on", "ends_on", "deliverables"}),
    (
        Heading(say("{title}")),
        NUMBER,
        Heading(say("Parties"), small=True),
        Table("parties", (("name", say("Name")), ("role", say("Side")), ("representative", say("Representative")))),
        Text(say("{purpose}"), when="purpose"),
        Heading(say("Deliverables"), small=True),
        Table("deliverables", (("what", say("Deliverable")), ("due_on", say("By")))),
        Text(say("This agreement is in force from {starts_on} to {ends_on}.")),
        Points("terms"),
        Heading(say("Signatures"), small=True),
        Table(
            "parties", (("name", say("Party")), ("signature", say("Signature and seal")), ("signed_on", say("Date")))
        ),
        Text(say("Signed at {place}."), when="place"),
    ),
)

APPOINTMENT = Paper(
    "appointment_letter",
    say("Letter of appointment"),
    frozenset({"number", "person", "post", "starts_on", "ends_on", "issuer", "issued_on"}),
    (
        Heading(say("Letter of appointment")),
        NUMBER,
        Text(say("{person}:")),
        Text(say("You are appointed {post} from {starts_on} to {ends_on}.")),
        Text(say("{note}"), when="note"),
        Text(say("{issuer}"), right=True),
        Text(say("{issued_on}"), right=True),
        Code("verify_at", say("Scan to verify this letter.")),
    ),
    landscape=True,
)

CERTIFICATE = Paper(
    "certificate",
    say("Certificate"),
    frozenset({"number", "holder", "statement", "issuer", "issued_on"}),
    (
        Heading(say("Certificate")),
        NUMBER,
        Text(say("This is to certify that {holder} {statement}")),
        Text(say("{issuer}"), right=True),
        Text(say("{issued_on}"), right=True),
        Code("verify_at", say("Scan to verify this certificate.")),
    ),
    landscape=True,
)

PLAQUE = Paper(
    "plaque",
    say("Plaque"),
    frozenset({"number", "title", "holder", "issuer", "issued_on", "verify_at"}),
    (
        Heading(say("{title}")),
        Text(say("{holder}")),
        Text(say("{issuer}"), right=True),
        Text(say("{issued_on}"), right=True),
        Text(say("Valid until {valid_until}"), when="valid_until", right=True),
        NUMBER,
        Code("verify_at", say("Scan to verify this plaque.")),
    ),
    landscape=True,
)

TECHNOLOGY_CONTRACT = Paper(
    "technology_contract",
    say("Technology contract"),
    frozenset({"title", "number", "subject", "parties", "price", "clauses"}),
    (
        Heading(say("{title}")),
        NUMBER,
        Text(say("Achievement: {subject}")),
        Heading(say("Parties"), small=True),
        Table("parties", (("name", say("Name")), ("role", say("Side")))),
        Text(say("Price: {price} yuan")),
        Heading(say("Clauses"), small=True),
        Table("clauses", (("clause", say("Clause")), ("text", say("What is agreed")))),
        Heading(say("Signatures"), small=True),
        Table(
            "parties", (("name", say("Party")), ("signature", say("Signature and seal")), ("signed_on", say("Date")))
        ),
    ),
)

CHALLENGE_CONTRACT = Paper(
    "challenge_contract",
    say("Contract of a challenge"),
    frozenset({"title", "number", "challenge", "leader", "amount", "parties", "milestones", "standard", "ip",
               "confidentiality", "breach", "dispute"}),
    (
        Heading(say("{title}")),
        NUMBER,
        Text(say("Challenge {challenge}, bid {bid}.")),
        Text(say("Lane {lane} of the race."), when="lane"),
        Heading(say("Parties"), small=True),
        Table("parties", (("side", say("Side")), ("name", say("Name")), ("signatory", say("Signatory")))),
        Text(say("Project leader: {leader}")),
        Heading(say("Amount and tranches"), small=True),
        Text(say("The amount is {amount} yuan. A tranche is paid once its milestone was accepted.")),
        Table("milestones", (
            ("number", say("No.")), ("content", say("Milestone")), ("due_on", say("By")),
            ("own", say("Own funds (yuan)")), ("public", say("Public funds (yuan)")), ("fund", say("Fund (yuan)")),
        )),
        Text(say("Bank commitment {commitment} of {bank}, {committed_on}."), when="bank"),
        Heading(say("Acceptance standard"), small=True),
        Table("milestones", (("number", say("No.")), ("indicators", say("Indicators")))),
        Text(say("{standard}")),
        Heading(say("Intellectual property"), small=True),
        Text(say("{ip}")),
        Heading(say("Confidentiality"), small=True),
        Text(say("{confidentiality}")),
        Heading(say("Breach"), small=True),
        Text(say("{breach}")),
        Heading(say("Disputes"), small=True),
        Text(say("{dispute}")),
        Heading(say("Signatures"), small=True),
        Table("parties", (("name", say("Party")), ("signatory", say("Signature and seal")),
                          ("signed_on", say("Date")))),
    ),
)  # fmt: skip

CHALLENGE_PLEDGE = Paper(
    "challenge_pledge",
    say("Pledge of the leader"),
    frozenset({"heading", "number", "challenge", "leader", "pledge", "milestones", "amount", "parties"}),
    (
        Heading(say("{heading}")),
        NUMBER,
        Text(say("I, {leader}, take up challenge {challenge} and pledge to reach the following, each by its day:")),
        Table("milestones", (("number", say("No.")), ("content", say("Milestone")), ("indicators", say("Indicators")),
                             ("due_on", say("By")))),
        Text(say("{pledge}")),
        Text(say("The contract's amount is {amount} yuan; what is not reached is not paid.")),
        Text(say("Leader: {leader}"), right=True),
        Text(say("{signed_on}"), when="signed_on", right=True),
    ),
)  # fmt: skip

_ALL = (AGREEMENT, APPOINTMENT, CERTIFICATE, PLAQUE, TECHNOLOGY_CONTRACT, CHALLENGE_CONTRACT, CHALLENGE_PLEDGE)
PAPERS: dict[str, Paper] = {paper.name: paper for paper in _ALL}
