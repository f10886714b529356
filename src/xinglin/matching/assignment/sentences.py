"""Relaxations and outcomes in words, Chinese and English. Pure, and free of Django so that the command starts fast."""

from __future__ import annotations

from .problem import Outcome, Problem, Quota, Relaxation


def relaxation_sentence(problem: Problem, change: Relaxation, lang: str) -> str:
    """One changed limit as a clause without full stop."""
    zh = lang == "zh"
    who, before, after = change.subject, change.before, change.after
    match change.kind:
        case "load":
            return (
                f"把每人上限从 {before} 提到 {after}"
                if zh
                else f"raise the load limit per candidate from {before} to {after}"
            )
        case "own_load":
            return (
                f"把“{who}”的上限从 {before} 提到 {after}"
                if zh
                else f'raise the load limit of "{who}" from {before} to {after}'
            )
        case "min_load":
            return (
                f"把“{who}”的下限从 {before} 降到 {after}"
                if zh
                else f'lower the least load of "{who}" from {before} to {after}'
            )
        case "demand":
            return _demand(change, zh)
        case "quota_least" | "quota_most" if change.quota is not None:
            return _quota(problem.quotas[change.quota], change, zh)
        case "cover_needs":
            return (
                f"把须有人承接的需求数从 {before} 降到 {after}"
                if zh
                else f"lower the needs to be covered from {before} to {after}"
            )
        case "cover_candidates":
            return (
                f"把须参与的人选数从 {before} 降到 {after}"
                if zh
                else f"lower the candidates to be asked from {before} to {after}"
            )
        case "recruit":
            return _recruit(problem, after, zh)
    raise AssertionError(f"unhandled kind {change.kind}")


def _demand(change: Relaxation, zh: bool) -> str:
    who, before, after = change.subject, change.before, change.after
    if change.eligible is not None and change.eligible < before:
        few = change.eligible
        if zh:
            return f"需求“{who}”要 {before} 人，却只有 {few} 位合格人选：把它降到 {after} 人"
        return (
            f'need "{who}" asks for {before} but has only {few} eligible candidate{"" if few == 1 else "s"}: '
            f"lower it to {after}"
        )
    return f"把需求“{who}”的人数从 {before} 降到 {after}" if zh else f'lower need "{who}" from {before} to {after}'


def quota_name(quota: Quota, zh: bool) -> str:
    """The quota in words: what is counted, and where."""
    value = quota.value if quota.value is not None else ("每一种" if zh else "each value")
    where = ("每个需求内" if zh else "in each need") if quota.per == "need" else ("全部合计" if zh else "in total")
    if quota.needs is not None and len(quota.needs) <= 3:
        names = ("、" if zh else ", ").join(quota.needs)
        where += f"（{names}）" if zh else f" ({names})"
    return f"{quota.attribute}={value}，{where}" if zh else f"{quota.attribute}={value} {where}"


def _quota(quota: Quota, change: Relaxation, zh: bool) -> str:
    name, before, after = quota_name(quota, zh), change.before, change.after
    if change.kind == "quota_least":
        return (
            f"把配额“{name}：至少 {before}”降到 {after}"
            if zh
            else f'lower quota "{name}: at least {before}" to {after}'
        )
    return f"把配额“{name}：至多 {before}”提到 {after}" if zh else f'raise quota "{name}: at most {before}" to {after}'


def _recruit(problem: Problem, count: int, zh: bool) -> str:
    wanted = sorted({f"{q.attribute}={q.value}" for q in problem.quotas if q.at_least and q.value is not None})
    unwanted = sorted(
        {f"{q.attribute}={q.value}" for q in problem.quotas if q.at_most is not None and q.value is not None}
    )
    unwanted = [name for name in unwanted if name not in wanted]
    if zh:
        which = ("、".join(wanted) + " 的") if wanted else ""
        outside = ("不属于 " + "、".join(unwanted) + " 的") if unwanted else ""
        return f"再请 {count} 位{which}{outside}人选（能承接缺人的需求且无冲突）"
    which = f" with {', '.join(wanted)}" if wanted else ""
    outside = f" outside {', '.join(unwanted)}" if unwanted else ""
    return (
        f"invite {count} more candidate{'' if count == 1 else 's'}{which}{outside} "
        "who can serve the needs still short, without conflict"
    )


def infeasible_sentences(problem: Problem, outcome: Outcome, lang: str) -> list[str]:
    """The smallest set of limits to relax, one sentence per limit; empty when nothing was found."""
    end = "。" if lang == "zh" else "."
    return [_capital(relaxation_sentence(problem, change, lang)) + end for change in outcome.infeasible or ()]


def infeasible_story(problem: Problem, outcome: Outcome, lang: str, most: int = 12) -> str:
    """The whole explanation in one paragraph: the smallest set, then other ways out."""
    zh = lang == "zh"
    if not outcome.infeasible:
        return (
            "没有可行的分配，时限内也没有找到该放宽哪些限制；请先放宽配额再试。"
            if zh
            else "No assignment exists, and no set of limits to relax was found in time; drop quotas and try again."
        )
    and_, or_ = ("；并且", "；或者") if zh else ("; and ", "; or ")
    smallest = _joined(problem, outcome.infeasible, lang, and_, most)
    others = [_joined(problem, way, lang, and_, most) for way in outcome.ways]
    proven = "" if outcome.smallest_proven else ("（未证明最小）" if zh else " (not proven the smallest)")
    if zh:
        return f"没有可行的分配。最少要放宽{proven}：" + or_.join([smallest, *others]) + "。"
    return f"No assignment exists. Smallest change{proven}: " + or_.join([smallest, *others]) + "."


def _joined(problem: Problem, changes: tuple[Relaxation, ...], lang: str, and_: str, most: int) -> str:
    clauses = [relaxation_sentence(problem, change, lang) for change in changes[:most]]
    if (more := len(changes) - most) > 0:
        clauses.append(f"另有 {more} 项" if lang == "zh" else f"{more} more like these")
    return and_.join(clauses)


def gap_sentence(outcome: Outcome, objective: str, lang: str) -> str:
    """What is proven about the answer and what is not, in one sentence."""
    zh = lang == "zh"
    if outcome.optimal:
        return "已证明最优。" if zh else "Proven optimal."
    if outcome.gap is None:
        return "未证明最优，界未知。" if zh else "Not proven optimal; no bound is known."
    share = f"{100 * outcome.gap:.3g} %"
    worst_open = (
        objective == "fair"
        and outcome.worst_bound is not None
        and outcome.worst_bound - outcome.worst > 1e-9 * max(1.0, abs(outcome.worst))
    )
    if worst_open:
        return (
            f"未证明最优：最差需求距上界不超过 {share}。"
            if zh
            else f"Not proven optimal: the worst need is within {share} of its bound."
        )
    if objective == "fair":
        return (
            f"最差需求已证明最优；总分距上界不超过 {share}。"
            if zh
            else f"The worst need is proven best; the total is within {share} of its bound."
        )
    return (
        f"未证明最优：总分距上界不超过 {share}。"
        if zh
        else f"Not proven optimal: the total is within {share} of its bound."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
