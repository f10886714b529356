"""The order-entry claims: the answer in process beside a bare primary-key lookup, and over HTTP by CDS Hooks.

    xinglin bench recognition [--full] [--json]

Conditions: everything is invented. A home of its own in the system's temporary folder with the embedded database; the
results are copied in binary from numpy (600 items, 40 sites, two linked records per person, 30 results a record, 400
days), then the indexes are built and VACUUM ANALYZE run. `--full` takes 10, 50 and 100 million rows;
XINGLIN_BENCH_ROWS=N,M takes those. Up to 20,000 patients of one hospital, spread over all records, are asked about at
random, twelve items each: six the person has a result of at another hospital, six drawn at random. Two thirds of them
are treated there; a third are not and have consented, so that consents and emergency accesses are asked for. The answer
is the whole of it: linked records, treating relation, wishes, consent, every rule. Each contender runs in 4 processes
with one connection each, one contender after the other, five times, after each process has asked its 30,000 questions
once: warm. The middle one counts, and of the ratios of neighbours in time and of the 99th parts the middle one:

- lookup: one of the same patients' results by primary key, through the driver's cursor, prepared and in binary;
- lowest: the same through the one call the answer is fetched by (`kernel.prepared`), for what that call itself saves.

Over HTTP the server is the one `xinglin serve` starts (2 processes of 4 threads); the client is one thread on the same
machine, over 8 kept connections (as many as are answered at a time) and over 16 (as many again wait), three times each
in turn, after one order for each patient who is asked about. Each order is a visit of its own, so its reminders are
new; every answered order has its reminders and its look committed, which is counted in the database afterwards. The
unique key on a hospital's own result numbers is left out of the loaded table: loading it is the intake's claim.
`yardstick_ms` is how long the processor takes for a fixed piece of plain Python, before and after: absolute figures of
two runs compare only where it is the same.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from bench._home import own_home

HOME = Path(tempfile.gettempdir()) / "xinglin-bench-recognition"
SMALL, LARGE = 1_000_000, (10_000_000, 50_000_000, 100_000_000)
ITEMS, SITES, PER_RECORD, ASKED, ASKERS = 600, 40, 30, 12, 4
SECONDS, ROUNDS, ASKED_PATIENTS, DRAWN, PART, DAYS, WINDOW = 2.0, 5, 20_000, 30_000, 1_000_000, 400, 60
CONNECTIONS, HTTP_SECONDS, HTTP_ROUNDS, MOST_A_SECOND, WARMING = (8, 16), 4.0, 3, 3_000, 120.0
STEP, TURN = 7_919, 104_729
NUMBERS = list(range(ITEMS + 1))
EPOCH_US = 946_684_800_000_000  # PostgreSQL counts from 2000-01-01
LOOKUP = "SELECT item, effective_at, reported_at, site, status, flags, id FROM intake_result WHERE id = {}"
MARKS = {"ratio": 0.45, "p99_ms": 1.0, "http_orders_per_second": 1_000, "http_p99_ms": 25.0, "growth": 1.2}


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def items_of(patient: int, count: int = PER_RECORD) -> list[int]:
    """The items a record has results of, in the order they were made."""
    return [(patient * STEP + k * TURN) % ITEMS + 1 for k in range(count)]


def load(rows: int) -> dict[str, Any]:
    """Make the home afresh with `rows` results; returns what that took."""
    from django.db import connection

    from xinglin.cli.migrate import migrate_now
    from xinglin.exchange.identity.rules.records import VERSION

    migrate_now()
    records = max(2, rows // PER_RECORD)
    _catalogue()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'; SET statement_timeout = 0")
        cursor.execute("ALTER TABLE intake_result DROP CONSTRAINT IF EXISTS result_once")
        cursor.execute("ALTER TABLE intake_result DROP CONSTRAINT IF EXISTS intake_result_pkey")
        cursor.execute("DROP INDEX IF EXISTS result_at_order")
        cursor.execute("DROP INDEX IF EXISTS result_report")
        _fill(cursor, "identity_indexperson", f"generate_series(1, {records // 2 + 1}) AS g(n)", {"id": "n"})
        _fill(cursor, "identity_patient", f"generate_series(1, {records}) AS g(n)",
              {"id": "n", "person_id": "(n + 1) / 2", "site": f"n % {SITES} + 1", "local_id": "'P' || n",
               "prepared_by": str(VERSION)})  # fmt: skip
        filled = time.perf_counter() - began
        began = time.perf_counter()
        copied = _copy(cursor, rows, records)
        loaded = time.perf_counter() - began
        began = time.perf_counter()
        cursor.execute("ALTER TABLE intake_result ADD CONSTRAINT intake_result_pkey PRIMARY KEY (id)")
        cursor.execute(
            "CREATE INDEX result_at_order ON intake_result (patient, item, effective_at DESC) "
            "INCLUDE (site, status, flags, reported_at, id)"
        )
        _grounds(cursor, records)
        indexed = time.perf_counter() - began
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_relation_size('intake_result'), pg_relation_size('result_at_order')")
        heap, index = cursor.fetchone()
    return {
        "rows": copied, "records": records, "records_seconds": round(filled, 1),
        "copy_seconds": round(loaded, 1), "index_seconds": round(indexed, 1),
        "rows_per_second": round(copied / loaded), "heap_gb": round(heap / 1e9, 2), "index_gb": round(index / 1e9, 2),
    }  # fmt: skip


def asked_patients(records: int) -> np.ndarray:
    """The records of hospital 1 that are asked about: as many as there are, or ASKED_PATIENTS spread over all."""
    own = np.arange(SITES, records + 1, SITES)
    return own[:: max(1, len(own) // ASKED_PATIENTS)]


def _grounds(cursor: Any, records: int) -> None:
    """A third of the asked patients have consented, the others are treated; a fiftieth had an emergency once."""
    asked = asked_patients(records)
    step = int(asked[1] - asked[0]) if len(asked) > 1 else SITES
    series = f"generate_series({SITES}, {int(asked[-1])}, {step}) AS g(k)"
    persons = f"(SELECT g.k, (g.k + 1) / 2 AS person FROM {series}) AS g"
    given = {"id": "lpad(g.k::text, 26, '0')", "person": "g.person"}
    _fill(cursor, "consent_relation", f"{persons} WHERE g.k / {step} % 3 <> 0", {
        **given, "site": "1", "visit": "'V' || g.k", "doctor": "'D1'", "began_at": "now() - interval '1 day'",
        "ends_at": "now() + interval '30 days'",
    })  # fmt: skip
    _fill(cursor, "consent_consent", f"{persons} WHERE g.k / {step} % 3 = 0", {
        **given, "recipient": "'*'", "purpose": "'recognition'", "stage": "'given'", "version": "1",
        "valid_from": "now() - interval '9 days'", "valid_to": "now() + interval '99 days'",
    })  # fmt: skip
    _fill(cursor, "consent_breakglass", f"{persons} WHERE g.k / {step} % 50 = 0", {
        **given, "site": "1", "stage": "'open'", "version": "1", "created_at": "now() - interval '9 days'",
        "ends_at": "now() - interval '8 days'",
    })  # fmt: skip


def _fill(cursor: Any, table: str, source: str, given: dict[str, str]) -> None:
    """Rows made by the server; columns not given are empty, nought or null."""
    cursor.execute(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = %s", [table]
    )
    empty = {"boolean": "false", "timestamp with time zone": "now()", "smallint": "0", "integer": "0", "bigint": "0"}
    columns = {name: given.get(name, "NULL" if free == "YES" else empty.get(kind, "''"))
               for name, kind, free in cursor.fetchall()}  # fmt: skip
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {source}")


def _copy(cursor: Any, rows: int, records: int) -> int:
    """The results, in binary."""
    from django.db import transaction

    from xinglin.exchange.intake.models import Result

    fields = list(Result._meta.concrete_fields)
    names = ", ".join(f'"{field.column}"' for field in fields)
    done = 0
    with transaction.atomic():
        # Emptied in the same transaction, the table needs no journal for what is copied in.
        cursor.execute("TRUNCATE intake_result")
        with cursor.copy(f"COPY intake_result ({names}) FROM STDIN (FORMAT BINARY, FREEZE)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            while done < rows:
                count = min(PART, rows - done)
                copy.write(_packed(fields, np.arange(done, done + count, dtype=np.int64), records))
                done += count
            copy.write(b"\xff\xff")
    return done


def _mixed(number: np.ndarray) -> np.ndarray:
    """Each number's own draw (splitmix64). A mere multiple would spread a person's results evenly over the days at one
    size and heap them at another: orders of unequal work."""
    drawn = (number.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        drawn = (drawn ^ (drawn >> np.uint64(shift))) * np.uint64(factor)
    return drawn ^ (drawn >> np.uint64(31))


def _packed(fields: list[Any], number: np.ndarray, records: int) -> bytes:
    """Rows as PostgreSQL's binary COPY wants them."""
    now_us = int(time.time() * 1e6) - EPOCH_US
    patient = number % records + 1
    turn = number // records
    made = now_us - (_mixed(number) % (DAYS * 86_400)).astype(np.int64) * 1_000_000 - 3_600_000_000
    values = {
        "id": number + 1, "patient": patient, "item": (patient * STEP + turn * TURN) % ITEMS + 1, "effective_at": made,
        "reported_at": made + 1_800_000_000, "site": (patient % SITES) + 1,
        "status": np.where(number % 50 == 0, 2, 1), "flags": np.where(number % 97 == 0, 1, 0),
    }  # fmt: skip
    sizes = {"BigAutoField": 8, "BigIntegerField": 8, "IntegerField": 4, "SmallIntegerField": 2, "DateTimeField": 8}
    shape: list[tuple[str, Any]] = [("n", ">i2")]
    for field in fields:
        kind = field.get_internal_type()
        shape.append((f"{field.name}_l", ">i4"))
        if kind in sizes and not (field.null and field.name not in values):
            shape.append((field.name, f">i{sizes[kind]}"))
        elif field.name == "source_id":
            shape.append((field.name, "S10"))
        elif kind == "BinaryField":
            shape.append((field.name, "V16"))
    packed = np.zeros(len(number), dtype=shape)
    packed["n"] = len(fields)
    for field in fields:
        present = field.name in packed.dtype.names
        packed[f"{field.name}_l"] = packed.dtype[field.name].itemsize if present else -1 if field.null else 0
        if field.name in values:
            packed[field.name] = values[field.name]
    digits = (number[:, None] + 1) // 10 ** np.arange(9, -1, -1) % 10 + ord("0")
    packed["source_id"] = digits.astype(np.uint8).view("S10")[:, 0]
    return packed.tobytes()


