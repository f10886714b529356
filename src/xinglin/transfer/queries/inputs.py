"""What is looked up and checked of what was typed, before an action changes anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.models import Account, Dossier
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.roster.specialties import SpecialtyRefused, parse_specialty


def seen(*, kind: str, key: str | None, field: str, by: Account) -> str | None:
    """The id of a record the actor may see, so that nobody names what is hidden from them; None for nothing.

    Writes nothing, and so records nothing.
    """
    if not key:
        return None
    known = KINDS.get(kind)
    if known is None or len(key) > 26 or not known.visible(by).filter(pk=key).exists():
        raise Refusal(
            "transfer.unknown_reference",
            say("The record chosen here does not exist, or you may not see it."),
            say("Choose it from the list again."),
            field=field,
        )
    return key


def specialty_codes(typed: Iterable[str] | None) -> list[str]:
    """Codes of 诊疗科目名录 for what was typed, each once. Raises Refusal."""
    found: list[str] = []
    for text in typed or ():
        try:
            code = parse_specialty(text).code
        except SpecialtyRefused:
            raise Refusal(
                "transfer.specialty",
                say("“{typed}” is not one specialty of the catalogue.", typed=text[:40]),
                say("Write its code or its official name, such as 03.04 or 心血管内科."),
                field="specialties",
            ) from None
        if code not in found:
            found.append(code)
    return found


def require_stage(dossier: Dossier, stages: Collection[str]) -> None:
    """Raise, as the machine would, unless the dossier is in one of `stages`."""
    if dossier.stage not in stages:
        raise Refusal(
            "machine.wrong_stage",
            say("This is not possible while the record is “{stage}”.", stage=dossier.stage_word.label),
            say("Reload the page: somebody may have moved it on since you opened it."),
        )


def require_text(text: str | None, *, field: str = "reason") -> str:
    """What ends, refuses or decides something has a reason that can be read later."""
    if not (text or "").strip():
        raise Refusal("reasons.missing", say("Say why; the reason is kept with the record."), field=field)
    return (text or "").strip()
