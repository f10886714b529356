"""The words of ranking: what goes in, what comes out, and the knobs. Pure values, quick to import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from xinglin.kernel.refusals import Refusal

Progress = Callable[[str, float], None]
"""Called with the name of a step and the share of it that is done, 0..1."""

ShouldStop = Callable[[], bool]
"""Asked between chunks; a true answer ends the work with `RankingStopped`."""


class BadRankingInput(Refusal):
    """Input that cannot be ranked, with a sentence and a next step for people."""


class RankingStopped(Exception):
    """The caller's `should_stop` said yes. Nothing was kept."""


class Availability(StrEnum):
    """How much room an expert has for one more need."""

    OPEN = "open"
    LIMITED = "limited"
    FULL = "full"
    AWAY = "away"


class ConflictEffect(StrEnum):
    """What a conflict of interest does: the pair is left out, or kept and marked."""

    EXCLUDE = "exclude"
    FLAG = "flag"


class FeedbackOutcome(StrEnum):
    """What became of an earlier proposal of this candidate."""

    USEFUL = "useful"
    DECLINED = "declined"


class ReasonKind(StrEnum):
    """Why a pair has its score. The contributions of a pair's reasons add up to the score."""

    WORDS = "words"
    COVERAGE = "coverage"
    CHARACTERS = "characters"
    CONTEXT = "context"
    SPECIALTY = "specialty"
    EVIDENCE = "evidence"
    MEANING = "meaning"
    AVAILABILITY = "availability"
    FEEDBACK = "feedback"
    CONFLICT = "conflict"


class CodeRelation(StrEnum):
    """Where a candidate's specialty stands in the tree (诊疗科目名录), seen from the need's."""

    SAME = "same"
    WITHIN = "within"
    PARENT = "parent"
    SIBLING = "sibling"


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """One text about a candidate: a paper, a project, a profile. `id`, `title` and `link` let a person check it."""

    text: str
    id: str = ""
    title: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """`party` is an id that may stand in a need's `parties`, or the id of a need itself."""

    party: str
    why: str = ""
    effect: ConflictEffect = ConflictEffect.EXCLUDE


@dataclass(frozen=True, slots=True)
class Feedback:
    """An earlier outcome. With `need` it speaks of that need; with `specialties`, of that field; else in general."""

    outcome: FeedbackOutcome
    need: str = ""
    specialties: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class NeedText:
    """A need as ranking sees it. `parties` are the ids of those behind it, for conflicts of interest."""

    id: str
    text: str
    specialties: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateText:
    """An expert or company as ranking sees it. Plain strings in `texts` stand for texts without title or link."""

    id: str
    texts: tuple[EvidenceText | str, ...] = ()
    specialties: tuple[str, ...] = ()
    availability: Availability | None = None
    conflicts: tuple[Conflict, ...] = ()
    feedback: tuple[Feedback, ...] = ()


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A word of the need and the word of the candidate's text it met; they differ for synonyms and inflections."""

    need: str
    candidate: str
    synonym: bool = False


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """A specialty code of the need, the nearest one of the candidate, and how they relate."""

    need: str
    candidate: str
    relation: CodeRelation


@dataclass(frozen=True, slots=True)
class Reason:
    """One checkable reason. `contribution` is in score units and may be negative or, for pointers, zero."""

    kind: ReasonKind
    contribution: float
    words: tuple[WordMatch, ...] = ()
    codes: tuple[CodeMatch, ...] = ()
    text: EvidenceText | None = None
    note: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """One proposed pair. `score` lies in 0..1."""

    need: str
    candidate: str
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each signal may say, relative to each other. A signal a need cannot use is left out of the sum."""

    words: float = 1.0
    coverage: float = 0.5
    characters: float = 0.3
    specialty: float = 0.6
    meaning: float = 0.3


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the ranker. The defaults are usual values of the literature.

    Neighbours and their share follow Rocchio's feedback (beta 0.75, 5 texts); BM25's k1 and b are the usual 1.2, 0.75.
    Between `expand_from` and `expand_to` texts, word vectors are enriched by their neighbours; a smaller pool has no
    meaningful neighbours, a larger one would cost too much.
    `search_budget` is the number of products the search of a large pool may cost (about 500 million a second and
    thread); the commonest words beyond it find no pairs, but count fully for the pairs that are found.
    """

    weights: Weights = field(default_factory=Weights)
    best_texts: int = 3
    neighbours: int = 5
    neighbour_share: float = 0.75
    expand_from: int = 20
    expand_to: int = 5_000
    bm25_k1: float = 1.2
    bm25_b: float = 0.75
    dense_cells: int = 6_000_000
    chunk_rows: int = 4_000
    search_budget: int = 20_000_000_000
    threads: int = 2
    limited_factor: float = 0.9
    full_factor: float = 0.7
    away_factor: float = 0.4
    feedback_reach: float = 0.1
    declined_factor: float = 0.5
