"""Local search over assignments: two needs exchange candidates, or a need takes a candidate with room to spare."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .problem import Ints, Problem

# Up to this many cells pairs are found in a table; above, by binary search.
TABLE = 30_000_000


class Places:
    """An assignment that can be improved: which pairs are used, by need and by candidate."""

    def __init__(self, problem: Problem, chosen: Ints) -> None:
        self.problem = problem
        self.start = problem.start
        self.n, self.m = len(problem.needs), len(problem.candidates)
        self.key = problem.pair_need * self.m + problem.pair_candidate
        self.table: npt.NDArray[np.int32] | None = None
        if self.n * self.m <= TABLE:
            self.table = np.full(self.n * self.m, -1, dtype=np.int32)
            self.table[self.key] = np.arange(self.key.size, dtype=np.int32)
        # Exchanges keep every quota when the candidates exchanged carry the same values: within needs for a swap,
        # which leaves totals alone; everywhere for a move.
        self.kind = self._kinds([quota.attribute for quota in problem.quotas if quota.per == "need"])
        self.whole_kind = self._kinds([quota.attribute for quota in problem.quotas])
        self.reset(chosen)

    def _kinds(self, attributes: list[str]) -> Ints:
        """A number for each candidate's values of these attributes, shape (m,)."""
        kind = np.zeros(self.m, dtype=np.int64)
        for attribute in sorted(set(attributes)):
            values, code = np.unique(self.problem.attributes[attribute].astype(str), return_inverse=True)
            kind = kind * values.size + code
        return kind

    def reset(self, chosen: Ints) -> None:
        """Start again from these pairs."""
        p = self.problem
        self.used = np.zeros(p.score.size, dtype=bool)
        self.used[chosen] = True
        self.value = np.bincount(p.pair_need[chosen], p.score[chosen], self.n)
        self.load = np.bincount(p.pair_candidate[chosen], minlength=self.m)
        width = max(1, int(self.load.max(initial=0)), int(min(p.load_max.max(initial=1), self.n, 64)))
        # Holders of each candidate, -1 where free.
        self.holder = np.full((self.m, width), -1, dtype=np.int64)
        order = chosen[np.argsort(p.pair_candidate[chosen], kind="stable")]
        owner = p.pair_candidate[order]
        first = np.searchsorted(owner, np.arange(self.m))
        self.holder[owner, np.arange(order.size) - first[owner]] = p.pair_need[order]

    def chosen(self) -> Ints:
        """Indices of the used pairs."""
        return np.flatnonzero(self.used)

    def worst(self) -> float:
        """The smallest value of a need."""
        return float(self.value.min())

    def total(self) -> float:
        """The sum of all values."""
        return float(self.problem.score[self.used].sum())

    def pair(self, need: Ints, candidate: Ints) -> Ints:
        """Index of each pair (need, candidate), -1 where it is not allowed. Arguments broadcast."""
        key = need * self.m + candidate
        if self.table is not None:
            return self.table[key].astype(np.int64)
        at = np.minimum(np.searchsorted(self.key, key), self.key.size - 1)
        return np.where(self.key[at] == key, at, -1)

    def raise_worst(self, goal: float, going: Callable[[], bool]) -> None:
        """Help the worst need by the best swap or move until it has none, or every need is at the goal."""
        while going():
            need = int(self.value.argmin())
            if self.value[need] >= goal or not (self._help(need) or self._chain(need)):
                return

    def _help(self, need: int) -> bool:
        """The swap that lifts `need` most while nobody falls as low as it stands; False when there is none."""
        p = self.problem
        row = np.arange(self.start[need], self.start[need + 1])
        mine, others = row[self.used[row]], row[~self.used[row]]
        if not mine.size or not others.size:
            return False
        now = self.value[need]
        wanted = p.pair_candidate[others]
        # Moves to a candidate with room, giving back one who may be spared.
        best, move = now + 1e-12, None
        spare = others[self.load[wanted] < p.load_max[wanted]]
        giver = mine[self.load[p.pair_candidate[mine]] > p.load_min[p.pair_candidate[mine]]]
        for lose in giver.tolist():
            kind = self.whole_kind[p.pair_candidate[lose]]
            alike = spare[self.whole_kind[p.pair_candidate[spare]] == kind]
            if not alike.size:
                continue
            gain = alike[p.score[alike].argmax()]
            if (after := now - p.score[lose] + p.score[gain]) > best:
                best, move = after, (lose, gain, -1, -1)
        holders = self.holder[wanted]
        which, slot = np.nonzero(holders >= 0)
        donor, take = holders[which, slot], others[which]
        give = self.pair(donor, p.pair_candidate[take])
        for mine_at in mine:
            lifted = now - p.score[mine_at] + p.score[take]
            alike = self.kind[p.pair_candidate[take]] == self.kind[p.pair_candidate[mine_at]]
            hopeful = np.flatnonzero((lifted > best) & (self.value[donor] > best) & alike)
            if not hopeful.size:
                continue
            back = self.pair(donor[hopeful], p.pair_candidate[mine_at])
            left = self.value[donor[hopeful]] - p.score[give[hopeful]] + p.score[back]
            score = np.where((back >= 0) & ~self.used[back], np.minimum(lifted[hopeful], left), -np.inf)
            at = int(score.argmax())
            if score[at] > best:
                chosen = hopeful[at]
                best, move = float(score[at]), (mine_at, take[chosen], give[chosen], back[at])
        if move is None:
            return False
        self._exchange(*(int(part) for part in move))
        return True

    def _chain(self, need: int) -> bool:
        """As `_help` over three: `need` takes from a donor, the donor from a third, the third what `need` gives."""
        p = self.problem
        row = np.arange(self.start[need], self.start[need + 1])
        mine, others = row[self.used[row]], row[~self.used[row]]
        placed = self.chosen()
        if placed.size > 4_000:
            placed = placed[np.argsort(-self.value[p.pair_need[placed]], kind="stable")[:4_000]]
        third, theirs = p.pair_need[placed], p.pair_candidate[placed]
        holders = self.holder[p.pair_candidate[others]]
        which, slot = np.nonzero(holders >= 0)
        donor, take = holders[which, slot], others[which]
        give = self.pair(donor, p.pair_candidate[take])
        now = self.value[need]
        best, move = now + 1e-12, None
        for mine_at in mine.tolist():
            lifted = now - p.score[mine_at] + p.score[take]
            left = self.value[donor] - p.score[give]
            kind = self.kind[p.pair_candidate[mine_at]]
            hopeful = np.flatnonzero((lifted > best) & (self.kind[p.pair_candidate[take]] == kind))
            hopeful = hopeful[np.argsort(-(left + lifted)[hopeful])[:48]]
            back = self.pair(third, np.full(third.size, p.pair_candidate[mine_at]))
            fine = (back >= 0) & ~self.used[back] & (third != need) & (self.kind[theirs] == kind)
            third_after = np.where(fine, self.value[third] - p.score[placed] + p.score[back], -np.inf)
            some = np.flatnonzero(third_after > best)
            if not hopeful.size or not some.size:
                continue
            cross = self.pair(donor[hopeful][:, None], theirs[some][None, :])
            fine = (cross >= 0) & ~self.used[cross] & (donor[hopeful][:, None] != third[some][None, :])
            after = np.where(fine, left[hopeful][:, None] + p.score[cross], -np.inf)
            after = np.minimum(np.minimum(after, third_after[some][None, :]), lifted[hopeful][:, None])
            at = int(after.argmax())
            if after.flat[at] > best:
                first, last = divmod(at, some.size)
                chosen, end = hopeful[first], some[last]
                best = float(after.flat[at])
                move = [(mine_at, take[chosen]), (give[chosen], cross[first, last]), (placed[end], back[end])]
        if move is None:
            return False
        self._rotate([(int(gone), int(come)) for gone, come in move])
        return True

    def _exchange(self, lose: int, gain: int, give: int = -1, back: int = -1) -> None:
        """One need swaps pair `lose` for `gain`; with a donor, the donor swaps `give` for `back`."""
        self._rotate([(lose, gain), (give, back)] if give >= 0 else [(lose, gain)])

    def _rotate(self, changes: list[tuple[int, int]]) -> None:
        """Each need drops the first pair of its change and takes the second, all at once."""
        for gone, _ in changes:
            self._drop(gone)
        for _, come in changes:
            self._take(come)
        for need in {int(self.problem.pair_need[gone]) for gone, _ in changes}:
            # Recomputed, not added up: rounding never drifts.
            row = slice(self.start[need], self.start[need + 1])
            self.value[need] = self.problem.score[row][self.used[row]].sum()

    def _drop(self, pair: int) -> None:
        need, candidate = self.problem.pair_need[pair], self.problem.pair_candidate[pair]
        self.used[pair] = False
        self.load[candidate] -= 1
        seats = self.holder[candidate]
        seats[int(np.flatnonzero(seats == need)[0])] = -1

    def _take(self, pair: int) -> None:
        need, candidate = self.problem.pair_need[pair], self.problem.pair_candidate[pair]
        self.used[pair] = True
        self.load[candidate] += 1
        free = np.flatnonzero(self.holder[candidate] < 0)
        if not free.size:
            self.holder = np.hstack([self.holder, np.full((self.m, self.holder.shape[1]), -1, dtype=np.int64)])
            free = np.flatnonzero(self.holder[candidate] < 0)
        self.holder[candidate, int(free[0])] = need

    def neighbours(self, need: int, size: int) -> Ints:
        """`need` with the holders of the candidates it would like best, those with most to spare first."""
        found = [need]
        seen = {need}
        for centre in found:
            row = np.arange(self.start[centre], self.start[centre + 1])
            row = row[~self.used[row]]
            liked = row[np.argsort(-self.problem.score[row])[: 4 * size]]
            holders = self.holder[self.problem.pair_candidate[liked]]
            # The very best candidates' holders first, then whoever can best afford to give.
            top, rest = holders[: max(1, size // 8)].ravel(), holders.ravel()
            rest = np.unique(rest[rest >= 0])
            rest = rest[np.argsort(-self.value[rest])][: max(3, size // 2)]
            for other in np.concatenate([top[top >= 0], rest]):
                if int(other) not in seen:
                    seen.add(int(other))
                    found.append(int(other))
            if len(found) >= size:
                break
        return np.array(found[:size])

    def freed(self, needs: Ints) -> tuple[Ints, Ints]:
        """Pairs these needs could share out if they gave all places back, and each candidate's room then (m,)."""
        p = self.problem
        rows = np.concatenate([np.arange(int(self.start[i]), int(self.start[i + 1])) for i in needs.tolist()])
        mine = rows[self.used[rows]]
        room = np.maximum(p.load_max - self.load, 0)
        free = room > 0
        back = np.bincount(p.pair_candidate[mine], minlength=self.m)
        keep = rows[(back[p.pair_candidate[rows]] > 0) | free[p.pair_candidate[rows]]]
        if keep.size > 4000:
            # Plenty of room elsewhere: what was held, and the best of the rest.
            rest = keep[np.argsort(-p.score[keep])[:3000]]
            keep = np.union1d(rest, keep[back[p.pair_candidate[keep]] > 0])
        return keep, room + back

    def deal(self, needs: Ints, chosen: Ints) -> None:
        """Replace everything these needs hold by `chosen`."""
        kept = self.used.copy()
        for i in needs:
            kept[self.start[i] : self.start[i + 1]] = False
        kept[chosen] = True
        self.reset(np.flatnonzero(kept))

    def raise_total(self, floor: float, going: Callable[[], bool]) -> None:
        """Swaps and moves that raise the total and leave both needs at the floor, in passes, while they help."""
        p = self.problem
        limit = 4_000
        for turn in range(200):
            chosen = self.chosen()
            if not going() or not chosen.size:
                return
            if chosen.size > limit:
                chosen = np.random.default_rng(chosen.size + turn).choice(chosen, limit, replace=False)
            need, candidate = p.pair_need[chosen], p.pair_candidate[chosen]
            cross = self.pair(need[:, None], candidate[None, :])
            alike = self.kind[candidate][:, None] == self.kind[candidate][None, :]
            allowed = (cross >= 0) & ~self.used[cross] & alike
            value = np.where(allowed, p.score[cross], -np.inf)
            change = value - p.score[chosen][:, None]
            gain = change + change.T
            # Row i after the swap: its value plus its change; both must stay at the floor.
            stays = self.value[need][:, None] + change >= floor
            gain[~(stays & stays.T)] = -np.inf
            partner = gain.argmax(axis=1)
            best = gain[np.arange(chosen.size), partner]
            done = np.zeros(self.n, dtype=bool)
            swapped = 0
            for at in np.argsort(-best):
                if best[at] <= 1e-9:
                    break
                a, b = int(need[at]), int(need[partner[at]])
                if done[a] or done[b]:
                    continue
                done[a] = done[b] = True
                self._exchange(
                    int(chosen[at]), int(cross[at, partner[at]]), int(chosen[partner[at]]), int(cross[partner[at], at])
                )
                swapped += 1
            if not swapped:
                return
