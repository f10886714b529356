"""A small world for the tests of pages and of the interface: who looks, and what there is to see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.test import Client
from tests.factories import bonds

from xinglin.kernel import clock, notices
from xinglin.kernel.home import documents_folder
from xinglin.kernel.models import Account, ApiToken, Blob, Document, DocumentVersion, Notice
from xinglin.kernel.phrases import say
from xinglin.kernel.words import Role
from xinglin.roster.actions import organisations
from xinglin.roster.models import Organisation
from xinglin.roster.words.register import OrganisationKind

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class World:
    """The secretariat, a hospital's liaison, the authority, nobody in particular; two hospitals; a notice; a paper."""

    secretary: Account
    liaison: Account
    authority: Account
    nobody: Account
    active: Organisation
    proposed: Organisation
    notice: Notice
    paper: DocumentVersion
    system: Account
    security: Account
    audit: Account

    def client(self, role: str, language: str = "en") -> Client:
        """A browser in which `role` ("stranger" for none) is signed in."""
        client = Client()
        client.cookies["xinglin_language"] = language
        if role != "stranger":
            client.force_login(getattr(self, role), backend=BACKEND)
        return client


def world() -> World:
    """Everything there is, made through the public actions where there are any."""
    secretary = bonds.account(Role.SECRETARIAT, name="secretary")
    active = propose("示例市第一人民医院", secretary, contact_phone="13800000001")
    organisations.admit_organisation(organisation_id=active.pk, by=secretary)
    proposed = propose("示例市第二人民医院", secretary, contact_phone="13800000002")
    liaison = bonds.account(Role.LIAISON, ("organisation", active.pk), name="liaison")
    with transaction.atomic():
        told = notices.tell(
            [secretary, liaison], "roster.organisation_proposed", say("{name} is new.", name="示例"), subject=active
        )
    active.refresh_from_db()
    return World(
        secretary, liaison, bonds.account(Role.AUTHORITY, name="authority"), bonds.account(name="nobody"),
        active, proposed,
        told[0], _paper(active),
        bonds.account(Role.SYSTEM_ADMIN, name="system"), bonds.account(Role.SECURITY_ADMIN, name="security"),
        bonds.account(Role.AUDIT_ADMIN, name="audit"),
    )  # fmt: skip


def propose(name: str, by: Account, **more: object) -> Organisation:
    return organisations.propose_organisation(name_zh=name, kind=OrganisationKind.HOSPITAL, by=by, **more)


def _paper(organisation: Organisation) -> DocumentVersion:
    content = b"example"
    digest = hashlib.sha256(content).hexdigest()
    folder = documents_folder() / digest[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / digest).write_bytes(content)
    blob = Blob.objects.create(sha256=digest, size=len(content), media_type="text/plain")
    document = Document.objects.create(
        subject_kind="roster.organisation", subject_id=organisation.pk, title="示例文件", privacy="alliance"
    )
    return DocumentVersion.objects.create(document=document, number=1, blob=blob, file_name="示例.txt", added_by="x")


def token(account: Account, *abilities: str, days: int = 1) -> str:
    """An access token of `account`; what a program would send."""
    text = f"xl_{account.username}_{'_'.join(abilities)}_{days}"
    ApiToken.objects.create(
        account=account, name="test", prefix=text[:12], digest=hashlib.sha256(text.encode()).hexdigest(),
        abilities=list(abilities), expires_at=clock.now() + timedelta(days=days),
    )  # fmt: skip
    return text
