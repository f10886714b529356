"""The kinds of dossier transfer has."""

from xinglin.transfer import events  # noqa: F401
from xinglin.transfer.dossiers import achievements, funds, ip, projects, transfers  # noqa: F401
