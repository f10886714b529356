"""Every action has one shape: keyword-only, `by`, annotated, atomic, documented; it writes the ledger and is a verb."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.house.source import SRC, WINGS, called, calls, files, functions, module, name, rooms, tree

from xinglin.kernel.asks import asks_of
from xinglin.kernel.dossiers import KINDS

Action = tuple[str, Callable[..., Any], ast.FunctionDef]


def _actions() -> Iterator[Action]:
    """The public functions of the rooms called actions."""
    for path in rooms("actions"):
        loaded = importlib.import_module(module(path))
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{module(path).removeprefix('xinglin.')}.{node.name}", getattr(loaded, node.name), node


ACTIONS = list(_actions())
DEEDS = [one for one in ACTIONS if "by" in inspect.signature(one[1]).parameters]
# Public functions of an actions room that are no deeds: shared by its files. They belong in `rules` or `queries`.
NO_DEED: set[str] = {
    "challenges.actions.bids.limits",
    "challenges.actions.notices.notice_until",
    "challenges.actions.panels.close_reviews",
    "challenges.actions.panels.stand_in",
    "challenges.actions.notices.tell_demander",
    "roster.actions.papers.verification_address",
    # Looks of several people at once: each names its own.
    "exchange.consent.actions.audits.watch_views",
    "exchange.consent.actions.views.looks_sent",
    "exchange.consent.actions.views.record_looks",
    "exchange.recognition.actions.asking.numbers_of",
    "exchange.recognition.actions.asking.order_of",
    "exchange.recognition.actions.asking.question_of",
    "exchange.recognition.actions.asking.record_at",
    "exchange.recognition.actions.asking.site_for",
    "exchange.recognition.actions.counting.booked",
    "exchange.recognition.actions.counting.fold",
    "exchange.recognition.actions.counting.keep_apart",
    "exchange.recognition.actions.counting.month_of",
    "exchange.recognition.actions.counting.moved",
    "exchange.recognition.actions.counting.recount",
    "exchange.recognition.actions.savings.hold_visit",
    "matching.actions.inputs.registered_person",
    "matching.actions.quotas.stored",
    "roster.actions.agreements.tell_parties",
    "roster.actions.agreements_in_force.extend_by_itself",
    "roster.actions.appointments.agreement_or_absent",
    "roster.actions.appointments.tell_expert",
    "roster.actions.appointments.tell_host",
    "roster.actions.bodies.organisation_or_absent",
    "roster.actions.bodies.person_or_absent",
    "roster.actions.codes.checked",
    "roster.actions.codes.refusal_of",
    "roster.actions.codes.region_code",
    "roster.actions.codes.specialty_codes",
    "roster.actions.deadlines.call_platforms",
    "roster.actions.deadlines.warn",
    "roster.actions.deadlines.warn_of_accreditations",
    "roster.actions.deadlines.warn_of_deliveries",
    "roster.actions.deadlines.warn_of_permits",
    "roster.actions.nominations.home_region",
    "roster.actions.nominations.standing_of",
    "roster.actions.once.only_once",
    "roster.actions.plaques.tell_grantors_of_loose_plaques",
    "roster.actions.stages.require_stage",
    "roster.actions.studios.release_at_the_end",
    "transfer.actions.transfers.tell_unit",
}
# Deeds no page offers as a verb: called by other deeds, jobs, flows or the command line.
NO_VERB: set[str] = {
    # On pages of their own: what a bid says and a passphrase must not pass through forms that keep what was typed.
    "challenges.actions.bids.submit_bid",
    "challenges.actions.holders.agree_to_holder",
    "challenges.actions.holders.end_key_holder",
    "challenges.actions.holders.make_holder_key",
    "challenges.actions.holders.name_key_holder",
    "challenges.actions.holders.unlocked",
    "challenges.actions.openings.give_passphrase",
    # The job after an opening; the end of a challenge before it.
    "challenges.actions.openings.read_texts",
    "challenges.actions.bids.lapse_bids",
    # Called where a challenge leaves its award: objection upheld, cancelled, no agreement.
    "challenges.actions.awards.take_back_award",
    "challenges.actions.awards.pass_over_bids",
    # The calendar's, each day.
    "challenges.actions.milestones.warn_of_overdue",
    "challenges.actions.argument.ask_each",
    "challenges.actions.argument.release_all",
    "challenges.actions.calls.close_calls",
    "challenges.actions.calls.close_if_due",
    "challenges.actions.calls.remind_experts",
    "challenges.actions.notices.end_notices",
    "challenges.actions.notices.open_notice",
    "challenges.actions.objections.raise_objection_from_outside",
    "exchange.consent.actions.bindings.join_account",
    "exchange.consent.actions.bindings.offer_code",
    "exchange.consent.actions.bindings.open_resident_account",
    "exchange.consent.actions.relations.end_visit",
    "roster.actions.organisations.note_organisation",
    "roster.actions.duplicates.ask_for_search",
    "roster.actions.duplicates.look_for",
    "roster.actions.duplicates.offer_pairs",
    "roster.actions.exports.fetch_export",
    "roster.actions.exports.forget_old_exports",
    "roster.actions.exports.write_export",
    "roster.actions.imports.check_run",
    "roster.actions.imports.fail_abandoned",
    "roster.actions.imports.fail_run",
    "roster.actions.imports.finish_run",
    "roster.actions.imports.forget_files",
    "roster.actions.imports.import_now",
    "roster.actions.imports.open_run",
    "roster.actions.imports.refused_rows_of",
    "roster.actions.imports.rehearse",
    "roster.actions.imports.rehearsed_refusals",
    "roster.actions.imports.take_part",
    "roster.actions.papers.agreement_paper",
    "roster.actions.papers.letter_of_appointment",
    "roster.actions.papers.plaque_paper",
    "matching.actions.dockings.begin_docking",
    "matching.actions.dockings.link_agreement",
    "matching.actions.needs.expire_needs",
    "matching.actions.offers.expire_offers",
    "matching.actions.rounds.fail_round",
    "matching.actions.rounds.store_solution",
    "matching.actions.tickets.watch_tickets",
    "roster.actions.agreements.sign_at_ceremony",
    "roster.actions.deadlines.run_day",
    "roster.actions.studios.release_apprentices",
    "transfer.actions.achievements.remind_of_unused",
    "transfer.actions.ip.watch_rights",
}
# Deeds that write nothing to the ledger, with a reason in their docstring.
NO_LEDGER: set[str] = {"transfer.actions.achievements.remind_of_unused"}
# To shrink: deeds that are not keyword-only, and that are no transaction or say nothing of themselves.
OTHER_SHAPE: set[str] = {
    "roster.actions.papers.agreement_paper",
    "roster.actions.papers.letter_of_appointment",
    "roster.actions.papers.plaque_paper",
    "roster.actions.agreements.sign_at_ceremony",
    "roster.actions.studios.release_apprentices",
}
NOT_ATOMIC: set[str] = {
    # That a bid was late, or a passphrase wrong, stays on the ledger when the deed is refused.
    "challenges.actions.bids.submit_bid",
    "challenges.actions.holders.agree_to_holder",
    "challenges.actions.holders.unlocked",
    "challenges.actions.openings.give_passphrase",
    # A delivery commits part by part: a kill costs one part.
    "exchange.intake.actions.receive.take_in",
    # All of it is undone when one entry is refused; that it was refused stays on the ledger.
    "exchange.intake.actions.receive.take_whole",
    "exchange.intake.actions.uploads.take_file",
    # What is shown is kept in one transaction shared with whoever asks at the same moment (`kernel.together`); a patient
    # who came along and a visit that was named are facts of their own, committed before.
    "exchange.recognition.actions.asking.ask_about",
    "exchange.recognition.actions.asking.ask_short",
    "exchange.recognition.actions.reminders.remind",
    "exchange.recognition.actions.reminders.remind_and_read",
    # Each feedback is booked by itself: one that is refused does not undo the others.
    "exchange.recognition.actions.asking.take_feedback",
    "roster.actions.papers.agreement_paper",
    "roster.actions.papers.letter_of_appointment",
    "roster.actions.papers.plaque_paper",
    "matching.actions.dockings.begin_docking",
    "roster.actions.agreements.sign_at_ceremony",
    "roster.actions.deadlines.run_day",
    "roster.actions.studios.release_apprentices",
}


def _kept(found: set[str], listed: set[str], what: str) -> None:
    assert found - listed == set(), f"{what}:\n" + "\n".join(sorted(found - listed))
    assert listed - found == set(), "take off the list:\n" + "\n".join(sorted(listed - found))


def test_every_public_function_of_an_actions_room_is_a_deed() -> None:
    _kept({label for label, action, _ in ACTIONS if "by" not in inspect.signature(action).parameters},
          NO_DEED, "no `by`")  # fmt: skip


def test_every_deed_is_keyword_only_with_by_last() -> None:
    wrong = []
    for label, action, _ in DEEDS:
        parameters = list(inspect.signature(action).parameters.values())
        if any(one.kind is not one.KEYWORD_ONLY for one in parameters) or parameters[-1].name != "by":
            wrong.append(label)
    _kept(set(wrong), OTHER_SHAPE, "not keyword-only with by last")


def test_every_deed_is_annotated_and_a_page_can_ask_for_it() -> None:
    offered = {verb.action for kind in KINDS.values() for verb in kind.verbs}
    wrong = []
    for label, action, node in DEEDS:
        if node.returns is None or any(arg.annotation is None for arg in node.args.kwonlyargs):
            wrong.append(label)
        elif action in offered:
            asks_of(action)
    assert wrong == []


def test_every_deed_is_one_transaction_and_says_what_it_does() -> None:
    wrong = []
    for label, _, node in DEEDS:
        atomic = any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
        if not atomic or not ast.get_docstring(node):
            wrong.append(label)
    _kept(set(wrong), NOT_ATOMIC, "no transaction, or no docstring")


@cache
def _bodies() -> dict[str, list[tuple[Path, ast.AST]]]:
    found: dict[str, list[tuple[Path, ast.AST]]] = {}
    for path in files(*WINGS, "flows"):
        for one in functions(path):
            found.setdefault(one.name, []).append((path, one))
    return found


def _records(node: ast.AST, wing: str, seen: set[str]) -> bool:
    """Whether a body calls ledger.record, itself or through functions of its wing or the kernel."""
    inside = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    if any(ast.unparse(call.func).endswith(("ledger.record", "ledger.record_many")) for call in inside):
        return True
    for call in inside:
        for path, body in _bodies().get(called(call), []):
            key = f"{path}:{called(call)}"
            if key not in seen and path.relative_to(SRC).parts[0] in (wing, "kernel"):
                seen.add(key)
                if _records(body, wing, seen):
                    return True
    return False


def test_every_deed_writes_the_ledger() -> None:
    _kept({label for label, _, node in DEEDS if not _records(node, label.split(".")[0], set())},
          NO_LEDGER, "nothing is recorded")  # fmt: skip


def test_every_deed_is_offered_as_a_verb() -> None:
    """The exchange is mostly used by programs: there a deed may instead be called by a page, a job or another deed."""
    offered = {verb.action for kind in KINDS.values() for verb in kind.verbs}
    silent = {label for label, action, _ in DEEDS if action not in offered}
    called_somewhere = {called(call) for path in files() for call in calls(path)}
    named = {
        label for label in silent if label.startswith("exchange.") and label.rpartition(".")[2] in called_somewhere
    }
    _kept(silent - named, NO_VERB, "no kind offers it")


def test_every_verbs_action_takes_the_key_of_its_kind() -> None:
    wrong = []
    for kind in KINDS.values():
        for verb in kind.verbs:
            takes = inspect.signature(verb.action).parameters
            if not verb.opening and kind.key not in takes:
                wrong.append(f"{kind.name}.{verb.name} does not take {kind.key}")
            if verb.move is None and not verb.roles:
                wrong.append(f"{kind.name}.{verb.name} has neither a move nor roles")
    assert wrong == []


def test_every_entry_of_the_background_calls_an_action() -> None:
    for path in rooms("jobs"):
        assert "transaction.atomic" not in path.read_text("utf-8"), name(path)
