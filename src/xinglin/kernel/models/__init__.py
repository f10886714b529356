"""What the kernel stores."""

from xinglin.kernel.models.accounts import Account, ApiToken, Grant, Invitation, PastPassword
from xinglin.kernel.models.base import Dossier, Stored, classes, new_id
from xinglin.kernel.models.ledger import LedgerEntry, LedgerLeaf, LedgerSeal
from xinglin.kernel.models.papers import Blob, Document, DocumentVersion
from xinglin.kernel.models.settings import DatedSetting, Series, Submission
from xinglin.kernel.models.work import Delivery, Job, Notice, Outlet

__all__ = [
    "Account", "ApiToken", "Blob", "DatedSetting", "Delivery", "Document", "DocumentVersion", "Dossier", "Grant",
    "Invitation", "Job", "LedgerEntry", "LedgerLeaf", "LedgerSeal", "Notice", "Outlet", "PastPassword", "Series",
    "Stored", "Submission", "classes", "new_id",
]  # fmt: skip
