"""Agreements and signing ceremonies through their actions."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.factories.bonds import DAY, account, drafted_agreement, hospital, ledger_of, liaison, signed_agreement

from xinglin.kernel import clock, inbox
from xinglin.kernel.dossiers import KINDS, open_verbs
from xinglin.kernel.models import Account, LedgerEntry, Notice
from xinglin.kernel.refusals import Refusal
from xinglin.kernel.words import Role
from xinglin.roster.actions import agreements as actions
from xinglin.roster.actions import agreements_in_force as later
from xinglin.roster.actions import deadlines, signings
from xinglin.roster.models import Agreement, Signing
from xinglin.roster.queries import agreements as queries
from xinglin.roster.words.agreements import (
    AgreementCategory,
    AgreementKind,
    AgreementStage,
    PartyRole,
    TerminationGround,
)
from xinglin.roster.words.signings import SigningStage

pytestmark = pytest.mark.django_db
END = date(2026, 6, 5)


@pytest.fixture(autouse=True)
def _on_a_day():
    with clock.at(DAY):
        yield


@pytest.fixture
def office() -> Account:
    return account(Role.SECRETARIAT)


@pytest.fixture
def sides():
    return hospital("示例市中心医院"), hospital("示例大学附属医院")


@pytest.fixture
def speakers(sides):
    return liaison(sides[0]), liaison(sides[1])


def refused(code: str):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def moves(actor: Account) -> list[str]:
    return [item.move.name for item in inbox.awaiting(actor)]


def ready(sides, office, **more) -> Agreement:
    one = drafted_agreement(*sides, office, **more)
    actions.consult_agreement(agreement_id=one.pk, by=office)
    for side in sides:
        actions.record_consent(agreement_id=one.pk, organisation_id=side.pk, paper="示例卷宗", by=office)
    one.refresh_from_db()
    return one


def test_each_party_agrees_and_signs_for_itself(sides, speakers, office):
    one = drafted_agreement(*sides, speakers[0], categories=[AgreementCategory.MEDICAL])
    assert moves(speakers[0]) == ["consult"]
    actions.consult_agreement(agreement_id=one.pk, by=speakers[0])
    assert moves(speakers[0]) == moves(speakers[1]) == ["agree"]
    actions.agree_to_agreement(agreement_id=one.pk, by=speakers[0])
    assert (moves(speakers[0]), moves(speakers[1])) == ([], ["agree"])
    with refused("agreements.heard"):
        actions.agree_to_agreement(agreement_id=one.pk, by=speakers[0])
    with refused("permits.not_yours"):
        actions.agree_to_agreement(agreement_id=one.pk, organisation_id=sides[1].pk, by=speakers[0])
    one = actions.agree_to_agreement(agreement_id=one.pk, by=speakers[1])
    assert one.stage == AgreementStage.READY
    one = actions.open_signing(agreement_id=one.pk, by=speakers[1])
    assert (one.number, one.stage) == ("AG-2025-0001", AgreementStage.SIGNING)
    one = actions.sign_agreement(agreement_id=one.pk, by=speakers[0])
    assert one.stage == AgreementStage.SIGNING
    assert moves(speakers[0]) == []
    with refused("agreements.signed_already"):
        actions.sign_agreement(agreement_id=one.pk, by=speakers[0])
    with refused("permits.not_yours"):
        actions.sign_agreement(agreement_id=one.pk, organisation_id=sides[1].pk, by=office)
    one = actions.sign_agreement(agreement_id=one.pk, by=speakers[1])
    assert (one.stage, one.signed_on) == (AgreementStage.SIGNED, DAY)
    assert ledger_of(one)[-2:] == ["roster.agreement_signed", "roster.agreement_in_force"]
    assert Notice.objects.filter(account=speakers[0], event="roster.agreement_in_force").count() == 1


def test_an_objection_takes_the_draft_back(sides, speakers, office):
    one = drafted_agreement(*sides, office)
    actions.consult_agreement(agreement_id=one.pk, by=office)
    actions.agree_to_agreement(agreement_id=one.pk, by=speakers[0])
    one = actions.object_to_agreement(agreement_id=one.pk, reason="示例：经费条款", by=speakers[1])
    assert one.stage == AgreementStage.OBJECTED
    assert "revise" in moves(office)
    with refused("machine.wrong_stage"):
        actions.open_signing(agreement_id=one.pk, by=office)
    one = actions.revise_agreement(agreement_id=one.pk, by=speakers[0])
    assert {party.opinion for party in one.parties.all()} == {"open"}
    prefill = KINDS["roster.agreement"].verb("edit").prefill(one, office)
    one = actions.edit_agreement(agreement_id=one.pk, **{**prefill, "terms": "示例：经费各自承担"}, by=speakers[0])
    assert one.terms
    assert one.parties.count() == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"until": DAY - timedelta(days=1)}, "terms.order"),
        ({"until": None, "auto_renews": True, "renew_months": 12}, "agreements.auto_renewal"),
        ({"kind": AgreementKind.CONFIDENTIALITY, "published": True}, "agreements.confidential"),
        ({"deliverables": [actions.DeliverableRow("示例", "nobody")]}, "agreements.deliverable_by_stranger"),
    ],
)
def test_what_cannot_be_drafted(sides, office, more, code):
    with refused(code):
        drafted_agreement(*sides, office, **more)
    assert not Agreement.objects.exists()
    assert not LedgerEntry.objects.filter(event__startswith="roster.").exists()


def test_a_party_is_named_once(sides, office):
    with refused("agreements.party_twice"):
        drafted_agreement(sides[0], sides[0], office)


def test_only_a_side_or_the_secretariat_drafts(sides):
    with refused("permits.not_yours"):
        drafted_agreement(*sides, liaison(hospital()))


def test_only_legal_persons_are_parties(sides, office):
    """Domain 5.5: an unregistered alliance signs through its lead unit; a branch through its parent."""
    alliance = hospital("示例联盟", kind="society", level="0", grade="none")
    branch = hospital("示例南区", parent=sides[0])
    for stranger in (alliance, branch):
        one = drafted_agreement(sides[1], stranger, office)
        with refused("agreements.not_a_legal_person"):
            actions.consult_agreement(agreement_id=one.pk, by=office)
    rows = [actions.PartyRow(sides[0].pk, PartyRole.FIRST, on_behalf_of="示例联盟"),
            actions.PartyRow(sides[1].pk, PartyRole.SECOND)]  # fmt: skip
    one = drafted_agreement(*sides, office, parties=rows)
    assert actions.consult_agreement(agreement_id=one.pk, by=office).stage == AgreementStage.CONSULTATION


def test_a_witness_is_no_second_party(sides, office):
    rows = [actions.PartyRow(sides[0].pk, PartyRole.FIRST), actions.PartyRow(sides[1].pk, PartyRole.WITNESS)]
    one = drafted_agreement(*sides, office, parties=rows)
    with refused("agreements.too_few_parties"):
        actions.consult_agreement(agreement_id=one.pk, by=office)


def test_signing_waits_for_a_signatory(sides, speakers, office):
    rows = [actions.PartyRow(sides[0].pk, PartyRole.FIRST, signatory_name="示例甲"),
            actions.PartyRow(sides[1].pk, PartyRole.SECOND)]  # fmt: skip
    one = ready(sides, office, parties=rows)
    with refused("agreements.no_signatory"):
        actions.open_signing(agreement_id=one.pk, by=office)
    with refused("permits.not_yours"):
        actions.name_signatory(agreement_id=one.pk, signatory_name="示例", signatory_position="示例",
                               organisation_id=sides[1].pk, by=speakers[0])  # fmt: skip
    actions.name_signatory(agreement_id=one.pk, signatory_name="示例乙", signatory_position="院长", by=speakers[1])
    actions.open_signing(agreement_id=one.pk, by=office)
    with refused("agreements.signed_later"):
        actions.sign_agreement(agreement_id=one.pk, signed_on=DAY + timedelta(days=1), by=speakers[0])
    one = actions.record_signature(agreement_id=one.pk, organisation_id=sides[0].pk, paper="示例卷宗", by=office)
    assert one.stage == AgreementStage.SIGNING


def test_the_database_knows_that_force_needs_signatures(sides, office):
    one = drafted_agreement(*sides, office)
    with pytest.raises(IntegrityError, match="agreement_in_force_is_signed"), transaction.atomic():
        Agreement.objects.filter(pk=one.pk).update(stage="signed")
    with pytest.raises(IntegrityError, match="signature_has_an_actor"), transaction.atomic():
        one.parties.update(signed_at=clock.now())


def test_a_renewal_takes_over_when_it_is_signed(sides, speakers, office):
    one = signed_agreement(*sides, office)
    renewal = later.renew_agreement(agreement_id=one.pk, by=speakers[0])
    assert (renewal.starts, renewal.until) == (date(2026, 6, 6), date(2027, 6, 5))
    with refused("agreements.successor_exists"):
        later.amend_agreement(agreement_id=one.pk, by=speakers[1])
    one.refresh_from_db()
    assert one.stage == AgreementStage.SIGNED
    actions.consult_agreement(agreement_id=renewal.pk, by=office)
    for speaker in speakers:
        actions.agree_to_agreement(agreement_id=renewal.pk, by=speaker)
    actions.open_signing(agreement_id=renewal.pk, by=office)
    for speaker in speakers:
        actions.sign_agreement(agreement_id=renewal.pk, by=speaker)
    one.refresh_from_db()
    assert one.stage == AgreementStage.RENEWED
    assert ledger_of(one)[-1] == "roster.agreement_renewed"


def test_an_amendment_is_a_new_version(sides, office):
    one = signed_agreement(*sides, office)
    made = later.amend_agreement(agreement_id=one.pk, by=office)
    assert (made.edition, made.stage, made.predecessor_id) == (2, AgreementStage.DRAFT, one.pk)
    actions.withdraw_agreement(agreement_id=made.pk, reason="示例", by=office)
    assert later.amend_agreement(agreement_id=one.pk, by=office).pk != made.pk


def test_what_has_no_end_is_not_renewed(sides, office):
    one = signed_agreement(*sides, office, until=None)
    with refused("agreements.no_end"):
        later.renew_agreement(agreement_id=one.pk, by=office)


def test_the_end_is_warned_of_and_comes(sides, speakers, office):
    one = signed_agreement(*sides, office)
    with clock.at(END - timedelta(days=60)):
        assert deadlines.run_day() == {"warned": 1, "near": 1, "ended": 0}
        assert deadlines.run_day() == {"warned": 0, "near": 0, "ended": 0}
        assert "renew" in moves(speakers[0])
    with clock.at(END):
        assert deadlines.run_day()["ended"] == 0
    with clock.at(END + timedelta(days=1)):
        assert deadlines.run_day()["ended"] == 1
    one.refresh_from_db()
    assert one.stage == AgreementStage.EXPIRED


def test_some_renew_by_themselves_until_stopped(sides, speakers, office):
    one = signed_agreement(*sides, office, auto_renews=True, renew_months=12)
    with clock.at(END + timedelta(days=400)):
        assert deadlines.run_day()["ended"] == 1
    one.refresh_from_db()
    assert (one.stage, one.until) == (AgreementStage.SIGNED, date(2028, 6, 5))
    later.stop_auto_renewal(agreement_id=one.pk, by=speakers[0])
    with refused("agreements.not_renewing"):
        later.stop_auto_renewal(agreement_id=one.pk, by=speakers[0])
    with clock.at(date(2028, 6, 6)):
        deadlines.run_day()
    one.refresh_from_db()
    assert one.stage == AgreementStage.EXPIRED


def test_termination_says_why(sides, speakers, office):
    one = signed_agreement(*sides, office)
    with refused("agreements.end_day"):
        later.terminate_agreement(agreement_id=one.pk, end_ground=TerminationGround.MUTUAL, reason="示例",
                                    ended_on=DAY + timedelta(days=1), by=office)  # fmt: skip
    with refused("permits.not_yours"):
        later.terminate_agreement(
            agreement_id=one.pk, end_ground=TerminationGround.MUTUAL, reason="示例", by=liaison(hospital())
        )
    one = later.terminate_agreement(
        agreement_id=one.pk, end_ground=TerminationGround.MUTUAL, reason="示例", by=speakers[1]
    )
    assert (one.stage, one.ended_on) == (AgreementStage.TERMINATED, DAY)


def test_deliverables_are_asked_for_and_recorded(sides, speakers, office):
    rows = [actions.DeliverableRow("示例：派驻专家", sides[1].pk, date(2025, 9, 1))]
    one = signed_agreement(*sides, office, deliverables=rows)
    with clock.at(date(2025, 8, 18)):
        assert deadlines.run_day()["warned"] == 1
        assert deadlines.run_day()["warned"] == 0
    with clock.at(date(2025, 9, 2)):
        assert deadlines.run_day()["warned"] == 1
    assert Notice.objects.filter(account=speakers[1], event="roster.end_comes_near").count() == 2
    assert not Notice.objects.filter(account=speakers[0], event="roster.end_comes_near").exists()
    for number, evidence, code in ((2, "示例", "agreements.no_deliverable"), (1, " ", "reasons.missing")):
        with refused(code):
            later.record_delivery(agreement_id=one.pk, number=number, evidence=evidence, by=speakers[1])
    later.record_delivery(agreement_id=one.pk, number=1, evidence="示例：排班表", by=speakers[1])
    with refused("agreements.delivered"):
        later.record_delivery(agreement_id=one.pk, number=1, evidence="示例", by=speakers[1])


def test_strangers_see_what_is_published_and_no_terms(sides, speakers, office):
    hidden, shown = signed_agreement(*sides, office), signed_agreement(*sides, office, published=True, amount_fen=100)
    drafted_agreement(*sides, office, published=True)
    assert [one.pk for one in queries.agreements_for(None)] == [shown.pk]
    assert queries.agreements_for(speakers[0]).count() == 3
    assert queries.agreements_for(liaison(hospital())).count() == 1
    kind = KINDS["roster.agreement"]
    labels = [str(fact.label) for fact in kind.facts(shown, None)]
    assert "Parties" in labels
    assert "Amount" not in labels
    assert not kind.sections(shown, None)
    assert not open_verbs(kind, hidden, None)
    assert len(kind.sections(shown, speakers[0])) == 1


def test_search_finds_the_parties(sides, office):
    one = drafted_agreement(*sides, office)
    found = KINDS["roster.agreement"].search(queries.agreements_for(office), "示例大学")
    assert [row.pk for row in found] == [one.pk]


def test_nothing_is_told_of_what_did_not_happen(sides, office, speakers):
    one = drafted_agreement(*sides, office)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.consult_agreement(agreement_id=one.pk, by=office)
        raise RuntimeError
    assert not Notice.objects.filter(account=speakers[0]).exists()


def test_a_ceremony_signs_the_whole_batch(sides, office, speakers):
    batch = [ready(sides, office) for _ in range(10)]
    signing = signings.plan_signing(
        title="示例签约仪式", planned_on=DAY, agreement_ids=[one.pk for one in batch], by=office
    )
    assert "open_signing" not in moves(speakers[0])
    with clock.at(DAY - timedelta(days=1)), refused("signings.future"):
        signings.hold_signing(signing_id=signing.pk, held_on=DAY, by=office)
    signing = signings.hold_signing(signing_id=signing.pk, by=office)
    assert signing.stage == SigningStage.HELD
    assert Agreement.objects.filter(stage="signed", signed_on=DAY).count() == 10
    assert {one.number for one in Agreement.objects.all()} == {f"AG-2025-{n:04d}" for n in range(1, 11)}
    entry = LedgerEntry.objects.get(event="roster.signing_held")
    assert entry.data == {"signed": 10, "left_out": 0, "on": "2025-06-06"}
    later.terminate_agreement(agreement_id=batch[0].pk, end_ground=TerminationGround.MUTUAL, reason="示例", by=office)
    assert Agreement.objects.filter(stage="signed").count() == 9


def test_a_ceremony_names_what_is_not_ready(sides, office):
    good, bad = ready(sides, office), drafted_agreement(*sides, office, title="示例未定协议")
    signing = signings.plan_signing(title="示例", planned_on=DAY, agreement_ids=[good.pk, bad.pk], by=office)
    with pytest.raises(Refusal) as refusal:
        signings.hold_signing(signing_id=signing.pk, by=office)
    assert refusal.value.code == "signings.not_ready"
    assert "示例未定协议" in str(refusal.value.sentence)
    good.refresh_from_db()
    assert good.stage == AgreementStage.READY
    signings.hold_signing(signing_id=signing.pk, leave_out_unready=True, by=office)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.stage, bad.stage) == (AgreementStage.SIGNED, AgreementStage.DRAFT)


def test_an_agreement_is_in_one_ceremony_at_a_time(sides, office):
    one = ready(sides, office)
    first = signings.plan_signing(title="示例一", planned_on=DAY, agreement_ids=[one.pk], by=office)
    with refused("signings.elsewhere"):
        signings.plan_signing(title="示例二", planned_on=DAY, agreement_ids=[one.pk], by=office)
    assert Signing.objects.count() == 1
    signings.cancel_signing(signing_id=first.pk, reason="示例", by=office)
    second = signings.plan_signing(title="示例二", planned_on=DAY, agreement_ids=[one.pk], by=office)
    signings.take_out_of_signing(signing_id=second.pk, agreement_id=one.pk, by=office)
    with refused("signings.empty"):
        signings.hold_signing(signing_id=second.pk, by=office)
    with refused("signings.not_in_batch"):
        signings.take_out_of_signing(signing_id=second.pk, agreement_id=one.pk, by=office)


def test_only_the_secretariat_holds_ceremonies(sides, office, speakers):
    with refused("permits.not_yours"):
        signings.plan_signing(title="示例", planned_on=DAY, by=speakers[0])
    one = signings.plan_signing(title="示例", planned_on=DAY, agreement_ids=[ready(sides, office).pk], by=office)
    with refused("permits.not_yours"):
        signings.hold_signing(signing_id=one.pk, by=speakers[0])
    assert [row.pk for row in queries.signings_for(speakers[0])] == [one.pk]
    assert not queries.signings_for(None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_last_signatures_at_once_bring_it_into_force_once():
    with clock.at(DAY):
        office, sides = account(Role.SECRETARIAT), (hospital(), hospital())
        one = ready(sides, office)
        actions.open_signing(agreement_id=one.pk, by=office)
        speakers = [liaison(side) for side in sides]
    start, failures = threading.Barrier(2), []

    def sign(by: Account) -> None:
        try:
            with clock.at(DAY):
                start.wait(10)
                actions.sign_agreement(agreement_id=one.pk, by=by)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(by,)) for by in speakers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    one.refresh_from_db()
    assert one.stage == AgreementStage.SIGNED
    assert LedgerEntry.objects.filter(event="roster.agreement_in_force").count() == 1
