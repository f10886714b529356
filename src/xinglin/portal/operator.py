"""What whoever runs this installation says about itself in public: dated rules, so that what was said when stays known.

The shipped values are a template (PIPL art. 17); the privacy notice marks what the operator has not completed yet.
"""

from __future__ import annotations

from xinglin.kernel import configuration
from xinglin.kernel.configuration import rule
from xinglin.kernel.phrases import say

UNSET = "to be completed by the operator"

rule("portal.processor", "", say("Who processes personal information (name)"), UNSET)
rule("portal.processor_address", "", say("Address of who processes personal information"), UNSET)
rule("portal.processor_contact", "", say("Contact for questions about personal information"), UNSET)
rule("portal.protection_officer", "", say("Person in charge of the protection of personal information"), UNSET)
rule("portal.retention_years", 10, say("Years personal information is kept after somebody leaves"), UNSET)
rule("portal.answer_days", 15, say("Working days until a request about one's data is answered"),
     "PIPL art. 50 asks for a timely answer, value proposed")  # fmt: skip
rule("portal.accessibility_contact", "", say("Contact for people who cannot use a page"), UNSET)
rule("portal.filing_number", "", say("Filing number of the site (ICP)"), UNSET)

KEYS = (
    "processor", "processor_address", "processor_contact", "protection_officer", "retention_years", "answer_days",
    "accessibility_contact", "filing_number",
)  # fmt: skip


def statements() -> dict[str, object]:
    """Every statement as it holds today, by its short name."""
    return {key: configuration.value(f"portal.{key}") for key in KEYS}
