"""What the database refuses of distributions: another plan than was made, lines or sums that do not agree."""

from __future__ import annotations

from xinglin.kernel.models.guards import Guard, refused

# What may still be written on a plan: the days it goes through, and why it was withdrawn.
OPEN = ("announced_on", "notice_until", "paid_on", "withdrawn_on", "because")


def keeps_its_plan(name: str) -> Guard:
    """What was planned is never rewritten, and a plan that was paid or withdrawn is not touched at all."""
    left = "ARRAY[" + ", ".join(f"'{column}'" for column in OPEN) + "]"
    unless = (
        f"TG_OP = 'UPDATE' AND OLD.paid_on IS NULL AND OLD.withdrawn_on IS NULL "
        f"AND to_jsonb(NEW) - {left} = to_jsonb(OLD) - {left}"
    )
    return Guard(name=name, when="BEFORE UPDATE OR DELETE", body=refused(name, "what was planned stays", unless))


def lines_make_the_base(name: str, *, distribution: str) -> Guard:
    """When all is written, the lines of a distribution sum to its base, and none of them runs the other way.

    `distribution` is the column that holds its id, in the row the trigger stands on.
    """
    unless = (
        "SELECT sum(l.amount) = d.base AND bool_and(l.amount = 0 OR sign(l.amount) = sign(d.base)) "  # noqa: S608
        "FROM transfer_distribution d JOIN transfer_shareline l ON l.distribution_id = d.id "
        f"WHERE d.id = NEW.{distribution} GROUP BY d.base"
    )
    return Guard(
        name=name, when="AFTER INSERT", body=refused(name, "the lines do not make the base", unless), deferred=True
    )


def pays_the_net_income(name: str) -> Guard:
    """With a distribution that is paid, all that was shared out is the net income of the book, to the fen.

    Which kinds of cost are taken off is kept in the row, as the rule stood when it was planned. A reversal takes back
    exactly what it reverses.
    """
    book = (
        "SELECT coalesce(sum(CASE WHEN e.reverses_id IS NULL THEN e.amount ELSE -e.amount END * CASE "
        "WHEN e.kind IN ('received', 'shares', 'profit') THEN 1 "
        "WHEN e.kind IN ('returned', 'tax') OR (NOT e.fiscal_funded AND e.cost_kind = ANY (NEW.deducts)) THEN -1 "
        "ELSE 0 END), 0) FROM transfer_incomeentry e WHERE e.transfer_id = NEW.transfer_id"
    )
    shared = (
        "SELECT sum(d.base) FROM transfer_distribution d "
        "WHERE d.transfer_id = NEW.transfer_id AND d.paid_on IS NOT NULL"
    )
    unless = (
        "CASE WHEN NEW.paid_on IS NULL THEN TRUE WHEN NEW.reverses_id IS NOT NULL THEN NEW.base = "  # noqa: S608
        "(SELECT -r.base FROM transfer_distribution r WHERE r.id = NEW.reverses_id AND r.paid_on IS NOT NULL) "
        f"ELSE ({shared}) = ({book}) END"
    )
    return Guard(
        name=name, when="AFTER INSERT OR UPDATE", body=refused(name, "this is not what the book leaves", unless)
    )
