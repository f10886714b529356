"""A load on its way: files and streams of one sender, gathered into common transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.db.models import Q

from xinglin.exchange.catalogue.actions.sites import open_site
from xinglin.exchange.intake.models import Delivery
from xinglin.exchange.intake.taking import opening, tables
from xinglin.exchange.intake.taking.delivering import take_chunk
from xinglin.exchange.intake.taking.opening import Unreadable
from xinglin.exchange.intake.taking.parts import Running, Sender, Sent
from xinglin.exchange.intake.taking.replaying import replay_arrived
from xinglin.exchange.intake.words import Form, Way
from xinglin.kernel import permits
from xinglin.kernel.clock import now
from xinglin.kernel.collecting import undisturbed
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal
from xinglin.roster.actions.organisations import note_organisation
from xinglin.roster.queries.register import organisations_for

# Entries of one transaction: large enough for COPY, small enough that a kill costs little.
PART = 3_000
# Who sends what nobody in particular sent: files an operator loads without saying whose they are.
NOBODY = "未注明来源"
Tick = Callable[[int], None]


@dataclass
class Loading:
    """Several files of one sender on their way, gathered into common transactions."""

    sender: Sender
    by: Account
    way: Way
    tick: Tick = lambda _entries: None
    gathered: list[Sent] = field(default_factory=list)
    runnings: list[Running] = field(default_factory=list)

    def begin(self, name: str, form: Form) -> Running:
        row = Delivery(
            organisation_id=self.sender.organisation_id, site=self.sender.site, way=self.way, form=form,
            name=name[-300:], started_by=self.by.pk, many=self.sender.many,
        )  # fmt: skip
        running = Running(row)
        self.runnings.append(running)
        return running

    def feed(self, source: BinaryIO, name: str, form: Form | None = None) -> Running:
        """Take one stream in; small ones wait for the next so that they share a transaction."""
        running: Running | None = None
        try:
            with undisturbed():
                stream = opening.unpacked(source)
                found = form or opening.form_of(stream, name)
                running = self.begin(name, found)
                if found == Form.CSV:
                    self.flush()
                    tables.take_rows(self.sender, stream, running, by=self.by, tick=self.tick, arrived=self._arrived)
                else:
                    for group in opening.entries(stream, found, running):
                        self.add(group)
        except Unreadable as wrong:
            if running is None:
                running = self.begin(name, Form.UNKNOWN)
            self.add([Sent(running, running.row.entries, _beginning(source), code=wrong.code, facts=wrong.facts)])
        return running

    def add(self, group: Sequence[Sent]) -> None:
        self.gathered.extend(group)
        if len(self.gathered) >= PART:
            self.flush()

    def flush(self) -> None:
        """Take what was gathered in, and what waited for it."""
        sent, self.gathered = self.gathered, []
        for part in _parts(sent):
            chunk = take_chunk(self.sender, part, by=self.by)
            self._arrived(chunk.arrived)
            self.tick(len(part))

    def _arrived(self, keys: set[tuple[str, str]]) -> None:
        replay_arrived(site=self.sender.site, arrived=keys, by=permits.the_program())

    def end(self) -> list[Delivery]:
        """Close the deliveries: their counts are final now."""
        self.flush()
        moment = now()
        rows = [one.row for one in self.runnings]
        with transaction.atomic():
            for running in self.runnings:
                if not running.stored:
                    # It had no entries at all.
                    running.row.save(force_insert=True)
                    running.stored = True
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=moment)
        for row in rows:
            row.refresh_from_db()
        return rows


def _parts(sent: list[Sent]) -> Iterator[list[Sent]]:
    """At most two parts' worth at a time; a larger bundle is cut, its references still meet through the store."""
    for start in range(0, len(sent), 2 * PART):
        yield sent[start : start + 2 * PART]


def _beginning(source: BinaryIO) -> bytes:
    try:
        source.seek(0)
        return source.read(4096)
    except (OSError, ValueError, Unreadable):
        return b""


def sender_of(organisation_id: str, by: Account) -> Sender:
    """The sender as the exchange counts it; it becomes a site with its first delivery."""
    site = open_site(organisation_id=organisation_id, by=permits.the_program())
    return Sender(site.number, organisation_id)


def nobody() -> Sender:
    """The sender of data without one; the hospitals the data names become sites."""
    program = permits.the_program()
    organisation = note_organisation(name=NOBODY, by=program)
    site = open_site(organisation_id=organisation.pk, by=program)
    return Sender(site.number, organisation.pk, many=True)


def loading_for(*, source: str | None, tick: Tick, by: Account) -> Loading:
    """A load of files in the name of an organisation (its id, credit code or name), or of nobody in particular."""
    if not source:
        return Loading(nobody(), by, Way.FILE, tick)
    found = organisations_for(by)
    row = (
        found.filter(pk=source).first()
        or found.filter(credit_code=source.strip().upper(), parent=None).first()
        or found.filter(Q(name_zh=source) | Q(name_en=source)).order_by("created_at").first()
    )
    if row is None:
        raise Refusal(
            "intake.source", say("There is no organisation “{source}” in the register.", source=source[:80]),
            say("Give its id, its credit code or its whole name; enter it in the register first if it is new."),
        )  # fmt: skip
    return Loading(sender_of(row.pk, by), by, Way.FILE, tick)
