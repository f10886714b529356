"""Small things several models of transfer share."""

from __future__ import annotations

from xinglin.kernel.words import Privacy

PUBLIC, ALLIANCE, PERSONAL = Privacy.PUBLIC, Privacy.ALLIANCE, Privacy.PERSONAL
