"""Roster files for tests, all invented (示例)."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

ORGANISATIONS = ("机构名称*", "机构类型*", "统一社会信用代码", "上级单位", "所在地", "联系电话")
PEOPLE = ("姓名", "性别", "出生年份", "工作单位", "科室", "职称", "专业", "手机", "邮箱", "证件号码")


def workbook(**sheets: Iterable[Sequence[object]]) -> bytes:
    """An .xlsx with a sheet of each name; the first row of each is its headings."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def organisations(*rows: Sequence[object]) -> bytes:
    return workbook(机构=[ORGANISATIONS, *rows])


def people(*rows: Sequence[object]) -> bytes:
    return workbook(人员=[PEOPLE, *rows])


def many_people(count: int, *, start: int = 0) -> bytes:
    """`count` people with telephones of their own at twenty hospitals."""
    signs = "伟芳娜敏静丽强磊军洋"
    return people(*(
        (f"陈{signs[n % 10]}{signs[n // 10 % 10]}", "男" if n % 2 else "女", 1950 + n % 45, f"示例第{n % 20}医院",
         "内科", "主任医师", "心血管内科", f"138{n:08d}", f"u{n}@example.org", "")
        for n in range(start, start + count)
    ))  # fmt: skip
