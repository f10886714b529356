"""The export gate (domain 9.2): whether personal data may leave the mainland, and on which ground. Pure.

Hong Kong, Macau and Taiwan count as overseas. Health data is sensitive, so from the first person a contract or
certification is needed unless an exemption holds; from the ten-thousandth person of a year a security assessment. The
Greater Bay Area contract is for its nine mainland cities alone. Silence means no.
"""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.exchange.catalogue.rules.scopes import city_of
from xinglin.exchange.federation.words import DataClass, Route
from xinglin.kernel.phrases import Phrase, say

# 广州 深圳 珠海 佛山 惠州 东莞 中山 江门 肇庆
NINE_CITIES = frozenset({"440100", "440300", "440400", "440600", "441300", "441900", "442000", "440700", "441200"})
HONG_KONG, MACAU = "810000", "820000"
OVERSEAS = frozenset({"71", "81", "82"})
# Persons since 1 January (rules of 2024-03-22): from these numbers on the next stricter way.
EXEMPT_BELOW, ASSESSED_FROM, SENSITIVE_ASSESSED_FROM = 100_000, 1_000_000, 10_000
# What may be told at all; anything else is not asked for and never leaves.
FIELDS = frozenset({"document", "name", "birth_date", "sex", "results", "reports", "images", "visit"})


@dataclass(frozen=True)
class Export:
    """What would leave. `counted` is how many persons of this class left since 1 January, these not among them unless
    they left before; `persons` how many of these are new."""

    sender_city: str
    recipient: str
    recipient_region: str
    purpose: str
    fields: tuple[str, ...]
    persons: int
    counted: int
    sensitive: bool = True
    consent: bool = False
    contract_number: str = ""
    filing_number: str = ""
    contract_is_gba: bool = False
    impact_assessment: str = ""
    security_assessment: str = ""
    important_data: bool = False
    critical_infrastructure: bool = False
    emergency: str = ""
    transit: bool = False
    # Whether the alliance's counsel holds that the Bay Area contract has no ceiling; careful until then.
    gba_without_ceiling: bool = False

    @property
    def data_class(self) -> DataClass:
        return DataClass.SENSITIVE if self.sensitive else DataClass.ORDINARY


@dataclass(frozen=True)
class Decision:
    """Allow or deny, the ground, and every reason why not."""

    allowed: bool
    route: Route
    reasons: tuple[Phrase, ...] = ()


def is_overseas(region: str) -> bool:
    """Whether data sent to a region leaves the mainland."""
    return region[:2] in OVERSEAS or not region


def decide(export: Export) -> Decision:
    """The decision; nothing is counted or written here."""
    if not is_overseas(export.recipient_region):
        return Decision(True, Route.DOMESTIC)
    if export.transit:
        return Decision(True, Route.TRANSIT)
    missing = _formalities(export)
    if export.emergency.strip():
        return _decided(Route.EMERGENCY, [one for code, one in missing if code in ("purpose", "fields")])
    total = export.counted + export.persons
    if export.important_data or export.critical_infrastructure or total >= _ceiling(export):
        return _assessed(export, missing)
    if not export.sensitive and total < EXEMPT_BELOW:
        return _decided(Route.EXEMPT, [one for code, one in missing if code not in ("contract", "filing")])
    if export.contract_is_gba:
        if not _in_bay(export):
            said = say("The Greater Bay Area contract holds for nine mainland cities; {city} is none of them.",
                       city=export.sender_city or "–")  # fmt: skip
            missing.append(("bay", said))
        return _decided(Route.GBA_CONTRACT, [one for _, one in missing])
    return _decided(Route.STANDARD_CONTRACT, [one for _, one in missing])


def _ceiling(export: Export) -> int:
    if not export.sensitive:
        return ASSESSED_FROM
    if export.contract_is_gba and export.gba_without_ceiling and _in_bay(export):
        return 2**62
    return SENSITIVE_ASSESSED_FROM


def _in_bay(export: Export) -> bool:
    return city_of(export.sender_city) in NINE_CITIES and export.recipient_region in (HONG_KONG, MACAU)


def _decided(route: Route, reasons: list[Phrase]) -> Decision:
    return Decision(not reasons, route if not reasons else Route.CLOSED, tuple(reasons))


def _assessed(export: Export, missing: list[tuple[str, Phrase]]) -> Decision:
    reasons = [one for code, one in missing if code not in ("contract", "filing")]
    if not export.security_assessment:
        reasons.insert(0, say("{count} persons this year: a security assessment by the national authority is needed.",
                              count=export.counted + export.persons))  # fmt: skip
    return _decided(Route.ASSESSMENT, reasons)


def _formalities(export: Export) -> list[tuple[str, Phrase]]:
    """What is missing, each under a word by which a ground may do without it."""
    found: list[tuple[str, Phrase]] = []
    if not export.purpose:
        found.append(("purpose", say("No purpose is named.")))
    strange = sorted(set(export.fields) - FIELDS)
    if not export.fields or strange:
        found.append(("fields", say("These data may not leave: {fields}.", fields=", ".join(strange) or "–")))
    if not export.consent:
        found.append(("consent", say("The person has not agreed separately to this recipient abroad (PIPL 39).")))
    if not export.impact_assessment:
        found.append(("assessment", say("No impact assessment is on file (PIPL 55).")))
    if not export.contract_number:
        found.append(("contract", say("No contract with the recipient is on file.")))
    if not export.filing_number:
        found.append(("filing", say("The contract has not been filed with the authority.")))
    return found
