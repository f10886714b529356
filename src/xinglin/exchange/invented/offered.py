"""What the invented laboratories and imaging departments do: items, panels, usual values, units as they are typed.

Codes of items are those of the shipped catalogue where it has them; LOINC names them for everybody else.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Test:
    """One item: how its values fall (normal, or lognormal where `log`), and the limits beyond which one telephones.

    `spellings` are ways laboratories write the unit, the UCUM one first; all mean the same size. `window` is in days
    (domain 2.4's example defaults), `fen` a usual price.
    """

    code: str
    zh: str
    en: str
    loinc: str
    specimen: str
    spellings: tuple[str, ...]
    mean: float
    spread: float
    low: float
    high: float
    digits: int
    window: int
    fen: int
    critical: tuple[float | None, float | None] = (None, None)
    names: tuple[str, ...] = ()
    log: bool = False


@dataclass(frozen=True)
class Exam:
    """An examination: an image and a conclusion, no value."""

    code: str
    zh: str
    en: str
    loinc: str
    modality: str
    part: str
    window: int
    fen: int
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """What is ordered as one and reported item by item; `often` weighs how often."""

    code: str
    zh: str
    en: str
    members: tuple[str, ...]
    often: float


G_L, MMOL, UMOL = ("g/L", "g/L", "g／L", "g/l"), ("mmol/L", "mmol/L", "mmol/l", "MMOL/L"), (
    "umol/L", "μmol/L", "µmol/L", "umol/l")  # fmt: skip
U_L, CELLS, RED = ("U/L", "U/L", "IU/L", "u/l"), ("10*9/L", "10^9/L", "×10^9/L", "10E9/L"), (
    "10*12/L", "10^12/L", "×10^12/L", "10E12/L")  # fmt: skip

TESTS = (
    Test("LAB-CBC-WBC", "白细胞计数", "Leukocytes", "6690-2", "血", CELLS, 6.6, 1.7, 3.5, 9.5, 2, 7, 300, (1.5, 30), ("白细胞", "WBC", "白细胞数目")),
    Test("LAB-CBC-RBC", "红细胞计数", "Erythrocytes", "789-8", "血", RED, 4.7, .5, 3.8, 5.8, 2, 7, 300, (None, None), ("红细胞", "RBC", "红细胞数目")),
    Test("LAB-CBC-HGB", "血红蛋白", "Haemoglobin", "718-7", "血", G_L, 140, 16, 115, 175, 0, 7, 300, (50, 200), ("血红蛋白测定", "HGB", "血色素")),
    Test("LAB-CBC-PLT", "血小板计数", "Platelets", "777-3", "血", CELLS, 235, 60, 125, 350, 0, 7, 300, (30, 1000), ("血小板", "PLT", "血小板数目")),
    Test("LAB-CHEM-K", "钾", "Potassium", "2823-3", "血清", MMOL, 4.2, .4, 3.5, 5.3, 2, 7, 500, (2.8, 6.2), ("血清钾", "K", "钾离子")),
    Test("LAB-CHEM-NA", "钠", "Sodium", "2951-2", "血清", MMOL, 140, 3, 137, 147, 1, 7, 500, (120, 160), ("血清钠", "Na", "钠离子")),
    Test("LAB-CHEM-CL", "氯", "Chloride", "2075-0", "血清", MMOL, 103, 3, 99, 110, 1, 7, 500, (None, None), ("血清氯", "Cl", "氯离子")),
    Test("LAB-CHEM-CA", "钙", "Calcium", "2000-8", "血清", MMOL, 2.3, .12, 2.11, 2.52, 2, 7, 500, (1.5, 3.5), ("总钙", "Ca", "血清钙")),
    Test("LAB-CHEM-ALT", "丙氨酸氨基转移酶", "ALT", "1742-6", "血清", U_L, 22, .55, 9, 50, 0, 30, 700, (None, None), ("谷丙转氨酶", "ALT", "丙氨酸氨基转移酶(ALT)"), True),
    Test("LAB-CHEM-AST", "天门冬氨酸氨基转移酶", "AST", "1920-8", "血清", U_L, 23, .45, 15, 40, 0, 30, 700, (None, None), ("谷草转氨酶", "AST", "天冬氨酸转氨酶"), True),
    Test("LAB-CHEM-TP", "总蛋白", "Total protein", "2885-2", "血清", G_L, 72, 5, 65, 85, 1, 30, 400, (None, None), ("血清总蛋白", "TP", "总蛋白测定")),
    Test("LAB-CHEM-ALB", "白蛋白", "Albumin", "1751-7", "血清", G_L, 45, 4, 40, 55, 1, 30, 400, (None, None), ("血清白蛋白", "ALB", "白蛋白测定")),
    Test("LAB-CHEM-TBIL", "总胆红素", "Total bilirubin", "14631-6", "血清", UMOL, 13, .4, 3.4, 23, 1, 30, 500, (None, None), ("血清总胆红素", "TBIL", "总胆红素测定"), True),
    Test("LAB-CHEM-CREA", "肌酐", "Creatinine", "14682-9", "血清", UMOL, 75, .25, 45, 104, 0, 30, 600, (None, 650), ("血清肌酐", "CREA", "肌酐(Cr)"), True),
    Test("LAB-CHEM-UREA", "尿素", "Urea", "22664-7", "血清", MMOL, 5.2, .28, 2.6, 8, 2, 30, 600, (None, 36), ("尿素氮", "UREA", "血清尿素"), True),
    Test("LAB-CHEM-UA", "尿酸", "Urate", "14933-6", "血清", UMOL, 350, 85, 150, 420, 0, 30, 600, (None, None), ("血清尿酸", "UA", "尿酸测定")),
    Test("LAB-CHEM-GLU", "葡萄糖", "Glucose", "14749-6", "血清", MMOL, 5.4, .2, 3.9, 6.1, 2, 30, 500, (2.8, 25), ("空腹血糖", "GLU", "葡萄糖测定"), True),
    Test("LAB-CHEM-CHOL", "总胆固醇", "Cholesterol", "14647-2", "血清", MMOL, 4.9, 1, 0, 5.2, 2, 30, 700, (None, None), ("胆固醇", "TC", "血清总胆固醇")),
    Test("LAB-CHEM-TG", "甘油三酯", "Triglycerides", "14927-8", "血清", MMOL, 1.3, .5, 0, 1.7, 2, 30, 700, (None, None), ("三酰甘油", "TG", "血清甘油三酯"), True),
    Test("LAB-CHEM-HDL", "高密度脂蛋白胆固醇", "HDL cholesterol", "14646-4", "血清", MMOL, 1.35, .3, 1, 2, 2, 30, 900, (None, None), ("HDL", "HDL-C", "高密度脂蛋白")),
    Test("LAB-CHEM-LDL", "低密度脂蛋白胆固醇", "LDL cholesterol", "22748-8", "血清", MMOL, 2.9, .8, 0, 3.4, 2, 30, 900, (None, None), ("LDL", "LDL-C", "低密度脂蛋白")),
    Test("LAB-CHEM-HBA1C", "糖化血红蛋白", "HbA1c", "4548-4", "血", ("%", "%", "％", "%"), 5.7, .14, 4, 6, 1, 60, 7000, (None, None), ("糖化血红蛋白A1c", "HbA1c", "糖化血红蛋白测定"), True),
    Test("LAB-THY-TSH", "促甲状腺激素", "TSH", "3016-3", "血清", ("m[IU]/L", "mIU/L", "mU/L", "uIU/ml"), 2, .6, .35, 4.94, 3, 30, 3000, (None, None), ("促甲状腺素", "TSH", "高敏促甲状腺激素"), True),
    Test("LAB-THY-FT4", "游离甲状腺素", "Free T4", "14920-3", "血清", ("pmol/L", "pmol/L", "pmol/l", "PMOL/L"), 15, 2.2, 9, 22, 2, 30, 3000, (None, None), ("游离T4", "FT4", "血清游离甲状腺素")),
    Test("LAB-TM-AFP", "甲胎蛋白", "AFP", "1834-1", "血清", ("ng/mL", "ng/ml", "ng/mL", "ug/L"), 3, .6, 0, 7, 2, 30, 4000, (None, None), ("甲胎蛋白定量", "AFP", "血清甲胎蛋白"), True),
    Test("LAB-COAG-PT", "凝血酶原时间", "Prothrombin time", "5902-2", "血浆", ("s", "s", "秒", "sec"), 11.6, .9, 9.4, 12.5, 1, 7, 1500, (None, 30), ("PT", "PT测定", "凝血酶原时间测定")),
    Test("LAB-INF-CRP", "C反应蛋白", "CRP", "1988-5", "血清", ("mg/L", "mg/L", "mg/l", "MG/L"), 2, 1, 0, 8, 2, 7, 2000, (None, None), ("CRP", "超敏C反应蛋白", "C-反应蛋白"), True),
    Test("LAB-CARD-TNT", "肌钙蛋白T", "Troponin T", "6598-7", "血清", ("ug/L", "ng/mL", "ng/ml", "ug/L"), .006, .8, 0, .014, 3, 0, 8000, (None, .1), ("心肌肌钙蛋白T", "cTnT", "高敏肌钙蛋白T"), True),
)  # fmt: skip
CALM = ("未见明显异常。", "双肺纹理稍增多，请结合临床。", "未见明确占位性病变，建议随访。", "轻度退行性改变。")
EXAMS = (
    Exam("IMG-CT-CHEST", "胸部CT平扫", "CT chest without contrast", "29252-4", "CT", "胸部", 30, 26000, CALM),
    Exam("IMG-DR-CHEST", "胸部正位DR", "X-ray chest", "36572-6", "DX", "胸部", 30, 6500, CALM),
    Exam("IMG-MR-BRAIN", "颅脑MRI平扫", "MRI brain without contrast", "30799-1", "MR", "头部", 30, 52000, CALM),
    Exam("IMG-US-ABDOMEN", "腹部彩超", "Ultrasound abdomen", "24558-9", "US", "腹部", 30, 12000, CALM),
)  # fmt: skip
PANELS = (
    Panel("PAN-CBC", "血常规", "Blood count", ("LAB-CBC-WBC", "LAB-CBC-RBC", "LAB-CBC-HGB", "LAB-CBC-PLT"), 26),
    Panel("PAN-LYTES", "电解质", "Electrolytes", ("LAB-CHEM-K", "LAB-CHEM-NA", "LAB-CHEM-CL", "LAB-CHEM-CA"), 12),
    Panel("PAN-LIVER", "肝功能", "Liver function", ("LAB-CHEM-ALT", "LAB-CHEM-AST", "LAB-CHEM-TP", "LAB-CHEM-ALB", "LAB-CHEM-TBIL"), 12),
    Panel("PAN-KIDNEY", "肾功能", "Kidney function", ("LAB-CHEM-CREA", "LAB-CHEM-UREA", "LAB-CHEM-UA"), 10),
    Panel("PAN-LIPID", "血脂", "Lipids", ("LAB-CHEM-CHOL", "LAB-CHEM-TG", "LAB-CHEM-HDL", "LAB-CHEM-LDL"), 8),
    Panel("PAN-GLU", "血糖", "Glucose", ("LAB-CHEM-GLU",), 9),
    Panel("PAN-HBA1C", "糖化血红蛋白", "HbA1c", ("LAB-CHEM-HBA1C",), 4),
    Panel("PAN-THYROID", "甲状腺功能", "Thyroid function", ("LAB-THY-TSH", "LAB-THY-FT4"), 3),
    Panel("PAN-AFP", "甲胎蛋白", "AFP", ("LAB-TM-AFP",), 2),
    Panel("PAN-COAG", "凝血", "Coagulation", ("LAB-COAG-PT",), 3),
    Panel("PAN-CRP", "C反应蛋白", "CRP", ("LAB-INF-CRP",), 5),
    Panel("PAN-TROP", "肌钙蛋白", "Troponin", ("LAB-CARD-TNT",), 1),
    Panel("IMG-CT-CHEST", "胸部CT平扫", "CT chest", ("IMG-CT-CHEST",), 3),
    Panel("IMG-DR-CHEST", "胸部正位DR", "X-ray chest", ("IMG-DR-CHEST",), 4),
    Panel("IMG-MR-BRAIN", "颅脑MRI平扫", "MRI brain", ("IMG-MR-BRAIN",), 1),
    Panel("IMG-US-ABDOMEN", "腹部彩超", "Ultrasound abdomen", ("IMG-US-ABDOMEN",), 5),
)  # fmt: skip
BY_CODE: dict[str, Test | Exam] = {one.code: one for one in (*TESTS, *EXAMS)}
