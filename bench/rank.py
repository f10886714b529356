"""The ranking claims: quality beside published baselines, 300 x 500, and with --full 100,000 x 100,000.

    xinglin bench rank [--full] [--json]

Quality needs the shared data (XINGLIN_SHARED_DATA, default ../shared/data) and says so when it is absent. Every peer
runs in the same run, each contender of a speed comparison in a process of its own so that its memory is its own.
Nothing here asserts a time.
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import random
import resource
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from xinglin.matching.ranking import CandidateText, Engine, EvidenceText, NeedText, Settings, rank
from xinglin.matching.ranking.tokens import synonym_groups

EXPERTS = "experts/dev"
QUESTIONS = "cn_medical/dev/toyhom_internal_medicine_dept_dev.csv"
RESAMPLES = 2_000


def shared(name: str) -> Path | None:
    """A file of the shared data, or None with a clear line on stderr."""
    path = Path(os.environ.get("XINGLIN_SHARED_DATA", "../shared/data")) / name
    if path.exists():
        return path
    print(f"Left out: {path} is not there. Set XINGLIN_SHARED_DATA to the folder with the data.", file=sys.stderr)
    return None


# --- quality on the gold standard of Stelmakh et al. 2023 -------------------------------------------------------------


def gold_standard() -> dict[str, Any] | None:
    """Loss (see the data's README) over three sets of texts, with a bootstrap interval over researchers."""
    folder = shared(EXPERTS)
    if folder is None:
        return None
    truth = _truth(folder / "evaluations_dev29.csv")
    variants = {
        "xinglin": Settings(),
        "xinglin without neighbours": Settings(expand_to=0),
    }
    shares: dict[str, list[np.ndarray]] = {name: [] for name in (*variants, "sklearn TF-IDF")}
    seconds = []
    for needs, candidates in _text_sets(folder / "openreview_d_20_1_to_3_texts.tar.gz"):
        for name, settings in variants.items():
            began = time.perf_counter()
            found = Engine(needs, candidates, settings).scores(0)
            seconds.append(time.perf_counter() - began)
            score = {
                (candidates[c].id, needs[n].id): value
                for c, n, value in zip(found.candidate, found.need, found.score, strict=True)
            }
            shares[name].append(_loss_shares(truth, score))
        shares["sklearn TF-IDF"].append(_loss_shares(truth, _plain_tf_idf(needs, candidates)))
    published = json.loads((folder / "baselines_dev29.json").read_text(encoding="utf-8"))["baselines"]
    result: dict[str, Any] = {name: _interval(np.mean(rows, axis=0)) for name, rows in shares.items()}
    result["published"] = {name: row[0] for name, row in published.items() if isinstance(row, list)}
    result["seconds per set (463 x 58)"] = round(float(np.median(seconds)), 2)
    return result


def _truth(path: Path) -> dict[str, dict[str, float]]:
    truth = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            rated = {row[f"Paper{at}"]: row[f"Expertise{at}"] for at in range(1, 11)}
            truth[row["ParticipantID"]] = {paper: float(mark) for paper, mark in rated.items() if paper and mark}
    return truth


def _text_sets(path: Path) -> list[tuple[list[NeedText], list[CandidateText]]]:
    sets: dict[str, tuple[list[NeedText], list[CandidateText]]] = {}

    def text(entry: dict[str, Any]) -> str:
        return f"{entry['content'].get('title') or ''}. {entry['content'].get('abstract') or ''}"

    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda one: one.name):
            file = archive.extractfile(member) if member.isfile() else None
            if file is None:
                continue
            needs, candidates = sets.setdefault(member.name.split("/")[1], ([], []))
            if member.name.endswith("submissions.json"):
                loaded = json.load(file)
                entries = loaded.values() if isinstance(loaded, dict) else loaded
                needs.extend(NeedText(one["id"], text(one)) for one in entries)
            elif member.name.endswith(".jsonl"):
                owner = Path(member.name).stem.removeprefix("~")
                candidates.append(CandidateText(owner, tuple(text(json.loads(line)) for line in file)))
    return list(sets.values())


def _plain_tf_idf(needs: list[NeedText], candidates: list[CandidateText]) -> dict[tuple[str, str], float]:
    """The peer: sklearn's TF-IDF of single words, mean over the profile, as in the published baseline."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    texts = [str(text) for one in candidates for text in one.texts]
    vectorizer.fit([*(need.text for need in needs), *texts])
    asked = vectorizer.transform([need.text for need in needs])
    score = {}
    for one in candidates:
        mean = np.asarray((asked @ vectorizer.transform([str(text) for text in one.texts]).T).mean(axis=1)).ravel()
        score.update({(one.id, need.id): value for need, value in zip(needs, mean, strict=True)})
    return score


def _loss_shares(truth: dict[str, dict[str, float]], score: dict[tuple[str, str], float]) -> np.ndarray:
    """(researchers, 2): lost and possible truth difference of each researcher's pairs of rated papers."""
    rows = []
    for who, rated in truth.items():
        papers = [paper for paper in rated if (who, paper) in score]
        lost = possible = 0.0
        for at, one in enumerate(papers):
            for other in papers[:at]:
                wanted, got = rated[one] - rated[other], score[who, one] - score[who, other]
                possible += abs(wanted)
                lost += abs(wanted) * (0.5 if got == 0 else float((got > 0) != (wanted > 0)))
        rows.append((lost, possible))
    return np.array(rows)


