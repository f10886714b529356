"""Every event that is declared happens somewhere, and whatever happens is declared."""

import ast
import importlib
import re

from django.apps import apps
from django.utils import translation
from tests.house.source import LABELS, calls, files, literal, name, tree

from xinglin.kernel.asks import asks_of
from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.events import EVENTS, Event
from xinglin.portal.speaking import choices

# Declared for a part of the house that is being built; the list only shrinks.
NOT_YET: set[str] = set()
# Facts written with str() that are names, days or numbers.
PLAIN = {"holder", "contact", "owner", "party", "until", "hours", "receiving"}


def _used() -> set[str]:
    """Event names that stand in the code beside their declaration; `f"wing.{x}"` counts by its beginning."""
    found, beginnings = set(), set()
    for path in files():
        declared = {
            id(call.args[0]) for call in calls(path) if ast.unparse(call.func).endswith("happens") and call.args
        }
        for node in ast.walk(tree(path)):
            if id(node) not in declared and (said := literal(node)) in EVENTS:
                found.add(said)
            if isinstance(node, ast.JoinedStr) and (begin := literal(node.values[0])) and begin.count(".") == 1:
                beginnings.add(begin)
    wings = {event.split(".")[0] for event in EVENTS}
    starts = tuple(begin for begin in beginnings if begin.split(".")[0] in wings)
    return found | {event for event in EVENTS if starts and event.startswith(starts)}


def test_every_declared_event_happens_somewhere() -> None:
    idle = set(EVENTS) - _used()
    assert idle - NOT_YET == set(), "\n".join(sorted(idle - NOT_YET))
    assert NOT_YET - idle == set(), f"take off the list: {sorted(NOT_YET - idle)}"


def test_everything_recorded_is_declared() -> None:
    wrong = []
    for path in files():
        for call in calls(path):
            if ast.unparse(call.func).endswith("ledger.record") and call.args:
                event = literal(call.args[0])
                if event is not None and event not in EVENTS:
                    wrong.append(f"{name(path)}:{call.lineno} {event}")
    assert wrong == []


def test_every_event_names_its_wing_and_only_facts_it_may_carry() -> None:
    wrong = []
    for event in EVENTS.values():
        places = set(re.findall(r"\{(\w+)\}", event.sentence.msgid)) - {"actor", "subject"}
        if event.name.split(".")[0] not in LABELS or places - event.data:
            wrong.append(f"{event.name}: {sorted(places - event.data)}")
    assert wrong == []


def test_every_question_has_a_label() -> None:
    missing = []
    flows = importlib.import_module("xinglin.flows.labels").LABELS
    for kind in KINDS.values():
        labels = importlib.import_module(f"{apps.get_app_config(kind.wing).name}.labels").LABELS
        for verb in kind.verbs:
            asked = [one for one in asks_of(verb.action) if verb.opening or one != kind.key]
            missing += [f"{kind.name}.{verb.name}: {one}" for one in asked if one not in labels and one not in flows]
    assert missing == [], "\n".join(sorted(missing))


def test_a_stored_word_of_the_trade_is_said_as_that_word() -> None:
    """`"state": str(one.state)` is shown as its label: a word of the subject's own columns, or named by the event."""
    wrong = []
    for path in files():
        for call in calls(path):
            event = EVENTS.get(literal(call.args[0]) or "") if ast.unparse(call.func) == "ledger.record" else None
            data = next((one.value for one in call.keywords if one.arg == "data"), None)
            if event is None or not isinstance(data, ast.Dict):
                continue
            for key, value in zip(data.keys, data.values, strict=True):
                fact = literal(key)
                is_word = isinstance(value, ast.Call) and ast.unparse(value.func) == "str" and fact not in PLAIN
                if is_word and f"{{{fact}}}" in event.sentence.msgid and not _is_said(event, str(fact)):
                    wrong.append(f"{name(path)}:{call.lineno} {event.name} {fact}")
    assert wrong == [], "\n".join(wrong)


def _is_said(event: Event, fact: str) -> bool:
    models = apps.get_app_config(event.name.split(".")[0]).get_models()
    return fact in event.words or any(choices(one._meta.label_lower, fact) for one in models)


def test_an_amount_brings_its_own_unit() -> None:
    said = [event.sentence.msgid for event in EVENTS.values() if "_fen}" in event.sentence.msgid]
    with translation.override("zh-hans"):
        said += [translation.gettext(one) for one in said]
    assert said and not [one for one in said if re.search(r"_fen\} ?(fen|yuan|分|元)|[¥￥] ?\{", one)]
