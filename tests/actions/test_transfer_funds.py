"""Two funds kept apart: grants refer to challenges by number within a budget; deals need declarations and stay hidden."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.factories.challenges import challenge
from tests.factories.transfer import account, expert_of, hospital, liaison, office, paper, person

from xinglin.challenges.words.challenges import ChallengeStage
from xinglin.kernel.dossiers import KINDS, find
from xinglin.kernel.models import LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.transfer.actions import deals, grants
from xinglin.transfer.models import Deal, GrantCall
from xinglin.transfer.queries.funds import deals_for, grants_for
from xinglin.transfer.words.funds import DealStage, GrantStage

pytestmark = pytest.mark.django_db
SECRET = "示例隐名项目"


@pytest.fixture
def manager():
    return hospital("示例基金管理公司", kind="enterprise")


@pytest.fixture
def keeper(manager):
    return account(Role.COMPANY, ("organisation", manager.pk))


@pytest.fixture
def deal(manager, keeper):
    return deals.enter_deal(title=SECRET, company="示例生物", organisation_id=manager.pk, summary="示例", by=keeper)


def test_every_adviser_declares_before_every_stage(deal, keeper) -> None:
    expert = person()
    adviser = expert_of(expert)
    with pytest.raises(Refusal, match=r"not_yours|nothing_to_declare"):
        deals.declare_interest(deal_id=deal.pk, has_interest=False, statement="示例", by=adviser)
    deals.ask_adviser(deal_id=deal.pk, person_id=expert.pk, by=keeper)
    for move, stage in ((deals.screen_deal, DealStage.SCREENING), (deals.examine_deal, DealStage.DUE_DILIGENCE)):
        with pytest.raises(Refusal, match="not_declared"):
            move(deal_id=deal.pk, by=keeper)
        deals.declare_interest(deal_id=deal.pk, has_interest=False, statement="示例：无", by=adviser)
        with pytest.raises(Refusal, match=r"transfer\.declared"):
            deals.declare_interest(deal_id=deal.pk, has_interest=False, statement="示例：无", by=adviser)
        assert move(deal_id=deal.pk, by=keeper).stage == stage
    with pytest.raises(Refusal, match="not_yours"):
        deals.decline_deal(deal_id=deal.pk, reason="示例", by=adviser)


def test_who_has_an_interest_advises_no_more(deal, keeper) -> None:
    expert = person()
    adviser = expert_of(expert)
    deals.ask_adviser(deal_id=deal.pk, person_id=expert.pk, by=keeper)
    deals.declare_interest(deal_id=deal.pk, has_interest=True, statement="示例：持股", by=adviser)
    with pytest.raises(Refusal, match="conflicted"):
        deals.screen_deal(deal_id=deal.pk, by=keeper)
    deals.release_adviser(deal_id=deal.pk, person_id=expert.pk, by=keeper)
    assert deals.screen_deal(deal_id=deal.pk, by=keeper).stage == DealStage.SCREENING
    adviser.__dict__.pop("_grants", None)
    assert not deals_for(adviser).exists()
    assert deal.declarations.get().has_interest


def test_a_deal_goes_to_its_exit_by_tranches_that_make_the_amount(deal, keeper) -> None:
    key = deal.pk
    deals.screen_deal(deal_id=key, by=keeper)
    deals.examine_deal(deal_id=key, by=keeper)
    deals.submit_deal(deal_id=key, report=paper(), by=keeper)
    deals.approve_deal(deal_id=key, amount_fen=1_000, minutes=paper("纪要.txt"), by=keeper)
    rows = [deals.TrancheRow(600, "示例：注册"), deals.TrancheRow(400, "示例：获证")]
    given = {"deal_id": key, "agreement": paper("协议.txt"), "by": keeper}
    for bad in ({"promises_nothing": False, "qualified_only": True, "tranches": rows},
                {"promises_nothing": True, "qualified_only": False, "tranches": rows},
                {"promises_nothing": True, "qualified_only": True, "tranches": rows[:1]},
                {"promises_nothing": True, "qualified_only": True, "tranches": []}):  # fmt: skip
        with pytest.raises(Refusal, match=r"promise|tranches"):
            deals.agree_deal(**given, **bad)
    deals.agree_deal(**given, promises_nothing=True, qualified_only=True, tranches=rows)
    deals.fund_deal(deal_id=key, by=keeper)
    deals.pay_tranche(deal_id=key, tranche=1, shown_by="示例", by=keeper)
    with pytest.raises(Refusal, match="no_tranche"):
        deals.pay_tranche(deal_id=key, tranche=1, shown_by="示例", by=keeper)
    with pytest.raises(Refusal, match="unpaid"):
        deals.manage_deal(deal_id=key, by=keeper)
    deals.pay_tranche(deal_id=key, tranche=2, shown_by="示例", by=keeper)
    deals.manage_deal(deal_id=key, by=keeper)
    deals.note_deal(deal_id=key, text="示例", by=keeper)
    done = deals.exit_deal(deal_id=key, proceeds_fen=1_500, exit_way="示例：转让", by=keeper)
    assert done.stage == DealStage.EXITED


def test_a_deal_is_seen_by_its_own_people_alone(deal, keeper) -> None:
    """Strangers, members, experts, residents, administrators and the reading authority see nothing of it anywhere."""
    others = [liaison(hospital()), expert_of(person()), *(account(role) for role in Role if role != Role.SECRETARIAT)]
    assert list(deals_for(keeper)) == [deal] == list(deals_for(office()))
    for other in (None, *others):
        assert not deals_for(other).exists() and find("transfer.deal", deal.pk, other) is None
    assert not KINDS["transfer.deal"].public
    # What others may read of the record (the ledger, notices) knows it by number alone.
    titles = {entry.subject_title for entry in LedgerEntry.objects.filter(subject_kind="transfer.deal")}
    assert titles == {deal.number} and not Notice.objects.filter(subject_title__contains=SECRET).exists()


def test_no_page_search_or_interface_names_a_deal(deal, client: Client) -> None:
    pages = ["/", "/public/", "/members/", "/sitemap.xml", "/robots.txt", f"/search/?q={SECRET}",
             f"/search/?q={deal.number}", "/transfer/grantcall/", "/transfer/deal/", f"/transfer/deal/{deal.pk}/",
             "/transfer/deal/export.csv", "/overview/", "/transfer/board/", "/transfer/report/",
             "/choices/transfer/deal/?q=" + SECRET, "/api/v1/transfer/deal", f"/api/v1/transfer/deal/{deal.pk}",
             "/api/v1/figures"]  # fmt: skip
    for reader in (None, liaison(hospital()), account(Role.AUTHORITY), expert_of(person())):
        if reader is not None:
            client.force_login(reader)
        for page in pages:
            answer = client.get(page)
            shown = (
                answer.content.decode("utf-8", "replace").replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "")
            )
            assert deal.number not in shown.replace(f'value="{deal.number}"', "") or "/search/" in page, (reader, page)
            assert "示例生物" not in shown and f">{SECRET}<" not in shown and deal.pk not in shown.replace(page, ""), (
                page
            )
            if deal.pk in page:
                assert answer.status_code in (302, 401, 404), (reader, page)


def test_a_grant_refers_to_challenges_by_number_within_its_budget(client: Client) -> None:
    fund = hospital("示例科研基金会", kind="society")
    by = liaison(fund)
    one = grants.prepare_grant(title="示例专项", organisation_id=fund.pk, terms="示例", budget_fen=1_000, by=by)
    assert not grants_for(None).exists()
    with pytest.raises(Refusal, match="no_challenges"):
        grants.open_grant(grantcall_id=one.pk, by=by)
    shown, hidden = challenge(), challenge(stage=ChallengeStage.DEMAND_DRAFT)
    first = grants.ChallengeRow(shown.number, 600)
    for rows, code in (
        ([first, first], "challenge_numbers"), ([first, grants.ChallengeRow("JB-2026-0002", 401)], "over_budget"),
        # One that does not exist, and one that the funder may not see yet: the same answer.
        ([first, grants.ChallengeRow("JB-2026-9999", 1)], "unknown_challenge"),
        ([grants.ChallengeRow(hidden.number, 1)], "unknown_challenge"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=code):
            grants.set_challenges(grantcall_id=one.pk, challenges=rows, by=by)
    assert not one.challenges.exists()
    grants.set_challenges(grantcall_id=one.pk, challenges=[first], by=by)
    assert grants.open_grant(grantcall_id=one.pk, by=by).stage == GrantStage.OPEN
    assert list(grants_for(None)) == [one]
    page = client.get(f"/transfer/grantcall/{one.pk}/").content.decode()
    assert f'href="/challenges/challenge/{shown.pk}/"' in page and shown.number in page
    two = grants.prepare_grant(title="示例二", organisation_id=fund.pk, terms="示例", budget_fen=1_000, by=by)
    with pytest.raises(Refusal, match="challenge_taken"):
        grants.set_challenges(grantcall_id=two.pk, challenges=[first], by=by)
    grants.close_grant(grantcall_id=one.pk, by=by)
    assert GrantCall.objects.count() == 2 and Deal.objects.count() == 0