def _interval(rows: np.ndarray) -> dict[str, Any]:
    draw = np.random.default_rng(0).integers(0, len(rows), (RESAMPLES, len(rows)))
    resampled = rows[draw, 0].sum(axis=1) / rows[draw, 1].sum(axis=1)
    left_out = [
        float(np.delete(rows, at, axis=0)[:, 0].sum() / np.delete(rows, at, axis=0)[:, 1].sum())
        for at in range(len(rows))
    ]
    return {
        "loss": round(float(rows[:, 0].sum() / rows[:, 1].sum()), 4),
        "interval 95 %": [round(float(value), 3) for value in np.percentile(resampled, [2.5, 97.5])],
        "leaving one researcher out": [round(min(left_out), 4), round(max(left_out), 4)],
    }


# --- quality in Chinese -----------------------------------------------------------------------------------------------


def departments() -> dict[str, Any] | None:
    """Share of patients' questions routed to the right one of 11 departments; 3/4 of the questions are the profiles."""
    path = shared(QUESTIONS)
    if path is None:
        return None
    with path.open(encoding="utf-8") as file:
        rows = list({row["ask"]: row for row in csv.DictReader(file)}.values())
    random.Random(1).shuffle(rows)
    known, asked = rows[: len(rows) * 3 // 4], rows[len(rows) * 3 // 4 :]
    names = sorted({row["department"] for row in known})
    candidates = [
        CandidateText(name, tuple(EvidenceText(r["ask"], title=r["title"]) for r in known if r["department"] == name))
        for name in names
    ]
    needs = [NeedText(str(at), f"{row['title']}\n{row['ask']}") for at, row in enumerate(asked)]
    began = time.perf_counter()
    first = Engine(needs, candidates).scores(1)
    seconds = time.perf_counter() - began
    right = np.array([names[c] == row["department"] for c, row in zip(first.candidate, asked, strict=True)])
    truth = np.array([row["department"] for row in asked])
    largest = max(names, key=lambda name: sum(row["department"] == name for row in known))
    return {
        "questions": len(asked),
        "profiles from": len(known),
        "accuracy": round(float(right.mean()), 4),
        "mean over departments": round(float(np.mean([right[truth == name].mean() for name in set(truth)])), 4),
        "always the largest department": round(float((truth == largest).mean()), 4),
        "seconds": round(seconds, 2),
    }


# --- speed ------------------------------------------------------------------------------------------------------------


PLACES = [
    "门诊",
    "病房",
    "社区",
    "县级医院",
    "三甲医院",
    "基层",
    "急诊",
    "海岛",
    "山区",
    "体检中心",
    "卫生院",
    "研究型病房",
]
GROUPS = ["老年人", "儿童", "孕产妇", "青少年", "慢性病患者", "术后患者", "高危人群", "职业人群"]
WORKS = [
    "早期筛查",
    "手术方案",
    "随访管理",
    "影像诊断",
    "病理会诊",
    "用药指导",
    "临床试验",
    "康复训练",
    "质量控制",
    "数据平台",
    "人才培养",
    "技术推广",
    "微创治疗",
    "风险评估",
    "分子检测",
    "健康教育",
    "疑难病例",
    "围手术期管理",
    "中西医结合",
    "精准治疗",
    "护理规范",
    "预后模型",
]


def invented(count: int, seed: int, texts: int = 1) -> list[list[str]]:
    """`count` invented entries (示例) of `texts` Chinese texts of about 70 characters each."""
    dice = random.Random(seed)
    words = [member for group in synonym_groups() for member in group.members if not member.isascii()]
    entries = []
    for _ in range(count):
        entry = []
        for _ in range(texts):
            a, b, c = dice.sample(words, 3)
            w, x, y, z = dice.sample(WORKS, 4)
            entry.append(
                f"面向{dice.choice(PLACES)}的{dice.choice(GROUPS)}，围绕{a}开展{w}与{x}，兼顾{b}合并{c}的{y}；"
                f"累计{dice.randint(20, 900)}例，形成{z}流程，希望与{dice.choice(PLACES)}合作，"
                f"编号示例{dice.randint(1, 10**6)}。"
            )
        entries.append(entry)
    return entries


def _alone(work: Callable[..., float], *arguments: Any) -> dict[str, float]:
    """Run one contender in a fresh process: seconds, processor seconds (of all cores), peak memory."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_measured, args=(there, work, arguments))
    process.start()
    there.close()
    try:
        seconds, processor, peak = here.recv()
    except EOFError:
        raise RuntimeError(f"{work.__name__} ended without an answer (out of memory?)") from None
    finally:
        process.join()
    return {"seconds": round(seconds, 2), "processor seconds": round(processor, 2), "peak GiB": round(peak, 2)}


def _measured(pipe: Any, work: Callable[..., float], arguments: tuple[Any, ...]) -> None:
    seconds = work(*arguments)
    pipe.send((seconds, time.process_time(), _peak_gib()))


def _peak_gib() -> float:
    """This process's own peak. Linux hands `ru_maxrss` on through exec, so /proc is asked first."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _told(name: str, measured: dict[str, float]) -> dict[str, float]:
    """Say on stderr what a contender took as soon as it is known: a full run is long."""
    print(f"{name}: {measured}", file=sys.stderr)
    return measured


def _quiet(step: str, share: float) -> None:
    if sys.stderr.isatty():
        print(f"\r{step} {share:.0%}   ", end="", file=sys.stderr, flush=True)


def ours(needs: int, candidates: int, texts: int, top: int, *, reasons: bool) -> float:
    """Seconds from texts to the sorted best pairs, everything loaded on the way (jieba too)."""
    asked = [NeedText(f"n{at}", entry[0]) for at, entry in enumerate(invented(needs, 1))]
    held = [CandidateText(f"c{at}", tuple(entry)) for at, entry in enumerate(invented(candidates, 2, texts))]
    began = time.perf_counter()
    if reasons:
        rank(asked, held, top=top)
    else:
        for _ in Engine(asked, held, progress=_quiet).chunks(top):
            pass
    return time.perf_counter() - began


def ours_with_reasons(needs: int, candidates: int, texts: int, top: int) -> float:
    return ours(needs, candidates, texts, top, reasons=True)


def ours_scores(needs: int, candidates: int, texts: int, top: int) -> float:
    return ours(needs, candidates, texts, top, reasons=False)


def bm25s_alone(needs: int, candidates: int, texts: int, top: int) -> float:
    """The peer: bm25s on jieba's words, one text per candidate."""
    import bm25s
    import jieba

    asked = [entry[0] for entry in invented(needs, 1)]
    held = ["".join(entry) for entry in invented(candidates, 2, texts)]
    began = time.perf_counter()
    retriever = bm25s.BM25()
    retriever.index([jieba.lcut(text) for text in held], show_progress=False)
    queries = [jieba.lcut(text) for text in asked]
    retriever.retrieve(queries, k=top, n_threads=2, show_progress=False)
    return time.perf_counter() - began


def sklearn_alone(needs: int, candidates: int, texts: int, top: int) -> float:
    """The peer: sklearn's character 2-3-gram TF-IDF with sparse_dot_topn, one text per candidate."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sparse_dot_topn import sp_matmul_topn

    asked = [entry[0] for entry in invented(needs, 1)]
    held = ["".join(entry) for entry in invented(candidates, 2, texts)]
    began = time.perf_counter()
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), dtype=np.float32)
    of_held = vectorizer.fit_transform(held)
    sp_matmul_topn(vectorizer.transform(asked), of_held.T.tocsr(), top_n=top, n_threads=2, sort=True)
    return time.perf_counter() - began


def speed(needs: int, candidates: int, texts: int, top: int, *, reasons: bool, repeats: int) -> dict[str, Any]:
    """Ours and the plain peers on the same invented texts; medians, and ours divided by each peer's."""
    contenders = {
        "xinglin": ours_with_reasons if reasons else ours_scores,
        "bm25s alone": bm25s_alone,
        "sklearn TF-IDF alone": sklearn_alone,
    }
    result: dict[str, Any] = {}
    for name, work in contenders.items():
        runs = [_told(name, _alone(work, needs, candidates, texts, top)) for _ in range(repeats)]
        result[name] = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
    for name in list(contenders)[1:]:
        result[f"ratio to {name}"] = round(result["xinglin"]["seconds"] / max(result[name]["seconds"], 0.01), 2)
    return result


def run(full: bool = False) -> dict[str, Any]:
    """All figures of the ranking claims; `full` adds 100,000 x 100,000 (several minutes)."""
    figures: dict[str, Any] = {
        "gold standard": gold_standard(),
        "departments": departments(),
        "300 x 500, top 10 with reasons": speed(500, 300, 4, 10, reasons=True, repeats=3),
    }
    if full:
        figures["100,000 x 100,000, top 50"] = _told("100,000 x 100,000", _alone(ours_scores, 100_000, 100_000, 1, 50))
        # The peers take many minutes for all needs (bm25s had not ended after 16); a tenth of them gives the ratio.
        figures["10,000 x 100,000, top 50"] = speed(10_000, 100_000, 1, 50, reasons=False, repeats=1)
    return figures


if __name__ == "__main__":
    print(json.dumps(run("--full" in sys.argv), ensure_ascii=False, indent=2))
