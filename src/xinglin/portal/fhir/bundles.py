"""Bundles as FHIR R4 means them: a transaction is one deed, a batch one per entry; conditions and references first.

Works on what was sent, before anything is taken: each entry becomes a step with the id it will stand under, or with
the reason why it cannot be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import orjson

from xinglin.exchange.intake.queries.records import CONDITIONED, id_by
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal

# Kind, system and value of an identifier, to the ids of the sender's records and whether intake has them.
Find = Callable[[str, str, str], dict[str, bool]]
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
_REFERENCE = re.compile(rb'("reference"\s*:\s*)("(?:[^"\\]|\\.)*")')
_TEMPORARY = ("urn:uuid:", "urn:oid:")
# What intake itself refuses, with a reason of its own and a place at the desk.
_INTAKES = frozenset({"DELETE"})


@dataclass(slots=True)
class Step:
    """One entry. `matched`: a conditional create found this record of the sender's, so there is nothing to take."""

    place: int
    entry: dict[str, Any]
    resource: dict[str, Any] | None
    kind: str = ""
    method: str = "POST"
    url: str = ""
    refusal: Refusal | None = None
    matched: bool = False
    # What other entries call it; the id it will stand under; references of its own, to what they will be.
    full_url: str = ""
    name: str = ""
    pointers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """(kind, id) the entry stands under; the id is "" where intake makes one from the content."""
        return self.kind, self.name

    @property
    def own_id(self) -> str:
        """The id the resource says itself."""
        found = (self.resource or {}).get("id")
        return found if isinstance(found, str) else ""

    def refuse(self, code: str, sentence: Phrase, next_step: Phrase | None = None) -> None:
        """The first reason stands."""
        self.refusal = self.refusal or Refusal(code, sentence, next_step, field=f"Bundle.entry[{self.place}]")


def steps(entries: list[Any], *, whole: bool, find: Find) -> list[Step]:
    """The entries of a bundle as steps. `find` gives the sender's records that carry an identifier.

    With `whole` (a transaction) references between entries are made to point at what they will be.
    """
    made = [_step(place, one) for place, one in enumerate(entries)]
    for step in made:
        if step.refusal is None and step.resource is not None:
            _conditions(step, find)
            _named(step)
    if whole:
        _overlaps(made)
        _references(made, find)
    return made


def _step(place: int, entry: Any) -> Step:
    if not isinstance(entry, dict):
        step = Step(place, {}, None)
        step.refuse("fhir.body", say("An entry of the bundle is no object."))
        return step
    given = entry.get("request")
    request: dict[str, Any] = given if isinstance(given, dict) else {}
    resource = entry.get("resource")
    step = Step(place, entry, resource if isinstance(resource, dict) else None)
    step.method = str(request.get("method") or "POST")
    step.url = str(request.get("url") or "")
    url = entry.get("fullUrl")
    step.full_url = url if isinstance(url, str) else ""
    step.name = step.own_id
    if step.resource is not None and isinstance(step.resource.get("resourceType"), str):
        step.kind = step.resource["resourceType"][:60]
    if step.method in _INTAKES:
        return step
    if step.method not in ("POST", "PUT"):
        step.refuse("fhir.method", say("{method} is not possible here.", method=step.method[:20]),
                    say("Inside a bundle this server takes POST and PUT; read and search at their own "
                        "addresses."))  # fmt: skip
    elif request.get("ifMatch"):
        step.refuse("fhir.condition", say("An update that depends on a version (ifMatch) is not offered."),
                    say("A corrected version is told by its time of issue: send it without ifMatch."))  # fmt: skip
    elif step.url and step.resource is not None:
        _address(step)
    return step


def _address(step: Step) -> None:
    """The address of a request fits the resource; an id that only the address says becomes the resource's."""
    path = step.url.partition("?")[0].strip("/").split("/")
    kind, name = path[0], path[1] if len(path) > 1 else ""
    resource = step.resource or {}
    fits = kind == step.kind and len(path) <= 2
    if step.method == "POST":
        fits = fits and not name
    elif "?" not in step.url:
        fits = fits and bool(name) and resource.get("id") in (None, name)
    if not fits:
        step.refuse("fhir.body", say("The resource does not fit the address it was sent to."),
                    say("Send a {kind} with the id of the address.", kind=kind[:60]))  # fmt: skip
    elif step.method == "PUT" and name:
        step.name = name


def _conditions(step: Step, find: Find) -> None:
    """Conditional create and update: none found creates, one is it, several are an error."""
    given = step.entry.get("request") or {}
    asked = given.get("ifNoneExist") if step.method == "POST" else None
    if step.method == "PUT" and "?" in step.url:
        asked = step.url.partition("?")[2]
    if not asked:
        return
    named = identifier(str(asked))
    if named is None or step.kind not in CONDITIONED:
        step.refuse(
            "fhir.condition",
            say("This condition is not offered: “{asked}” on {kind}.", asked=str(asked)[:120], kind=step.kind),
            say("Conditions are one identifier (identifier=system|value), on {kinds}.", kinds=", ".join(CONDITIONED)),
        )
        return
    found = find(step.kind, *named)
    if len(found) > 1:
        said = say("{count} records fit the condition “{asked}”.", count=len(found), asked=str(asked)[:120])
        step.refuse("fhir.ambiguous", said, say("Name the one that is meant by its id."))
        return
    step.name = next(iter(found), "") or id_by(*named)
    step.matched = found.get(step.name, False) and step.method == "POST"


