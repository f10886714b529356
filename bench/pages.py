"""Pages over 10,000 organisations and 100,000 people, and the import that brought them, beside a peer in the same run.

Conditions: everything is invented (示例). The register is built once, through the import itself, into a home of its
own in the system's temporary folder, and kept there; `--full` builds it anew, XINGLIN_BENCH_ROWS=N with N people.
Pages are asked through Django's test client: the whole program from middleware to template, without a network and
without a server's workers. Each page is asked a few times unmeasured, then ROUNDS times. Its peer is the plainest SQL
for the same rows on the same connection; the import's is openpyxl reading the same file and doing nothing. The mark for
a page is a median of 150 ms, for the import 60 s.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench._asking import beside, client, say
from bench._home import own_home

HOME = Path(tempfile.gettempdir()) / "xinglin-bench-pages"
ORGANISATIONS, ROUNDS = 10_000, 15
PEOPLE = int(os.environ.get("XINGLIN_BENCH_ROWS", 100_000))
PAGE_MARK, IMPORT_MARK = 150.0, 60.0
SURNAMES = "陈林黄张李王吴郑蔡杨许谢郭刘曾苏徐庄叶洪"
GIVEN = ("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文斌海燕晓东志远思宇佳欣浩然子轩雨泽俊美玲春梅"
         "红云飞鹏龙凤婷雪莹慧琳波鑫宁健康安乐和顺祥瑞德仁义礼智信忠孝廉耻勤俭")  # fmt: skip
CITIES = ("广东潮州", "广东汕头", "广东揭阳", "广东广州", "广东深圳", "广东梅州")
SPECIALTIES = ("心血管内科", "呼吸内科", "普通外科", "骨科", "妇产科", "儿科", "肿瘤科", "眼科")
TITLES = ("主任医师", "副主任医师", "主治医师", "教授", "")


def organisation_rows() -> Iterator[tuple[Any, ...]]:
    yield "机构名称", "机构类型", "等级", "所在地"
    for n in range(ORGANISATIONS):
        yield f"示例{CITIES[n % 6][2:]}第{n}人民医院", "医院", "三级甲等" if n % 3 else "二级", CITIES[n % 6]


def people_rows(seed: int = 1) -> Iterator[tuple[Any, ...]]:
    """One row in fifty is wrong: a year that is none, every fourth of them a name with a tag as well."""
    r = random.Random(seed)
    yield "姓名", "性别", "出生年份", "籍贯", "工作地", "工作单位", "科室", "职称", "专业", "手机", "邮箱"
    for n in range(PEOPLE):
        name = r.choice(SURNAMES) + "".join(r.choice(GIVEN) for _ in range(r.choice((1, 2, 2, 2))))
        wrong, place = n % 50 == 0, r.randrange(ORGANISATIONS)
        yield (
            name + "<script>" * (n % 200 == 0), "男" if n % 2 else "女", "去年" if wrong else 1950 + n % 45,
            CITIES[n % 6], CITIES[place % 6], f"示例{CITIES[place % 6][2:]}第{place}人民医院", "内科", TITLES[n % 5],
            SPECIALTIES[n % 8], f"138{n:08d}", f"u{n}@example.org",
        )  # fmt: skip


def written(path: Path, title: str, rows: Iterator[tuple[Any, ...]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    for row in rows:
        page.append(row)
    book.save(path)
    return path.read_bytes()


def build() -> dict[str, Any]:
    """Make the register through the import; the figures of the 100,000 rows, kept beside the home."""
    from xinglin.cli.migrate import migrate_now
    from xinglin.kernel import jobs, permits
    from xinglin.kernel.asks import Upload
    from xinglin.roster.actions import imports

    migrate_now()
    by = permits.the_program()

    def load(name: str, content: bytes) -> tuple[float, Any]:
        began = perf_counter()
        run = imports.import_now(file=Upload(name, content), by=by)
        job = jobs.run_now(jobs.Job.objects.get(pk=run.job_id))
        run.refresh_from_db()
        assert run.stage == "done", (job.state, job.failure)
        return perf_counter() - began, run

    load("organisations.xlsx", written(HOME / "organisations.xlsx", "机构", organisation_rows()))
    say(f"10,000 organisations are in; {PEOPLE:,} people follow")
    content = written(HOME / "people.xlsx", "人员", people_rows())
    cpu = process_time()
    seconds, run = load("people.xlsx", content)
    cpu = process_time() - cpu
    from openpyxl import load_workbook

    began = perf_counter()
    cells = sum(
        len(row) for row in load_workbook(HOME / "people.xlsx", read_only=True).active.iter_rows(values_only=True)
    )
    peer = perf_counter() - began
    _settle()
    return {
        "rows": run.rows, "created": run.created, "refused": run.refused, "seconds": round(seconds, 1),
        "mark_seconds": IMPORT_MARK, "processor_seconds": round(cpu, 1),
        "peer": "openpyxl reading the same file alone", "peer_cells": cells, "peer_seconds": round(peer, 1),
        "ratio": round(seconds / peer, 2), "load_when_measured": os.getloadavg()[0],
    }  # fmt: skip


def _settle() -> None:
    """What autovacuum does within minutes: statistics, and the pending entries of the search indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def clients() -> dict[str, Any]:
    from xinglin.kernel import permits
    from xinglin.kernel.models import Account
    from xinglin.kernel.words import Role

    office, made = Account.objects.get_or_create(username="bench", defaults={"display_name": "示例", "password": "!"})
    if made:
        permits.grant(account=office, role=Role.SECRETARIAT, by=permits.the_program())
    return {"secretariat": client(office), "stranger": client(None)}


