"""The columns of a CSV delivery: our own names, and the headings they are recognised by. Pure.

A site whose headings are others sets its column map once; the map goes before what is listed here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Our name: headings it is known by (folded: lower case, without spaces, dots, underscores and hyphens).
FIELDS: dict[str, tuple[str, ...]] = {
    "patient_id": ("patientid", "pid", "患者编号", "病人id", "患者id", "病历号", "病案号",
                   "patientno", "mrn", "档案号"),
    "name": ("name", "patientname", "姓名", "患者姓名", "病人姓名"),
    "family": ("family", "lname", "lastname", "surname", "姓"),
    "given": ("given", "fname", "firstname", "名"),
    "name_en": ("nameen", "英文姓名", "拼音"),
    "birth_date": ("birthdate", "dob", "dateofbirth", "出生日期", "生日"),
    "sex": ("sex", "gender", "性别"),
    "id_type": ("idtype", "证件类型", "证件类别"),
    "id_number": ("idnumber", "idno", "idcard", "身份证号", "身份证", "证件号", "证件号码"),
    "phone": ("phone", "mobile", "cell", "telephone", "电话", "手机", "手机号", "联系电话"),
    "address": ("address", "street", "地址", "住址", "现住址"),
    "visit_id": ("visitid", "encounterid", "就诊号", "门诊号", "住院号"),
    "report_no": ("reportno", "reportid", "报告单号", "报告编号", "报告号", "样本号", "条码号", "accession"),
    "report_title": ("reporttitle", "reportname", "报告名称", "检验目的", "检查名称", "panel", "组合名称"),
    "report_status": ("reportstatus", "报告状态"),
    "result_id": ("resultid", "id", "rowid", "明细号", "结果编号", "rowcount"),
    "code_system": ("codesystem", "system", "编码体系"),
    "code": ("code", "itemcode", "testcode", "项目代码", "项目编码", "检验项目代码", "localcode"),
    "loinc": ("loinc", "loinccode"),
    "item_name": ("itemname", "testname", "项目名称", "检验项目", "检查项目", "项目", "检验项目名称"),
    "value": ("value", "result", "结果", "检验结果", "结果值", "测定值"),
    "unit": ("unit", "units", "单位", "结果单位"),
    "low": ("low", "reflow", "下限", "参考下限", "参考值下限"),
    "high": ("high", "refhigh", "上限", "参考上限", "参考值上限"),
    "reference": ("reference", "refrange", "参考范围", "参考值", "参考区间"),
    "flag": ("flag", "interpretation", "abnormal", "异常标志", "提示", "结果提示"),
    "specimen": ("specimen", "sample", "标本", "样本类型", "标本类型", "标本种类"),
    "specimen_time": ("specimentime", "collected", "collectiontime", "date", "采样时间", "采集时间", "检查时间",
                      "标本采集时间"),
    "order_time": ("ordertime", "申请时间", "开单时间"),
    "report_time": ("reporttime", "issued", "报告时间", "发布时间", "审核时间"),
    "status": ("status", "状态", "结果状态"),
    "void_reason": ("voidreason", "作废原因"),
    "void_time": ("voidtime", "作废时间"),
    "method": ("method", "方法", "检验方法", "检测方法"),
    "instrument": ("instrument", "device", "仪器", "检验仪器"),
    "doctor": ("doctor", "报告医师", "报告医生", "检验者", "报告人"),
    "auditor": ("auditor", "审核医师", "审核者", "审核人"),
    "conclusion": ("conclusion", "诊断结论", "结论", "检查结论", "印象"),
    "image_url": ("imageurl", "影像地址", "影像链接"),
}  # fmt: skip
_KNOWN = {heading: name for name, headings in FIELDS.items() for heading in headings}
# Headings that mean something else where the file is a list of results (there "name" is the item's).
_AMONG_RESULTS = {"name": "item_name", "名称": "item_name"}
_NOISE = re.compile(r"[\s_.\-()（）:：/]+")
PATIENT = frozenset({"name", "family", "given", "name_en", "birth_date", "sex", "id_number", "phone", "address"})


@dataclass(frozen=True)
class Layout:
    """Where each field stands: its position in a row; what the delimiter is; how many cells a row has."""

    at: Mapping[str, int]
    width: int
    delimiter: str
    missing: tuple[str, ...] = ()

    @property
    def has_results(self) -> bool:
        return "value" in self.at and ("code" in self.at or "loinc" in self.at or "item_name" in self.at)


def folded(heading: str) -> str:
    return _NOISE.sub("", heading.strip().strip("﻿\"'").casefold())


def delimiter_of(heading: str) -> str:
    """The mark that stands most often in the heading."""
    return max("\t,;|", key=heading.count)


def layout(heading: str, mapped: Mapping[str, str]) -> Layout:
    """Read a heading line. `mapped` is the site's own map: its heading, folded, to our name.

    `missing` names what is needed and not there; a list of patients needs a number and a name, a list of results the
    patient's number, what was measured, its value and its time.
    """
    delimiter = delimiter_of(heading)
    cells = next(csv.reader([heading], delimiter=delimiter), [])
    names = [folded(cell) for cell in cells]
    found = [mapped.get(name, "") or _KNOWN.get(name, "") for name in names]
    results = bool({"value", "code", "loinc"} & set(found)) and "value" in found
    if results:
        found = [mapped.get(name, "") or _AMONG_RESULTS.get(name, "") or found[at] for at, name in enumerate(names)]
        if "item_name" in found and any(name in ("patientname", "患者姓名", "姓名") for name in names):
            found = [_KNOWN.get(name, "") if name in ("patientname", "患者姓名", "姓名") else found[at]
                     for at, name in enumerate(names)]  # fmt: skip
    at: dict[str, int] = {}
    for place, name in enumerate(found):
        if name and name not in at:
            at[name] = place
    return Layout(at, len(cells), delimiter, missing_of(at, results))


def missing_of(at: Mapping[str, int], results: bool) -> tuple[str, ...]:
    if "patient_id" not in at:
        return ("patient_id",)
    if results:
        lacking = [] if {"code", "loinc", "item_name"} & set(at) else ["code"]
        if not {"specimen_time", "report_time"} & set(at):
            lacking.append("specimen_time")
        return tuple(lacking)
    if "value" not in at and not ({"name", "family", "id_number", "name_en"} & set(at)):
        return ("value", "code")
    return ()


def cells(row: Sequence[str], plan: Layout) -> dict[str, str]:
    """A row as our fields, empty ones left out."""
    return {name: text for name, place in plan.at.items() if (text := row[place].strip())}


SEXES = {
    "1": 1, "男": 1, "m": 1, "male": 1, "男性": 1, "2": 2, "女": 2, "f": 2, "female": 2, "女性": 2, "9": 9, "0": 0,
    "未知": 0, "未说明": 9,
}  # fmt: skip
STATUS = {
    "": "final", "final": "final", "f": "final", "正式": "final", "已审核": "final", "终审": "final", "3": "final",
    "preliminary": "preliminary", "p": "preliminary", "初步": "preliminary", "初审": "preliminary",
    "临时": "preliminary",
    "corrected": "corrected", "c": "corrected", "amended": "corrected", "更正": "corrected", "修改": "corrected",
    "修订": "corrected", "void": "entered-in-error", "作废": "entered-in-error", "撤销": "entered-in-error",
    "cancelled": "cancelled", "x": "cancelled", "entered-in-error": "entered-in-error", "取消": "cancelled",
}  # fmt: skip
