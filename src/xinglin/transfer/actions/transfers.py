"""A transfer up to its notice: put forward, evaluate, decide together, find the price, announce, hear objections."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import configuration, documents, ledger, lifecycle, notices, permits
from xinglin.kernel.asks import Ask, Day, Fen, File, ref
from xinglin.kernel.clock import today
from xinglin.kernel.dossiers import seen
from xinglin.kernel.finding import keys_of
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal, require_reason
from xinglin.kernel.words import Privacy, Role
from xinglin.roster.actions.stages import require_stage
from xinglin.transfer.models import Achievement, Objection, Transfer, Valuation
from xinglin.transfer.queries import transfers as queries
from xinglin.transfer.rules import transfers as rules
from xinglin.transfer.rules.achievements import INVENTORS
from xinglin.transfer.words.achievements import AchievementStage
from xinglin.transfer.words.transfers import ObjectionStage, Pricing, Relation, TransferStage, Way

Title = Annotated[str, Ask("line", longest=120)]
Reference = Annotated[str, Ask("line", longest=60)]
People = Annotated[int, Ask("count", least=1, most=99)]
Days = Annotated[int, Ask("count", least=1, most=365)]
Reason = Annotated[str, Ask("text", longest=4_000)]
# What the leaders said, what an appraiser found and what is only drafted is not for whoever reads the notice. The unit
# sends the transferee its draft; what was signed is for both.
WITHIN_THE_UNIT = Privacy.PERSONAL


@transaction.atomic
def put_forward(
    *,
    achievement_id: ref("transfer.achievement"),
    way: Way,
    buyer_id: ref("roster.organisation") | None = None,
    buyer_name: Title | None = None,
    by: Account,
) -> Transfer:
    """Put an achievement forward for transfer, by which way and to whom if that is known."""
    seen("transfer.achievement", achievement_id, by, field="achievement_id")
    achievement = Achievement.objects.select_for_update().get(pk=achievement_id)
    permits.require(by, *INVENTORS, scopes=achievement.scopes())
    require_stage(achievement, (AchievementStage.REGISTERED,))
    one = Transfer(
        number=lifecycle.next_number("TT"), achievement=achievement, organisation_id=achievement.organisation_id,
        way=way, buyer_id=seen("roster.organisation", buyer_id, by, field="buyer_id"),
        buyer_name=buyer_name or "", by_inventors=way == Way.SELF and achievement.right_on is not None,
    )  # fmt: skip
    one.keys = keys_of(one.number, achievement.title, one.buyer_title)
    lifecycle.begin(one, by=by)
    ledger.record("transfer.put_forward", by=by, subject=one, data={"way": str(way)})
    tell_unit(one, "transfer.put_forward", say("A transfer was put forward and waits for its evaluation."))
    return one


@transaction.atomic
def evaluate_transfer(*, transfer_id: str, ip_check: Reason, by: Account) -> Transfer:
    """Evaluate: readiness is shown by the achievement's evidence; write what the check of rights found."""
    one = lifecycle.take(Transfer, transfer_id)
    one.ip_check = ip_check
    lifecycle.step(one, "evaluate", by=by, facts=rules.Evaluation(one.achievement.trl, ip_check))
    ledger.record("transfer.evaluated", by=by, subject=one, data={"trl": one.achievement.trl})
    return one