def _catalogue() -> None:
    """600 items with windows, prices and province marks at 40 sites; an asking program at the first."""
    from datetime import date

    from xinglin.exchange.catalogue.models import CatalogueState, Item, ItemPrice, RecognitionRule, ScopeGrant, Site
    from xinglin.kernel import permits
    from xinglin.kernel.clock import now
    from xinglin.kernel.models import Account, ApiToken
    from xinglin.kernel.tokens import digest
    from xinglin.kernel.words import AccountKind, Role

    since, until = date(2020, 1, 1), date(2035, 1, 1)
    sites = Site.objects.bulk_create(
        Site(number=n, organisation_id=f"ORG{n:023d}", name=f"示例医院{n}", region="440100" if n % 2 else "440600")
        for n in range(1, SITES + 1)
    )
    items = Item.objects.bulk_create(
        Item(number=n, code=f"X{n}", name_zh=f"示例项目{n}", name_en=f"Example {n}", kind="laboratory", category="示例",
             group="示例", unit="mmol/L") for n in range(1, ITEMS + 1)
    )  # fmt: skip
    RecognitionRule.objects.bulk_create(
        RecognitionRule(item=one, window_days=WINDOW, valid_from=since, source="示例") for one in items
    )
    ItemPrice.objects.bulk_create(
        ItemPrice(item=one, region="440100", price_fen=100 * one.number, valid_from=since, price_list="示例")
        for one in items
    )
    ScopeGrant.objects.bulk_create(
        [ScopeGrant(site=site, item=one, scope="440000", programme="示例", result="合格", valid_from=since,
                    valid_to=until, evaluated_until=until, stage="valid")
         for site in sites for one in items if (site.number + one.number) % 3],
        batch_size=5_000,
    )  # fmt: skip
    CatalogueState.move_on()
    program = Account.objects.create(username="his", display_name="示例", password="!", kind=AccountKind.PROGRAM)  # noqa: S106
    permits.grant(account=program, role=Role.DOCTOR, scope=("organisation", sites[0].organisation_id),
                  by=permits.the_program())  # fmt: skip
    ApiToken.objects.create(account=program, name="bench", prefix="xl_bench", digest=digest("xl_bench"),
                            abilities=["recognition.ask"], expires_at=now() + timedelta(days=1))  # fmt: skip


