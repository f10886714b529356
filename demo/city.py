"""A whole city's register, invented: 10,000 organisations and 100,000 people, brought in through the import itself."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable

from demo import cast
from xinglin.kernel import jobs, permits
from xinglin.kernel.asks import Upload
from xinglin.roster.actions import imports
from xinglin.roster.words.imports import RosterSheet

ORGANISATIONS, PEOPLE = 10_000, 100_000
CITIES = ("广东潮州", "广东汕头", "广东揭阳", "广东广州", "广东深圳", "广东梅州")
DEPARTMENTS = ("心血管内科", "呼吸内科", "普通外科", "骨科", "妇产科", "儿科", "肿瘤科", "眼科")
TITLES = ("主任医师", "副主任医师", "主治医师", "教授", "")


def grow(*, organisations: int = ORGANISATIONS, people: int = PEOPLE, seed: int = 7) -> dict[str, int]:
    """Import the invented rows and wait; returns how many records were created."""
    draw = random.Random(seed)
    made = 0
    for sheet, rows in (
        (RosterSheet.ORGANISATIONS, _organisations(organisations)),
        (RosterSheet.PEOPLE, _people(people, organisations, draw)),
    ):
        upload = Upload(f"示例{sheet}.csv", _csv(rows), "text/csv")
        run = imports.import_now(file=upload, sheet=sheet, by=permits.the_program())
        jobs.run_now(jobs.Job.objects.get(pk=run.job_id))
        run.refresh_from_db()
        made += run.created
    return {"imported": made}


def _place(number: int) -> str:
    city = CITIES[number % len(CITIES)]
    return f"示例{city[2:]}第{number + 1}医院"


def _organisations(count: int) -> Iterable[tuple[str, ...]]:
    yield "机构名称", "机构类型", "等级", "所在地"
    for number in range(count):
        yield _place(number), "医院", "三级甲等" if number % 20 == 0 else "二级甲等", CITIES[number % len(CITIES)]


def _people(count: int, organisations: int, draw: random.Random) -> Iterable[tuple[str, ...]]:
    yield "姓名", "工作单位", "职称", "专业", "籍贯", "出生年份"
    for number in range(count):
        name = draw.choice(cast.SURNAMES) + draw.choice(cast.GIVEN) + f"{cast.MARK[:-1]}{number}）"
        yield (
            name, _place(draw.randrange(organisations)), TITLES[number % len(TITLES)],
            DEPARTMENTS[number % len(DEPARTMENTS)], CITIES[number % len(CITIES)], str(1955 + number % 40),
        )  # fmt: skip


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
