"""Bad days of intake: killed in the middle, the database killed in the middle, bombs, two loads of one file at once."""

import gzip
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.factories.intake import bundle, counts, hospital, observation, patient, report, send
from tests.stories.test_bad_days_imports import WAIT, Operator

from xinglin.exchange.intake.models import Delivery, Quarantined, Report, Result
from xinglin.exchange.intake.taking import opening
from xinglin.kernel.embedded import EmbeddedDatabase


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    one = Operator(tmp_path / "home")
    keeper = one.starts("-c", "from xinglin.kernel import database; database.ensure_running(); print('up', flush=True);"
                              "import time; time.sleep(900)")  # fmt: skip
    assert keeper.stdout is not None
    assert "up" in keeper.stdout.readline()
    yield one
    keeper.kill()
    keeper.communicate(timeout=WAIT)


def visits(many: int) -> str:
    """A line per visit: a patient, a result and its report."""
    lines = []
    for n in range(many):
        one = [patient(f"p{n}", f"示例{n}"), observation(f"o{n}", f"p{n}"), report(f"r{n}", f"p{n}", (f"o{n}",))]
        lines.append(bundle(*one).decode())
    return "\n".join(lines)


ADDS_UP = "SELECT count(*) FROM intake_delivery WHERE entries <> accepted + unchanged + quarantined"
TWICE = "SELECT count(*) FROM (SELECT site, source_id FROM intake_result GROUP BY 1, 2 HAVING count(*) > 1) twice"


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["loader", "database"])
def test_kill_9_in_the_middle_of_a_load_loses_nothing_and_doubles_nothing(
    operator: Operator, tmp_path: Path, victim: str
) -> None:
    code, _out, err = operator.types("migrate")
    assert code == 0, err
    many = 6_000
    file = tmp_path / "示例.ndjson"
    file.write_text(visits(many), "utf-8")
    server = int((EmbeddedDatabase(operator.home, unsafe=True).data / "postmaster.pid").read_text().split()[0])
    loading = operator.starts("-m", "xinglin.cli.main", "intake", str(file), "--json")
    end = time.monotonic() + WAIT
    taken = 0
    while not taken and time.monotonic() < end and loading.poll() is None:
        rows = operator.sql("SELECT coalesce(sum(entries), 0) FROM intake_delivery")
        taken = rows[0][0]
        time.sleep(0.02)
    assert 0 < taken < 3 * many
    if victim == "loader":
        loading.send_signal(signal.SIGKILL)
    else:
        os.kill(server, signal.SIGKILL)
    loading.communicate(timeout=WAIT)
    assert loading.returncode != 0
    code, out, err = operator.types("intake", str(file), "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["entries"] == 3 * many == told["accepted"] + told["unchanged"]
    assert told["unchanged"] >= 0 and told["quarantined"] == 0
    assert operator.sql("SELECT count(*), count(DISTINCT source_id) FROM intake_result") == [(many, many)]
    assert operator.sql("SELECT count(*) FROM identity_patient") == [(many,)]
    assert operator.sql("SELECT count(*) FROM intake_report WHERE current") == [(many,)]
    assert operator.sql("SELECT count(*) FROM intake_result WHERE report = 0") == [(0,)]
    assert operator.sql(ADDS_UP) == operator.sql(TWICE) == [(0,)]
    # Each committed part has its entry on the ledger, and nothing else has.
    on_record = "SELECT sum((data->>'entries')::int) FROM kernel_ledgerentry WHERE event = 'intake.taken'"
    assert operator.sql(on_record) == operator.sql("SELECT sum(entries) FROM intake_delivery")


@pytest.mark.slow
def test_kill_9_in_the_middle_of_a_table_loses_nothing_and_doubles_nothing(operator: Operator, tmp_path: Path) -> None:
    code, _out, err = operator.types("migrate")
    assert code == 0, err
    many, people = 100_000, 50
    file = tmp_path / "示例.csv"
    rows = [f"p{n % people},示例{n % people},R{n // 5},C{n % 5},{n % 97},g/L,2026-03-01 08:00" for n in range(many)]
    file.write_text("\n".join(["patient_id,patientname,report_no,code,value,unit,specimen_time", *rows]), "utf-8")
    loading = operator.starts("-m", "xinglin.cli.main", "intake", str(file), "--json")
    end = time.monotonic() + WAIT
    taken = 0
    while not taken and time.monotonic() < end and loading.poll() is None:
        taken = operator.sql("SELECT coalesce(sum(entries), 0) FROM intake_delivery")[0][0]
        time.sleep(0.02)
    loading.send_signal(signal.SIGKILL)
    loading.communicate(timeout=WAIT)
    assert 0 < taken < many
    code, out, err = operator.types("intake", str(file), "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["entries"] == many == told["accepted"] + told["unchanged"] and told["unchanged"] >= taken
    assert operator.sql("SELECT count(*), count(DISTINCT source_id) FROM intake_result") == [(many, many)]
    assert operator.sql("SELECT count(*) FROM identity_patient") == [(people,)]
    assert operator.sql("SELECT count(*) FROM intake_report WHERE current") == [(many // 5,)]
    assert operator.sql(ADDS_UP) == operator.sql(TWICE) == [(0,)]


@pytest.mark.django_db
def test_bombs_and_nonsense_are_one_entry_with_its_reason() -> None:
    place = hospital()
    bomb = gzip.compress(b'{"resourceType":"Bundle","entry":[' + b" " * (80 * 1024 * 1024))
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    wide = b'{"resourceType":"Observation","id":"x","status":"final","valueQuantity":{"value":' + b"9" * 5_000 + b"}}"
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Patient>&x;</Patient>'
    for content, code in {
        bomb: "file.bomb", deep: "malformed.depth", wide: "malformed.number", entity: "file.xml", b"": "file.empty",
        b"\x1f\x8bbroken": "file.unreadable", b"%PDF-1.7 a letter": "file.unknown", b"[1, 2]": "entry.no_type",
        b"a,b\n1,2\n": "csv.columns",
    }.items():  # fmt: skip
        row = send(place, content, "示例")
        assert (counts(row), row.reasons) == ((0, 0, 1), {code: 1}), code
    assert not any("root:" in one.body for one in Quarantined.objects.all())


@pytest.mark.django_db
def test_memory_does_not_follow_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_LINE", 4_096)
    row = send(hospital(), json.dumps(patient()).encode() + b"\n" + b"[" * 10_000, "示例.ndjson")
    assert row.accepted == 1 and row.reasons == {"file.bomb": 1}


@pytest.mark.django_db(transaction=True)
def test_two_loads_of_one_file_at_once_keep_one_of_each() -> None:
    place, content = hospital(), visits(300).encode()
    failures: list[BaseException] = []

    def load() -> None:
        try:
            send(place, content, "示例.ndjson")
        except BaseException as wrong:
            failures.append(wrong)
        finally:
            connection.close()

    started = [threading.Thread(target=load) for _ in range(2)]
    for one in started:
        one.start()
    for one in started:
        one.join(WAIT)
    assert failures == []
    assert sorted(map(counts, Delivery.objects.all())) == [(0, 900, 0), (900, 0, 0)]
    assert Result.objects.count() == Report.objects.count() == 300