@transaction.atomic
def decide_transfer(
    *,
    transfer_id: str,
    decided_on: Day,
    attendees: People,
    minutes: File,
    way: Way,
    buyer_id: ref("roster.organisation") | None = None,
    buyer_name: Title | None = None,
    by: Account,
) -> Transfer:
    """Enter the collective decision of the unit's leaders with its minutes, the way and the transferee."""
    one = lifecycle.take(Transfer, transfer_id)
    needed = configuration.value("transfer.decision_people", on=decided_on)
    facts = rules.Decision(attendees, needed, decided_on, today())
    one.decided_on, one.attendees, one.way = decided_on, attendees, way
    one.buyer_id = seen("roster.organisation", buyer_id, by, field="buyer_id")
    one.buyer_name = buyer_name or ""
    one.by_inventors = way == Way.SELF and one.achievement.right_on is not None
    one.pricing, one.price_fen, one.announced_on, one.notice_until = "", None, None, None
    one.keys = keys_of(one.number, one.achievement.title, one.buyer_title)
    lifecycle.step(one, "decide", by=by, facts=facts)
    one.minutes = documents.add(
        subject=one, title=minutes.name, upload=minutes, purpose="minutes", privacy=WITHIN_THE_UNIT, by=by
    )  # fmt: skip
    one.save(update_fields=["minutes"])
    ledger.record("transfer.decided", by=by, subject=one,
                  data={"way": str(way), "attendees": attendees, "day": decided_on.isoformat()})  # fmt: skip
    return one


@transaction.atomic
def enter_valuation(
    *, transfer_id: str, report_number: Reference, appraiser: Title, valued_on: Day, value_fen: Fen,
    valuation_report: File, by: Account,
) -> Transfer:  # fmt: skip
    """Keep a valuation report (资产评估) made outside; entering its number again puts a wrong entry right."""
    one = lifecycle.take(Transfer, transfer_id)
    permits.require(by, *rules.OFFICE, scopes=one.scopes())
    require_stage(one, rules.BEFORE_CONTRACT)
    rules.valuation_stands(rules.Worth(value_fen, valued_on, today()))
    kept = documents.add(
        subject=one, title=valuation_report.name, upload=valuation_report, purpose="valuation",
        privacy=WITHIN_THE_UNIT, by=by,
    )  # fmt: skip
    Valuation.objects.update_or_create(
        transfer=one, report_number=report_number,
        defaults={"appraiser": appraiser, "valued_on": valued_on, "value_fen": value_fen, "document": kept,
                  "recorded_by": by.pk},
    )  # fmt: skip
    lifecycle.touch(one)
    ledger.record("transfer.valued", by=by, subject=one,
                  data={"report": report_number, "appraiser": appraiser, "day": valued_on.isoformat(),
                        "value_fen": value_fen})  # fmt: skip
    return one


@transaction.atomic
def price_transfer(
    *,
    transfer_id: str,
    pricing: Pricing,
    price_fen: Fen,
    place: Title | None = None,
    reference: Reference | None = None,
    by: Account,
) -> Transfer:
    """Enter the price and how it was found: by agreement, by listing, by auction."""
    one = lifecycle.take(Transfer, transfer_id)
    one.pricing, one.price_fen = pricing, price_fen
    one.place, one.reference = place or "", reference or ""
    lifecycle.step(
        one, "price", by=by, facts=rules.Price(Way(one.way), pricing, price_fen, one.place, one.reference)
    )  # fmt: skip
    ledger.record("transfer.priced", by=by, subject=one, data={"pricing": str(pricing), "price_fen": price_fen})
    return one


@transaction.atomic
def announce_transfer(
    *, transfer_id: str, relation: Relation, relation_statement: Reason, days: Days | None = None, by: Account
) -> Transfer:
    """Announce name, abstract, way, price and transferee with the statement on related parties, 15 days or more."""
    one = lifecycle.take(Transfer, transfer_id)
    least = configuration.value("transfer.notice_days")
    facts = rules.Announcement(
        way=Way(one.way), abstract=one.achievement.abstract, buyer=one.buyer_title, price_fen=one.price_fen,
        relation=relation, statement=relation_statement, days=days or least, least_days=least,
        known_relation=queries.inventor_works_for(one, one.buyer_id),
    )  # fmt: skip
    one.relation, one.relation_statement = relation, relation_statement
    one.announced_on, one.notice_until = today(), rules.notice_ends(today(), facts.days)
    lifecycle.step(one, "announce", by=by, facts=facts, due_on=one.notice_until)
    ledger.record("transfer.announced", by=by, subject=one,
                  data={"until": one.notice_until.isoformat(), "relation": str(relation)})  # fmt: skip
    tell_unit(one, "transfer.announced", say("The transfer is under notice until {until}.", until=one.notice_until))
    return one


