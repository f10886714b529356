"""Roster files as downloads: templates, refused rows with their reasons, written exports."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from xinglin.kernel.dossiers import KINDS
from xinglin.kernel.permits import Actor
from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import absent
from xinglin.portal import nouns, speaking
from xinglin.portal.edges import actor_of, signed_in
from xinglin.portal.sheets import TYPES
from xinglin.roster import reasons, sheets
from xinglin.roster.actions import exports, imports
from xinglin.roster.queries import exports as files
from xinglin.roster.words.imports import ExportedSheet, ExportStage, FileLanguage, RosterSheet
from xinglin.transfer.queries import income

Download = tuple[Phrase, str]


def downloads(kind: Any, dossier: Any, actor: Actor) -> list[Download]:
    """The files that belong to a dossier page, each with its address."""
    if kind.name == "roster.importrun" and dossier.refused and dossier.refusals.exists():
        return [(say("Refused rows with their reasons (Excel)"), reverse("import-refused", args=[dossier.pk]))]
    if kind.name == "transfer.transfer":
        return sheets_of(dossier, actor)
    if kind.name != "roster.exportrun" or dossier.stage != ExportStage.READY or actor is None:
        return []
    mine = dossier.file_id and dossier.created_by == actor.pk
    return [(say("Fetch the file"), reverse("export-file", args=[dossier.pk]))] if mine else []


def sheets_of(dossier: Any, actor: Actor) -> list[Download]:
    """The sheets of a transfer's distributions, the latest first, for those who see its money."""
    if not income.sees_money(dossier, actor):
        return []
    return [
        (say("Sheet of distribution {number}", number=one.ordinal), reverse("distribution-sheet", args=[one.pk]))
        for one in dossier.distributions.order_by("-ordinal")
    ]


def list_downloads(kind: Any, actor: Actor) -> list[Download]:
    """The files that belong to a list page."""
    if kind.name != "roster.importrun" or actor is None:
        return []
    return [
        (say("Empty template in Chinese (Excel)"), reverse("roster-template", args=["zh"])),
        (say("Empty template in English (Excel)"), reverse("roster-template", args=["en"])),
    ]


@require_GET
@signed_in
def roster_template(request: HttpRequest, language: str) -> HttpResponse:
    """The empty workbook: a sheet of organisations and one of people."""
    if language not in {str(word) for word in FileLanguage}:
        raise absent()
    body = files.template(ExportedSheet.BOTH, FileLanguage(language))
    return _file(body, f"xinglin-template-{language}.xlsx", "xlsx")


@require_GET
@signed_in
def refused_rows(request: HttpRequest, key: str) -> HttpResponse:
    """The rows of an import that were not taken, with the reasons beside them, to correct and send again."""
    actor = actor_of(request)
    if actor is None or nouns.find(KINDS["roster.importrun"], key, actor) is None:
        raise absent()
    target, lang = io.BytesIO(), "zh" if speaking.chinese() else "en"
    refused = imports.refused_rows_of(importrun_id=key, by=actor)
    sheets.write_refused(target, [_told(one, cells, lang) for one, cells in refused], lang)
    return _file(target.getvalue(), f"refused-{key[-8:]}.xlsx", "xlsx")


def _told(one: Any, cells: list[Any], lang: str) -> tuple[str, int, str, str, list[Any]]:
    column = sheets.SHEETS[one.sheet].column(one.column)
    params = {**one.params, "column": column.zh if lang == "zh" else column.en}
    why = (reasons.sentence(one.code, params, lang), reasons.next_step(one.code, params, lang))
    named = speaking.spoken(RosterSheet(one.sheet))
    return named, one.row, column.title(lang).rstrip("*"), " ".join(filter(None, why)), cells


@require_GET
@signed_in
def export_file(request: HttpRequest, key: str) -> HttpResponse:
    """A written export, to the one who asked for it; that it was fetched is on record."""
    actor = actor_of(request)
    if actor is None:
        raise absent()
    name, body = exports.fetch_export(exportrun_id=key, by=actor)
    return _file(body, name, name.rpartition(".")[2])


def _file(body: bytes, name: str, form: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