def patients(seed: int, records: int) -> Iterator[tuple[int, list[int]]]:
    """(patient, twelve items) for ever: six of the person's other record, made elsewhere, and six drawn at random."""
    draw, asked = np.random.default_rng(seed), asked_patients(records)
    while True:
        for patient in asked[draw.integers(0, len(asked), 1_000)].tolist():
            yield patient, _wanted(draw, patient)


def _wanted(draw: np.random.Generator, patient: int) -> list[int]:
    # The same number is the same object, as a server has just had it in hand: the processor need not wait for it.
    return [NUMBERS[n] for n in dict.fromkeys([*items_of(patient - 1)[:6], *draw.integers(1, ITEMS, 6).tolist()])]


def keys(seed: int, rows: int, records: int) -> Iterator[int]:
    """The numbers of results of the asked patients, for ever."""
    draw, asked = np.random.default_rng(seed), asked_patients(records)
    while True:
        turns = draw.integers(0, max(1, rows // records), 10_000)
        yield from (turns * records + asked[draw.integers(0, len(asked), 10_000)]).tolist()


def timed(deed: Callable[[], Any], seconds: float) -> list[float]:
    """How long each of as many deeds as fit took, in seconds."""
    found = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        deed()
        found.append(time.perf_counter() - began)
    return found


def contend(what: str, seed: int, rows: int, records: int, rounds: int, start: Any, out: Any) -> None:
    """One process with one connection: as many rounds, each when `start` lets it."""
    own_home(HOME)
    from django.db import connection
    from psycopg import Cursor

    from xinglin.exchange.recognition.queries.order import asking, at_order
    from xinglin.kernel.clock import now
    from xinglin.kernel.collecting import settle
    from xinglin.kernel.models import Account
    from xinglin.kernel.prepared import INT8, Prepared, int8

    connection.ensure_connection()
    if what == "answer":
        account = Account.objects.get(username="his")
        # Drawn beforehand: making up a question takes as long as a third of the answer.
        who, asked = asking(site=1, account=account, doctor="D1"), cycle(list(islice(patients(seed, records), DRAWN)))

        def deed() -> Any:
            patient, items = next(asked)
            return at_order(patient=patient, items=items, site=1, at=now(), who=who)

        hits = sum(sum(one.cls in ("must", "may") for one in deed().items) for _ in range(DRAWN)) / DRAWN
    else:
        wanted = cycle(list(islice(keys(seed, rows, records), DRAWN)))
        lookup = LOOKUP.format("%s" if what == "lookup" else "$1")
        lowest = Prepared(lookup, INT8)
        connection.connection.prepare_threshold = 0

        def by_cursor() -> Any:
            with Cursor(connection.connection) as cursor:
                return cursor.execute(lookup, [next(wanted)], prepare=True, binary=True).fetchall()

        def by_call() -> Any:
            return lowest.rows(int8(next(wanted)))

        deed = by_cursor if what == "lookup" else by_call
        hits = sum(len(deed()) for _ in range(DRAWN)) / DRAWN
    # As in the server's processes.
    settle()
    out.put("warm")
    for _ in range(rounds):
        start.wait()
        out.put((timed(deed, SECONDS), hits))
    # A process that ends takes time from those who are still measured.
    start.wait()


class Contender:
    """Several processes that do one thing at once, whenever they are asked to."""

    def __init__(self, what: str, rows: int, records: int, *, rounds: int = ROUNDS, askers: int = ASKERS) -> None:
        context = multiprocessing.get_context("spawn")
        self._start, self._out, self._askers = context.Barrier(askers + 1), context.Queue(), askers
        given = rows, records, rounds, self._start, self._out
        self._running = [context.Process(target=contend, args=(what, n, *given), daemon=True) for n in range(askers)]
        for one in self._running:
            one.start()
        # Nobody is measured while others still warm up.
        for _ in self._running:
            self._out.get(timeout=300)

    def end(self) -> None:
        """Let the processes go."""
        self._start.wait(300)

    def round(self) -> dict[str, Any]:
        """The rate of all together, and how long one took."""
        self._start.wait(300)
        told = [self._out.get(timeout=300) for _ in self._running]
        took = np.concatenate([times for times, _hits in told])
        p50, p99 = np.percentile(took * 1e3, [50, 99]).tolist()
        return {
            "connections": self._askers, "per_second": round(len(took) / SECONDS), "p50_ms": round(p50, 3),
            "p99_ms": round(p99, 3), "usable_per_question": round(statistics.mean(hits for _times, hits in told), 2),
        }  # fmt: skip


def over_http(records: int) -> dict[str, Any]:
    """CDS Hooks `order-sign` against the server of `xinglin serve`: by the number of connections, the middle round."""
    from xinglin.cli.serve import server_command

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "XINGLIN_URL": f"http://127.0.0.1:{port}", "XINGLIN_PARENT": str(os.getpid())}
    server = subprocess.Popen(server_command("127.0.0.1", port, 2, 4), env=environment)
    told: dict[int, list[dict[str, Any]]] = {connections: [] for connections in CONNECTIONS}
    try:
        _await(port)
        asked = asked_patients(records).tolist()
        draw = np.random.default_rng(98)
        orders = (_hook(turn, *one) for turn, one in enumerate(
            chain(((patient, _wanted(draw, patient)) for patient in asked), patients(99, records))
        ))  # fmt: skip
        # Warm: each of those who are asked about was asked about once before.
        warming, _cards = _drive(port, islice(orders, len(asked)), CONNECTIONS[0], WARMING)
        assert len(warming) == len(asked), "too slow to be warm"
        for _ in range(HTTP_ROUNDS):
            for connections, rounds in told.items():
                rounds.append(_round(port, orders, connections))
                say(f"over HTTP: {rounds[-1]}")
    finally:
        server.terminate()
        server.wait(30)
    return {str(connections): _middle(rounds, "orders_per_second") for connections, rounds in told.items()}


def _round(port: int, orders: Iterator[bytes], connections: int) -> dict[str, Any]:
    """How fast, and what of it is kept."""
    from xinglin.exchange.recognition.models import Decision
    from xinglin.kernel.models import LedgerEntry

    before, looks = Decision.objects.count(), LedgerEntry.objects.filter(event="consent.viewed").count()
    times, cards = _drive(port, orders, connections, HTTP_SECONDS)
    return {
        "connections": connections, "orders_per_second": round(len(times) / HTTP_SECONDS),
        "p50_ms": round(float(np.percentile(times, 50)) * 1e3, 2),
        "p99_ms": round(float(np.percentile(times, 99)) * 1e3, 2),
        "cards_per_order": round(cards / max(1, len(times)), 2),
        "new_reminders_kept": Decision.objects.count() - before,
        "looks_on_the_ledger": LedgerEntry.objects.filter(event="consent.viewed").count() - looks,
    }  # fmt: skip


def yardstick_ms() -> float:
    """How long a fixed piece of plain Python takes, the middle of five."""
    took = []
    for _ in range(5):
        began, sum_ = time.perf_counter(), 0
        for number in range(2_000_000):
            sum_ += number & 7
        took.append((time.perf_counter() - began) * 1e3)
    return round(statistics.median(took), 1)


def _await(port: int) -> None:
    for _ in range(1_200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def _hook(turn: int, patient: int, items: list[int]) -> bytes:
    """A request as an order-entry system sends it, in a visit of its own."""
    entries = [
        {"resource": {"resourceType": "ServiceRequest", "id": f"o{n}", "status": "draft", "intent": "order",
                      "code": {"coding": [{"system": "urn:xinglin:item", "code": f"X{n}"}]}}}
        for n in items
    ]  # fmt: skip
    body = json.dumps({
        "hook": "order-sign", "hookInstance": str(uuid.uuid4()),
        "context": {"userId": "Practitioner/D1", "patientId": f"P{patient}", "encounterId": f"E{turn}",
                    "draftOrders": {"resourceType": "Bundle", "entry": entries}},
    }).encode()  # fmt: skip
    head = (
        "POST /cds-services/xinglin-order-sign HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer xl_bench\r\n"
        f"Accept-Language: en\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _drive(port: int, orders: Iterator[bytes], connections: int, seconds: float) -> tuple[list[float], int]:
    """Send as many of `orders` as are answered, over keep-alive sockets; (how long each took, cards in all)."""
    times: list[float] = []
    # Written beforehand: the client shares the machine with the server.
    bodies = list(islice(orders, MOST_A_SECOND * int(seconds)))
    cards, sent, end = 0, 0, time.perf_counter() + seconds
    begun: dict[int, float] = {}
    held: dict[int, bytes] = {}
    wires: dict[int, socket.socket] = {}
    poll = select.epoll()
    for _ in range(connections):
        wire = socket.create_connection(("127.0.0.1", port))
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wires[wire.fileno()] = wire
        poll.register(wire.fileno(), select.EPOLLIN)
    for number, wire in wires.items():
        begun[number], held[number] = time.perf_counter(), b""
        wire.sendall(bodies[sent])
        sent += 1
    while begun:
        for number, _event in poll.poll(30):
            got = held[number] + wires[number].recv(262_144)
            if not _is_whole(got):
                held[number] = got
                continue
            now = time.perf_counter()
            times.append(now - begun.pop(number))
            assert got.startswith(b"HTTP/1.1 200"), got[:300]
            cards += got.count(b'"indicator"')
            if now < end and sent < len(bodies):
                begun[number], held[number] = now, b""
                wires[number].sendall(bodies[sent])
                sent += 1
    for wire in wires.values():
        wire.close()
    return times, cards


def _is_whole(data: bytes) -> bool:
    """Whether all of an answer is there."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = int(data[:end].lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    return len(data) >= end + 4 + length


def run(full: bool = False) -> dict[str, Any]:
    """All sizes, one after the other; each figure beside its mark, and which marks are met."""
    given = os.environ.get("XINGLIN_BENCH_ROWS")
    sizes = tuple(int(one) for one in given.split(",")) if given else LARGE if full else (SMALL,)
    found: dict[str, Any] = {"marks": MARKS, "cores": os.cpu_count(), "sizes": []}
    for rows in sizes:
        say(f"{rows:,} results")
        found["sizes"].append(_own_process(rows))
    rates = [one["answer"]["per_second"] for one in found["sizes"]]
    found["slower_from_smallest_to_largest"] = round(rates[0] / rates[-1], 2)
    found["met"] = {
        "ratio": all(one["ratio"] >= MARKS["ratio"] for one in found["sizes"]),
        "p99_ms": all(one["answer"]["p99_ms"] < MARKS["p99_ms"] for one in found["sizes"]),
        # In one and the same round, over any of the numbers of connections.
        "http": all(
            any(http["orders_per_second"] >= MARKS["http_orders_per_second"] and http["p99_ms"] < MARKS["http_p99_ms"]
                for http in one["http"].values())
            for one in found["sizes"]
        ),
        "growth": found["slower_from_smallest_to_largest"] <= MARKS["growth"] if len(rates) > 1 else None,
    }  # fmt: skip
    return found


def _own_process(rows: int) -> dict[str, Any]:
    """A size in a process of its own: its home is made, measured and removed."""
    done = subprocess.run([sys.executable, "-m", "bench.recognition", str(rows)], stdout=subprocess.PIPE, check=True,
                          cwd=Path(__file__).resolve().parents[1])  # fmt: skip
    return json.loads(done.stdout)


def in_turn(rows: int, records: int) -> dict[str, Any]:
    """The contenders one after the other, ROUNDS times; of each the run with the middle rate, and of the answer's
    ratios to its neighbours the middle ones."""
    contenders = {
        "lookup": Contender("lookup", rows, records), "lowest": Contender("lowest", rows, records),
        "answer": Contender("answer", rows, records), "answer_alone": Contender("answer", rows, records, askers=1),
    }  # fmt: skip
    told: dict[str, list[dict[str, Any]]] = {what: [] for what in contenders}
    for _ in range(ROUNDS):
        for what, one in contenders.items():
            told[what].append(one.round())
            say(f"{what}: {told[what][-1]}")
    for one in contenders.values():
        one.end()
    found: dict[str, Any] = {what: _middle(runs, "per_second") for what, runs in told.items()}
    for name, peer in (("ratio", "lookup"), ("ratio_to_lowest", "lowest")):
        ratios = [one["per_second"] / beside["per_second"]
                  for one, beside in zip(told["answer"], told[peer], strict=True)]  # fmt: skip
        found[name] = round(statistics.median(ratios), 3)
    for what, runs in told.items():
        found[what]["p99_ms"] = statistics.median(one["p99_ms"] for one in runs)
    return found


def _middle(runs: list[dict[str, Any]], by: str) -> dict[str, Any]:
    return sorted(runs, key=lambda one: one[by])[len(runs) // 2]


def one_size(rows: int) -> dict[str, Any]:
    """Load, measure, clear away."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    own_home(HOME)
    from xinglin.kernel import database

    try:
        loaded = load(rows)
        say(f"loaded: {loaded}")
        records = loaded["records"]
        before = yardstick_ms()
        return {
            "loaded": loaded, **in_turn(rows, records), "http": over_http(records),
            "yardstick_ms": [before, yardstick_ms()], "load_when_measured": os.getloadavg()[0],
        }  # fmt: skip
    finally:
        from django.db import connections as held

        held.close_all()
        database.leave()
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    print(json.dumps(one_size(int(sys.argv[1]))))