@transaction.atomic
def raise_objection(*, transfer_id: ref("transfer.transfer"), statement: Reason, by: Account) -> Objection:
    """Object to what is under notice, while the notice runs."""
    seen("transfer.transfer", transfer_id, by, field="transfer_id")
    one = lifecycle.take(Transfer, transfer_id)
    if not any(role in rules.RAISERS for role, _scope in permits.grants_of(by)):
        permits.require(by, *rules.RAISERS)
    if one.stage not in queries.ANNOUNCED or one.notice_until is None or today() >= one.notice_until:
        raise Refusal(
            "transfer.notice_is_over",
            say("The term for objections is over, or has not begun."),
            say("Write to the unit's supervision; what is decided stays on record."),
        )
    objection = Objection(
        number=lifecycle.next_number("TO"), transfer=one, statement=require_reason(statement, field="statement"),
        raised_by=str(by)[:120],
    )  # fmt: skip
    lifecycle.begin(objection, by=by)
    if one.stage == TransferStage.NOTICE:
        lifecycle.step(one, "object", by=permits.the_program())
    ledger.record("transfer.objected", by=by, subject=one, data={"objection": objection.number})
    tell_unit(one, "transfer.objected", say("An objection was raised; it is decided with reasons."))
    return objection


@transaction.atomic
def dismiss_objection(*, objection_id: str, decision: Reason, by: Account) -> Objection:
    """Dismiss an objection with reasons; when none is left open the notice goes on."""
    objection = _decide(objection_id, "dismiss", decision, by)
    one = lifecycle.take(Transfer, objection.transfer_id)
    if one.stage == TransferStage.OBJECTION and not one.objections.filter(stage=ObjectionStage.RAISED).exists():
        lifecycle.step(one, "resume", by=permits.the_program(), due_on=max(one.notice_until or today(), today()))
    return objection


@transaction.atomic
def uphold_objection(*, objection_id: str, decision: Reason, by: Account) -> Objection:
    """Uphold an objection with reasons: the unit decides anew, and announces anew."""
    objection = _decide(objection_id, "uphold", decision, by)
    one = lifecycle.take(Transfer, objection.transfer_id)
    if one.stage == TransferStage.OBJECTION:
        lifecycle.step(one, "uphold", by=permits.the_program())
    return objection


def _decide(key: str, move: str, decision: str, by: Account) -> Objection:
    objection = lifecycle.take(Objection, key)
    objection.decision, objection.decided_on = require_reason(decision, field="decision"), today()
    lifecycle.step(objection, move, by=by)
    ledger.record("transfer.objection_decided", by=by, subject=objection, data={"upheld": move == "uphold"})
    raiser = Account.objects.filter(pk=objection.created_by, is_active=True)
    notices.tell(raiser, "transfer.objection_decided", say("Your objection was decided; see the reasons."),
                 subject=objection)  # fmt: skip
    return objection


@transaction.atomic
def drop_transfer(*, transfer_id: str, reason: Reason, by: Account) -> Transfer:
    """Drop a transfer before a contract is signed."""
    one = lifecycle.take(Transfer, transfer_id)
    one.ended_because = require_reason(reason)
    lifecycle.step(one, "drop", by=by)
    ledger.record("transfer.ended", by=by, subject=one, data={"reason": one.ended_because[:200]})
    tell_unit(one, "transfer.ended", say("The transfer ended; the reason is on record."))
    return one


def tell_unit(one: Transfer, event: str, sentence: Phrase) -> None:
    """Tell the unit's office and the inventors who have accounts."""
    people = [("person", row.person_id) for row in one.achievement.contributors.all() if row.person_id]
    told = notices.holders(Role.LIAISON, scopes=one.scopes())
    told += notices.holders(Role.EXPERT, scopes=people) if people else []
    notices.tell(told, event, sentence, subject=one)
