"""What the papers of a contract say."""

from __future__ import annotations

from typing import Any

from xinglin.challenges.models import Contract
from xinglin.challenges.words.challenges import BudgetSource
from xinglin.challenges.words.contracts import ContractSide
from xinglin.kernel.money import in_column
from xinglin.kernel.phrases import say


def contract_facts(contract: Contract) -> dict[str, Any]:
    """Everything the contract and the pledge say, signatures included once they are there."""
    signed = {one.side: one for one in contract.signatures.all()}
    challenge, bid = contract.challenge, contract.bid
    names = {
        ContractSide.DEMANDER: str(challenge.organisation),
        ContractSide.BIDDER: str(bid.organisation or bid.person),
    }
    milestones = []
    for one in contract.milestones.order_by("number"):
        tranches = {each.source: each.amount_fen for each in one.tranches.all()}
        milestones.append({
            "number": one.number, "content": one.content, "due_on": one.planned_on,
            "indicators": "；".join(
                f"{each.name} {SIGNS[each.direction]} {each.target.normalize():f} {each.unit}".strip()
                for each in one.indicators.all()
            ),
            **{str(source): in_column(tranches.get(source, 0)) for source in BudgetSource},
        })  # fmt: skip
    return {
        "title": challenge.title, "number": contract.number, "challenge": challenge.number, "bid": bid.number,
        "lane": contract.lane or None, "leader": contract.leader, "amount": in_column(contract.amount_fen),
        "parties": [
            {"side": side, "name": names[side], "signatory": signed[side].signatory if side in signed else "",
             "signed_on": signed[side].signed_on if side in signed else ""}
            for side in ContractSide
        ],
        "milestones": milestones,
        **{name: getattr(contract, name) for name in ("standard", "ip", "confidentiality", "breach", "dispute")},
        "bank": contract.bank, "commitment": contract.commitment, "committed_on": contract.committed_on or "",
    }  # fmt: skip


SIGNS = {"at_least": "≥", "at_most": "≤", "exactly": "="}


def pledge_facts(contract: Contract) -> dict[str, Any]:
    """The pledge of the leader (军令状)."""
    facts = contract_facts(contract)
    signed = next((one["signed_on"] for one in facts["parties"] if one["side"] == ContractSide.BIDDER), "")
    names = ("title", "number", "challenge", "leader", "milestones", "amount", "parties")
    heading = say("Pledge: {title}", title=contract.challenge.title)
    return {**{name: facts[name] for name in names}, "heading": heading, "pledge": contract.pledge, "signed_on": signed}
