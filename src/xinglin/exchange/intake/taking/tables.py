"""CSV deliveries: rows of results or of patients, in our layout or by the site's column map.

While the database takes one part in, the next is read beside it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, OperationalError, transaction

from xinglin.exchange.intake.models import ColumnMap, Quarantined
from xinglin.exchange.intake.rules import columns
from xinglin.exchange.intake.rules.columns import Layout
from xinglin.exchange.intake.rules.reasons import REASONS, sentence
from xinglin.exchange.intake.taking import delivering, neighbours, settling, storing
from xinglin.exchange.intake.taking.opening import MOST_DOCUMENT, Unreadable
from xinglin.exchange.intake.taking.parts import ACCEPTED, UNCHANGED, Key, Running, Sender
from xinglin.exchange.intake.taking.rows import Line
from xinglin.exchange.intake.taking.settling import Settling
from xinglin.exchange.intake.taking.sheets import Reader, Sheet
from xinglin.exchange.intake.words import Form, QuarantineStage
from xinglin.kernel.clock import now
from xinglin.kernel.lifecycle import deadline
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import packed

# Rows of one transaction.
PART = 20_000
Out = Callable[[Quarantined, str], None]


def take_rows(
    sender: Sender, stream: io.BufferedReader, running: Running, *, by: Account, tick: Callable[[int], None],
    arrived: Callable[[set[Key]], None] = lambda _keys: None,
) -> None:  # fmt: skip
    """Take a CSV stream in, part by part, in flat memory. Raises Unreadable for a heading that is none."""
    text = io.TextIOWrapper(stream, _encoding(stream), newline="", errors="strict")
    try:
        heading = text.readline(100_000)
        plan = columns.layout(heading.rstrip("\r\n"), mapped(sender.site))
        if plan.missing or plan.width < 2:
            raise Unreadable("csv.columns", columns=", ".join(plan.missing) or heading[:80])
        sheets = _sheets(text, plan)
        reader = _reader(sender)
        with ThreadPoolExecutor(1, "reading") as aside:
            coming = aside.submit(_next, sheets, reader)
            while (sheet := coming.result()) is not None:
                codes = neighbours.codes()
                if not reader.holds(codes):
                    reader = _reader(sender)
                reader.codes.latest = codes.latest
                if sheet.reader is not reader:
                    sheet.read(reader)
                coming = aside.submit(_next, sheets, reader)
                came = take_sheet(sender, sheet, running, by=by)
                if came:
                    arrived(came)
                tick(len(sheet) + len(sheet.short))
    except UnicodeDecodeError as wrong:
        raise Unreadable("malformed.encoding") from wrong
    except csv.Error as wrong:
        raise Unreadable("file.unreadable", why=str(wrong)) from wrong
    finally:
        # The stream is the caller's to close.
        text.detach()


def _reader(sender: Sender) -> Reader:
    codes = neighbours.codes()
    # Asked for here: the thread that reads has no business with the database.
    codes.table(sender.site)
    return Reader(sender.site, codes)


def _next(sheets: Iterator[Sheet], reader: Reader) -> Sheet | None:
    sheet = next(sheets, None)
    return None if sheet is None else sheet.read(reader)


def _encoding(stream: io.BufferedReader) -> str:
    start = stream.peek(65536)[:65536]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        start[: start.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _sheets(text: io.TextIOWrapper, plan: Layout) -> Iterator[Sheet]:
    """The rows in parts. What stands before a place that cannot be read is taken in."""
    csv.field_size_limit(min(MOST_DOCUMENT, 10_000_000))
    reader = csv.reader(text, delimiter=plan.delimiter)
    position, wrong = 0, None
    while wrong is None:
        part: list[list[str]] = []
        try:
            for row in reader:
                if row:
                    part.append(row)
                    if len(part) == PART:
                        break
        except (UnicodeDecodeError, csv.Error) as error:
            wrong = error
        if part:
            yield _sheet(part, position, plan)
        elif wrong is None:
            return
        position += len(part)
    raise wrong


def _sheet(part: list[list[str]], position: int, plan: Layout) -> Sheet:
    width = plan.width
    positions = [position + at for at, row in enumerate(part) if len(row) == width]
    short = []
    if len(positions) < len(part):
        short = [_short(position + at, row, plan) for at, row in enumerate(part) if len(row) != width]
        part = [row for row in part if len(row) == width]
    cells = list(zip(*part, strict=True)) or [()] * width
    found = {name: [cell.strip() for cell in cells[place]] for name, place in plan.at.items()}
    return Sheet({name: column for name, column in found.items() if any(column)}, positions, short)


def _short(position: int, cells: list[str], plan: Layout) -> Line:
    line = Line(position, {str(number): cell[:200] for number, cell in enumerate(cells[:60])})
    line.refuse("csv.cells", cells=len(cells), columns=plan.width)
    return line


def mapped(site: int) -> dict[str, str]:
    """The column map of a site: folded heading to our name."""
    row = ColumnMap.objects.filter(site=site).first()
    return {columns.folded(heading): name for heading, name in row.columns.items()} if row is not None else {}


def take_sheet(sender: Sender, sheet: Sheet, running: Running, *, by: Account) -> set[Key]:
    """One part, in one transaction; returns the patients that arrived with it.

    Content the database itself refuses is found and set aside alone.
    """
    with storing.site_locked(sender.site):
        people = settling.patients(sender, sheet, by)
        _store(sender, sheet, people, running, by)
    return people.arrived


def _store(sender: Sender, sheet: Sheet, people: settling.People, running: Running, by: Account) -> None:
    try:
        with transaction.atomic():
            settled = settling.settle(sender, sheet, people, running)
            _write(settled, sheet, running, by)
    except OperationalError:
        raise
    except DatabaseError as wrong:
        running.forget()
        if not len(sheet):
            raise
        for part in _parted(sheet, str(wrong)):
            _store(sender, part, people, running, by)
        return
    people.fresh = settled.fresh
    running.settle()


def _parted(sheet: Sheet, why: str) -> list[Sheet]:
    """The halves of a sheet the database refuses; of one row, the row as one that is set aside."""
    assert sheet.reader is not None  # noqa: S101 - it was read
    if len(sheet) > 1:
        return [half.read(sheet.reader) for half in sheet.halves()]
    line = Line(sheet.positions[0], sheet.said(0))
    line.refuse("store.refused", why=why.splitlines()[0][:120])
    return [Sheet({}, [], [*sheet.short, line]).read(sheet.reader)]


def _write(settled: Settling, sheet: Sheet, running: Running, by: Account) -> None:
    aside = sorted([*sheet.short, *settled.refused.values()], key=lambda line: line.position)
    running.accepted += settled.outcomes.count(ACCEPTED)
    running.unchanged += settled.outcomes.count(UNCHANGED)
    running.reasons.update(line.outcome for line in aside)
    delivering.write(running, by)
    delivering.set_aside_rows([_set_aside(line, running, by) for line in aside])


def _set_aside(line: Line, running: Running, by: Account) -> Quarantined:
    row = running.row
    made = Quarantined(
        organisation_id=row.organisation_id, site=row.site, delivery_id=row.pk, position=line.position, kind="row",
        form=Form.CSV, reason=line.outcome, detail=packed(sentence(line.outcome, **line.facts)),
        awaits=line.awaits[:160],
        body=json.dumps(line.said, ensure_ascii=False).replace("\x00", "�"),
    )  # fmt: skip
    made.stage, made.created_by = QuarantineStage.WAITING, by.pk
    made.stage_since = made.created_at = now()
    made.due_on = None if REASONS[line.outcome].waits else deadline(made)
    return made


def replay_rows(sender: Sender, asides: list[Quarantined], *, out: Out, still: Callable[..., None], by: Account) -> int:
    """Take quarantined rows in again; how many left the quarantine."""
    if not asides:
        return 0
    said = [_kept(one) for one in asides]
    names = sorted({name for one in said for name in one} & columns.FIELDS.keys())
    sheet = Sheet({name: [one.get(name, "") for one in said] for name in names}, range(len(said)))
    sheet.read(_reader(sender))
    running = Running(asides[0].delivery, stored=True)
    settled = settling.settle(sender, sheet, settling.patients(sender, sheet, by), running)
    left = 0
    for at, (one, outcome) in enumerate(zip(asides, settled.outcomes, strict=True)):
        if outcome in (ACCEPTED, UNCHANGED):
            out(one, outcome)
            left += 1
        else:
            line = settled.refused[at]
            still(one, line.outcome, packed(sentence(line.outcome, **line.facts)), line.awaits)
    return left


def _kept(one: Quarantined) -> Mapping[str, str]:
    try:
        said = json.loads(one.body)
    except ValueError:
        return {}
    return {str(name): str(text) for name, text in said.items()} if isinstance(said, dict) else {}
