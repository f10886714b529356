"""A net over all candidates: it finds the few hundred that are worth ranking with care.

Ranking weighs every word of every text against every other; for one need and a hundred thousand people a page cannot
wait for that. The net is an inverted index of character pairs and words, weighed by BM25, kept in the home and patched
when people change. What it catches is ranked by `matching.ranking`, on live facts.
"""

from xinglin.matching.nets.index import Net, Row, weave

__all__ = ["Net", "Row", "weave"]
