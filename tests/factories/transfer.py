"""Achievements, rights and transfers for the tests of the wing. Everything invented is marked 示例."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.factories.bonds import account, expert_of, hospital, liaison, person

from xinglin.kernel import clock
from xinglin.kernel.asks import Upload
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role
from xinglin.roster.models import Organisation
from xinglin.transfer.actions import achievements, contracts, transfers
from xinglin.transfer.actions.achievements import ContributorRow
from xinglin.transfer.models import Achievement, Transfer
from xinglin.transfer.rules.contracts import mandatory
from xinglin.transfer.words.achievements import Origin
from xinglin.transfer.words.transfers import ContractKind, Pricing, Relation, Way

__all__ = ["START", "account", "announced", "drafted", "expert_of", "hospital", "in_the_register", "liaison", "office", "paper",
           "paying", "person", "registered", "row", "signed"]  # fmt: skip


def office() -> Account:
    return account(Role.SECRETARIAT)


def paper(name: str = "示例.txt", text: str = "示例") -> Upload:
    return Upload(name, text.encode(), "text/plain")


def row(name: str, share_bp: int, **more: Any) -> ContributorRow:
    return ContributorRow(name=name, share_bp=share_bp, **more)


def registered(place: Organisation, by: Account, *rows: ContributorRow, levels: int = 0, **more: Any) -> Achievement:
    """An achievement on the register, with evidence up to a level of readiness."""
    given = {
        "title": "示例：肝纤维化无创诊断试剂",
        "origin": Origin.DISCLOSURE,
        "abstract": "示例：血清标志物组合。",
        **more,
    }
    one = achievements.draft_achievement(
        organisation_id=place.pk,
        contributors=list(rows) or [row("示例甲", 6_000), row("示例乙", 4_000)],
        by=by,
        **given,
    )
    for level in range(1, levels + 1):
        achievements.show_level(
            achievement_id=one.pk, level=level, statement=f"示例：第{level}级", evidence=paper(), by=by
        )
    achievements.disclose_achievement(achievement_id=one.pk, by=by)
    return achievements.register_achievement(achievement_id=one.pk, by=by)


START = date(2026, 3, 2)


def announced(one: Achievement, by: Account, buyer: Organisation | None, *, way: Way = Way.LICENCE,
              price_fen: int = 4_200_000_000) -> Transfer:  # fmt: skip
    """A transfer on the way up to its notice, on the clock's day."""
    made = transfers.put_forward(achievement_id=one.pk, way=way, by=by)
    key = made.pk
    transfers.evaluate_transfer(transfer_id=key, ip_check="示例：权属清晰。", by=by)
    transfers.decide_transfer(
        transfer_id=key, decided_on=clock.today(), attendees=5, minutes=paper("纪要.txt", f"示例纪要{key}"), way=way,
        buyer_id=buyer.pk if buyer else None, by=by,
    )  # fmt: skip
    if way != Way.SELF:
        transfers.price_transfer(transfer_id=key, pricing=Pricing.AGREEMENT, price_fen=price_fen, by=by)
    return transfers.announce_transfer(
        transfer_id=key, relation=Relation.NONE, relation_statement="示例：受让方与发明人无关联。", by=by
    )


def drafted(one: Transfer, by: Account, kind: ContractKind = ContractKind.LICENCE) -> Transfer:
    rows = [contracts.ClauseRow(clause, f"示例：{clause.label}") for clause in mandatory(kind)]
    return contracts.draft_contract(transfer_id=one.pk, contract_kind=kind, clauses=rows, by=by)


def signed(one: Transfer, by: Account, kind: ContractKind = ContractKind.LICENCE) -> Transfer:
    drafted(one, by, kind)
    return contracts.sign_contract(
        transfer_id=one.pk, contract_number=f"示例-{one.number}", signed_on=clock.today(),
        contract=paper("合同.txt", f"示例合同{one.number}"), by=by,
    )  # fmt: skip


def in_the_register(one: Transfer, by: Account) -> Transfer:
    contracts.hand_in_contract(transfer_id=one.pk, registered_with="示例登记处", accepted_on=clock.today(), by=by)
    return contracts.register_contract(
        transfer_id=one.pk, registration_number=f"示例登记-{one.number}", registered_on=clock.today(),
        technical_fen=one.price_fen or 1, by=by,
    )  # fmt: skip


def paying(place: Organisation, by: Account, buyer: Organisation, *rows: ContributorRow, way: Way = Way.LICENCE,
           kind: ContractKind = ContractKind.LICENCE, **more: Any) -> Transfer:  # fmt: skip
    """A transfer whose contract is registered: put forward on START, signed when the notice was over."""
    with clock.at(START):
        one = announced(registered(place, by, *rows, levels=1), by, buyer, way=way, **more)
    with clock.at(START + timedelta(days=15)):
        return in_the_register(signed(one, by, kind), by)
