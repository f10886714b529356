"""Invented prose of bids in Chinese and English: different in every bid, alike where bids are honestly alike. Pure."""

from __future__ import annotations

import random
from functools import cache

import jieba

CALL_ZH = (
    "榜单题目：基层医疗机构慢性乙型病毒性肝炎患者肝癌早期筛查与随访管理关键技术研究（示例）。\n"
    "拟解决的问题：我市约有三十万名慢性乙肝患者，基层随访率不足百分之四十，肝癌确诊时多为中晚期。需要一套可在社区卫生服务中心运行的风险分层、"
    "超声质控与转诊闭环方案，并在两年内完成不少于两万例的前瞻性验证。\n"
    "考核指标：一、早期肝癌检出率不低于百分之六十；二、随访完成率不低于百分之八十五；三、超声图像质控合格率不低于百分之九十五；四、单例筛查成本不高于三百元。\n"
    "知识产权：成果归双方共有，发榜方享有本市范围内的免费使用权。数据与伦理：使用去标识化数据，须经伦理委员会批准。\n"
)
CALL_EN = (
    "Call: screening and follow-up of liver cancer among people with chronic hepatitis B in primary care (invented).\n"
    "The problem: about three hundred thousand residents live with chronic hepatitis B, fewer than forty per cent are followed up, "
    "and most cancers are found late. A method for risk stratification, ultrasound quality control and closed-loop referral is "
    "needed that runs in community health centres and is validated prospectively in twenty thousand people within two years.\n"
)
FORM_ZH = (
    "承诺书：本单位及项目负责人郑重承诺，所提交材料真实、合法、有效，不存在侵犯他人知识产权的情形，近三年内无严重失信记录，"
    "与发榜方不存在关联关系，若有不实，愿承担由此产生的一切后果并接受相应处理。经费使用严格执行国家和地方有关规定，实行专账管理、专款专用，"
    "接受审计和监督检查。项目实施遵守科研诚信与科技伦理要求，涉及人体的研究须经伦理审查批准后方可开展。\n"
)
MEDICAL = [
    "乙肝表面抗原",
    "甲胎蛋白",
    "肝硬度值",
    "超声弹性成像",
    "风险分层",
    "随访队列",
    "抗病毒治疗",
    "肝细胞癌",
    "社区卫生服务中心",
    "多学科会诊",
    "转诊闭环",
    "质量控制",
    "影像组学",
    "深度学习模型",
    "前瞻性验证",
    "病例对照",
    "敏感度",
    "特异度",
    "阳性预测值",
    "阴性预测值",
    "成本效果分析",
    "健康教育",
    "家庭医生",
    "电子病历",
    "数据标准",
    "去标识化",
    "联邦学习",
    "生物样本库",
    "液体活检",
    "循环肿瘤细胞",
    "甲基化标志物",
    "门静脉血栓",
    "肝硬化代偿期",
    "依从性",
    "失访率",
    "样本量估算",
    "随机对照",
    "整群抽样",
    "倾向评分",
    "生存曲线",
]
WORDS_EN = [
    "cohort",
    "screening",
    "ultrasound",
    "elastography",
    "hepatitis",
    "carcinoma",
    "surveillance",
    "primary",
    "community",
    "physician",
    "referral",
    "pathway",
    "validation",
    "sensitivity",
    "specificity",
    "calibration",
    "model",
    "risk",
    "stratified",
    "prospective",
    "randomised",
    "cluster",
    "adherence",
    "follow",
    "interval",
    "antiviral",
    "therapy",
    "fibrosis",
    "cirrhosis",
    "biomarker",
    "methylation",
    "plasma",
    "assay",
    "threshold",
    "detection",
    "early",
    "stage",
    "survival",
    "outcome",
    "cost",
    "utility",
    "analysis",
    "budget",
    "training",
    "quality",
    "control",
    "image",
    "archive",
    "review",
    "reader",
    "agreement",
    "kappa",
    "protocol",
    "consent",
    "ethics",
    "approval",
    "registry",
    "linkage",
    "record",
    "electronic",
    "standard",
    "mapping",
    "pipeline",
    "deployment",
    "server",
    "dashboard",
    "alert",
    "reminder",
    "message",
    "telephone",
    "nurse",
    "village",
    "clinic",
    "township",
    "district",
    "sample",
    "size",
    "power",
    "estimate",
    "recruitment",
    "enrolment",
    "retention",
    "dropout",
    "imputation",
    "sensitivity",
    "subgroup",
    "interaction",
    "hazard",
    "ratio",
    "regression",
    "tree",
    "forest",
    "gradient",
    "network",
    "attention",
    "transformer",
    "segmentation",
    "lesion",
    "nodule",
    "contrast",
    "phase",
    "washout",
    "arterial",
    "portal",
    "score",
    "index",
    "platelet",
    "albumin",
    "bilirubin",
    "enzyme",
    "viral",
    "load",
    "genotype",
    "resistance",
    "adverse",
    "event",
    "safety",
    "board",
    "interim",
    "stopping",
    "rule",
    "milestone",
    "deliverable",
    "report",
    "workshop",
    "manual",
    "video",
    "lecture",
    "feedback",
    "audit",
    "benchmark",
    "comparison",
    "gold",
    "reference",
    "pathology",
    "biopsy",
    "resection",
    "transplant",
    "ablation",
    "recurrence",
    "metastasis",
    "quality",
    "life",
    "questionnaire",
    "interview",
    "focus",
    "group",
    "barrier",
    "facilitator",
    "implementation",
    "scale",
    "sustainability",
    "policy",
    "insurance",
    "payment",
    "incentive",
    "equity",
    "gender",
    "rural",
    "urban",
    "migrant",
    "elderly",
    "diabetes",
    "obesity",
    "alcohol",
    "smoking",
    "family",
    "history",
    "vaccination",
    "coverage",
    "education",
    "literacy",
]
VERBS_EN = [
    "improves",
    "estimates",
    "compares",
    "extends",
    "supports",
    "replaces",
    "combines",
    "measures",
    "reduces",
    "explains",
    "tests",
    "refines",
    "covers",
    "links",
    "predicts",
    "monitors",
    "evaluates",
    "integrates",
    "records",
    "follows",
]