def identifier(query: str) -> tuple[str, str] | None:
    """(system, value) of a search by one identifier and nothing else; None for any other."""
    asked = parse_qs(query.partition("?")[2] or query.lstrip("?"), keep_blank_values=True)
    values = asked.pop("identifier", [])
    if asked or len(values) != 1:
        return None
    system, bar, value = values[0].rpartition("|")
    return (system, value.strip()) if value.strip() and (bar or value) else None


def _named(step: Step) -> None:
    """The id of an entry that says none itself is the end of its fullUrl."""
    if not step.name and step.full_url:
        end = step.full_url.rstrip("/").replace(":", "/").rpartition("/")[2]
        step.name = end if _ID.match(end) else ""


def _overlaps(made: list[Step]) -> None:
    """Two entries about one record leave open which of them counts: a transaction with such fails (R4, 3.1.0.11.2)."""
    seen: dict[tuple[str, str], int] = {}
    for step in made:
        if not all(step.key) or step.refusal is not None:
            continue
        first = seen.setdefault(step.key, step.place)
        if first != step.place:
            step.refuse("fhir.overlap", say("{record} is in this transaction twice: entries {first} and {second}.",
                                            record="/".join(step.key), first=first, second=step.place),
                        say("Send each record once per transaction."))  # fmt: skip


def _references(made: list[Step], find: Find) -> None:
    """Temporary names and conditions in references become the records they mean; one that means none is an error."""
    known = {step.full_url: "/".join(step.key) for step in made if step.full_url and all(step.key)}
    carried: dict[tuple[str, str, str], set[str]] = {}
    for step in made:
        for one in _objects((step.resource or {}).get("identifier")) if all(step.key) else ():
            for system in {str(one.get("system") or ""), ""}:
                carried.setdefault((step.kind, system, str(one.get("value"))), set()).add(step.name)
    for step in made:
        if step.refusal is not None or step.matched:
            continue
        for text in sorted(set(_pointing(step.resource))):
            if text in known:
                step.pointers[text] = known[text]
            elif text.startswith(_TEMPORARY):
                step.refuse("fhir.reference",
                            say("No entry of the bundle is called {reference}.", reference=text[:120]),
                            say("Every temporary name must be the fullUrl of an entry."))  # fmt: skip
            elif "?" in text:
                _searched(step, text, carried, find)


def _pointing(node: Any) -> Iterator[str]:
    """Every reference of a resource, however deep."""
    if isinstance(node, list):
        for one in node:
            yield from _pointing(one)
    elif isinstance(node, dict):
        for name, one in node.items():
            if name == "reference" and isinstance(one, str):
                yield one
            else:
                yield from _pointing(one)


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _searched(step: Step, text: str, carried: dict[tuple[str, str, str], set[str]], find: Find) -> None:
    kind, named = text.partition("?")[0].rpartition("/")[2], identifier(text)
    here = carried.get((kind, *named), set()) if named else set()
    found = sorted(here) or list(find(kind, *named) if named and kind in CONDITIONED else ())
    if len(found) == 1:
        step.pointers[text] = f"{kind}/{found[0]}"
        return
    step.refuse("fhir.reference", say("{count} records fit the reference {reference}.", count=len(found),
                                      reference=text[:120]),
                say("A conditional reference must lead to exactly one record."))  # fmt: skip


def written(step: Step, raw: bytes) -> bytes:
    """The resource as intake takes it: the bytes that were sent, with the id and the references that were found.

    Nothing else is written anew: a value of 5.60 stays 5.60.
    """
    if step.pointers:
        raw = _REFERENCE.sub(lambda found: _replaced(found, step.pointers), raw)
    if step.name == step.own_id:
        return raw
    if step.own_id:
        return orjson.dumps({**orjson.loads(raw), "id": step.name})
    start, rest = raw.split(b"{", 1)
    return start + b'{"id":' + orjson.dumps(step.name) + (b"," if rest.strip() != b"}" else b"") + rest


def _replaced(found: re.Match[bytes], pointers: dict[str, str]) -> bytes:
    text = orjson.loads(found[2])
    return found[1] + orjson.dumps(pointers[text]) if text in pointers else found[0]


def kinds(made: list[Step]) -> Iterator[tuple[str, str]]:
    """(kind, the letter of the deed) of every entry; what has no kind is intake's to refuse."""
    for step in made:
        if step.kind:
            yield step.kind, "u" if step.method == "PUT" else "d" if step.method == "DELETE" else "c"