def pages() -> list[dict[str, Any]]:
    from xinglin.roster.models import Organisation, Person

    person, place = Person.objects.order_by("pk")[PEOPLE // 20], Organisation.objects.order_by("pk")[5_000]
    name = person.name_zh
    people, places = "SELECT * FROM roster_person", "SELECT * FROM roster_organisation"
    carries = "WHERE keys @@ %s::tsquery LIMIT 200"
    claims = [
        ("secretariat", "list of people", "/roster/person/", f"{people} ORDER BY id DESC LIMIT 26", []),
        ("secretariat", "list of organisations", "/roster/organisation/", f"{places} ORDER BY id DESC LIMIT 26", []),
        ("secretariat", "list narrowed by name", "/roster/person/?q=陈伟", f"{people} {carries}", ["'陈伟'"]),
        ("secretariat", "search in Chinese", f"/search/?q={name}", f"{people} {carries}", [f"'{name[:2]}'"]),
        ("secretariat", "search by initials", "/search/?q=cw", f"{people} {carries}", ["'cw':*"]),
        ("secretariat", "search by pinyin", "/search/?q=chenwei", f"{people} {carries}", ["'chenwei':*"]),
        ("secretariat", "search by a number in a name", "/search/?q=第5000", f"{places} {carries}", ["'5000'"]),
        ("secretariat", "a person", f"/roster/person/{person.pk}/", f"{people} WHERE id = %s", [person.pk]),
        ("secretariat", "an organisation", f"/roster/organisation/{place.pk}/", f"{places} WHERE id = %s", [place.pk]),
        ("secretariat", "overview", "/overview/", "SELECT stage, count(*) FROM roster_person GROUP BY 1", []),
        ("secretariat", "workbench", "/", "SELECT count(*) FROM roster_person WHERE stage = 'proposed'", []),
        ("stranger", "public organisations", "/roster/organisation/", f"{places} ORDER BY id DESC LIMIT 26", []),
    ]  # fmt: skip
    known, found = clients(), []
    for reader, *claim in claims:
        one = beside(known[reader], *claim, ROUNDS)
        found.append({**one, "reader": reader, "mark_ms": PAGE_MARK, "within": one["median_ms"] < PAGE_MARK})
    return found


def _is_whole() -> bool:
    kept = HOME / "import.json"
    return kept.exists() and json.loads(kept.read_text("utf-8"))["rows"] == PEOPLE


def run(full: bool = False) -> dict[str, Any]:
    """Measure, telling stderr. `full` builds the register anew, and with it the figure of the import."""
    # A home whose building was cut off would give the figure of a second loading.
    if HOME.exists() and (full or not _is_whole()):
        shutil.rmtree(HOME)
    HOME.mkdir(exist_ok=True)
    os.environ["XINGLIN_STATEMENT_TIMEOUT"] = "600"
    own_home(HOME)
    kept = HOME / "import.json"
    if not kept.exists():
        kept.write_text(json.dumps(build()), "utf-8")
    imported = json.loads(kept.read_text("utf-8"))
    say(
        f"import of {imported['rows']:,} rows, {imported['refused']:,} of them refused: {imported['seconds']} s (mark "
        f"{IMPORT_MARK:.0f} s; own processor {imported['processor_seconds']} s; "
        f"{imported['peer']}: {imported['peer_seconds']} s, x {imported['ratio']})"
    )
    return {
        "bench": "pages", "through": "Django's test client, no network", "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()], "rounds": ROUNDS, "organisations": ORGANISATIONS,
        "people": imported["created"], "import": imported, "pages": pages(),
    }  # fmt: skip
