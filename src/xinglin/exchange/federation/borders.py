"""Readers outside the mainland: whatever they are told passes the export gate first (domain 9.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xinglin.exchange.catalogue.queries.snapshot import current
from xinglin.exchange.consent.models import Consent
from xinglin.exchange.consent.words import ConsentStage, Purpose
from xinglin.exchange.federation.actions.exports import pass_gate
from xinglin.exchange.federation.models import Peer
from xinglin.exchange.federation.queries.clinical import Reader
from xinglin.exchange.federation.rules.gate import Export, is_overseas
from xinglin.exchange.federation.words import PeerStage
from xinglin.exchange.identity.models import Patient
from xinglin.kernel.clock import now
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal


def let_out(who: Reader, patients: Sequence[int]) -> None:
    """Pass the gate for every patient a reader outside the mainland is about to be told of. Raises a Refusal with the
    first reason; the denial is on the ledger already. Readers on the mainland are not concerned."""
    if not who.site or (who.region and not is_overseas(who.region)):
        return
    sites = current().sites
    if not who.region and Patient.objects.filter(pk__in=patients).exclude(site=who.site).exists():
        raise Refusal(
            "federation.region_unknown", say("It is not known in which region this hospital lies."),
            say("Ask the secretariat to enter the hospital's region in the register."),
        )  # fmt: skip
    for one in Patient.objects.filter(pk__in=patients).order_by("pk"):
        maker = sites.get(one.site)
        if maker is None or not who.region or is_overseas(maker.region):
            continue
        decision = pass_gate(persons=[one.person_id], by=who.account, export=_export(who, one.person_id, maker.region))
        if not decision.allowed:
            why = decision.reasons[0] if decision.reasons else say("No way is open.")
            raise Refusal("federation.export", say("These data may not leave the mainland: {why}", why=why),
                          say("The alliance's data steward knows what is missing."))  # fmt: skip


def _export(who: Reader, person: int, sender_city: str) -> Export:
    """The export as the gate sees it: the contract is that of the city's dossier."""
    contract = Peer.objects.exclude(stage=PeerStage.CLOSED).filter(city=who.region).order_by("created_at").first()
    agreed = Consent.objects.filter(
        person=person, purpose=Purpose.CROSS_BORDER, stage=ConsentStage.GIVEN, recipient=who.organisation_id,
        valid_from__lte=now(),
    ).exclude(valid_to__lt=now())  # fmt: skip
    here = current().sites.get(who.site)
    export = Export(
        sender_city=sender_city, recipient=here.name if here else who.organisation_id, recipient_region=who.region,
        purpose=str(who.purpose), fields=("document", "name", "birth_date", "sex", "results", "reports"), persons=1,
        counted=0, consent=agreed.exists(),
    )  # fmt: skip
    if contract is None:
        return export

    return replace(
        export, contract_number=contract.contract_number, filing_number=contract.filing_number,
        contract_is_gba=contract.contract_is_gba, impact_assessment=contract.impact_assessment,
        security_assessment=contract.security_assessment,
    )  # fmt: skip