@cache
def _lexicon() -> tuple[list[str], list[str], list[str]]:
    """(nouns, verbs, adjectives) of the dictionary that segmenting uses: ordinary words in plenty."""
    kinds: dict[str, list[str]] = {"n": [], "v": [], "a": []}
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, count, kind = line.decode().split()
            if kind in kinds and len(word) == 2 and int(count) > 300:
                kinds[kind].append(word)
    return kinds["n"], kinds["v"], kinds["a"]


def sentence_zh(rng: random.Random) -> str:
    """One Chinese sentence; two bids hardly ever write the same."""
    nouns, verbs, adjectives = _lexicon()
    part = "".join(
        f"{rng.choice(adjectives)}的{rng.choice(MEDICAL)}{rng.choice(verbs)}{rng.choice(nouns)}"
        + rng.choice(("，并", "，以", "，由此", "，从而", "；", "，"))
        for _ in range(rng.randrange(1, 4))
    )
    return f"{part}{rng.choice(verbs)}{rng.randrange(3, 9000)}例{rng.choice(nouns)}与{rng.choice(MEDICAL)}{rng.choice(nouns)}。"


def sentence_en(rng: random.Random) -> str:
    """One English sentence."""
    words = [rng.choice(WORDS_EN) for _ in range(rng.randrange(6, 14))]
    words.insert(3, rng.choice(VERBS_EN))
    return f"The {' '.join(words)} in {rng.randrange(20, 9000)} people. "


def prose(rng: random.Random, length: int, language: str) -> list[str]:
    """Paragraphs of about `length` characters in all."""
    paragraphs, have = [], 0
    while have < length:
        make = sentence_zh if language == "zh" else sentence_en
        paragraph = "".join(make(rng) for _ in range(rng.randrange(3, 8)))
        paragraphs.append(paragraph)
        have += len(paragraph)
    return paragraphs
