"""Results and reports for the tests of the FHIR interface, and programs with tokens. All invented (示例)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from tests.factories import catalogue, consent, portal

from xinglin.exchange.catalogue.models import Site
from xinglin.exchange.catalogue.queries import snapshot
from xinglin.exchange.federation import asking
from xinglin.exchange.federation.gateways import cities as gateway
from xinglin.exchange.identity.actions.arriving import receive
from xinglin.exchange.identity.models import Patient
from xinglin.exchange.identity.rules.facts import PatientFacts
from xinglin.exchange.intake.models import Report, Result
from xinglin.exchange.intake.words import FINAL
from xinglin.kernel import clock, permits
from xinglin.kernel.models import Account
from xinglin.kernel.words import Role

_numbers = itertools.count(1)
NOON = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def patient(at: Site, name: str = "示例乙", document: str = "", **more: Any) -> Patient:
    """A record received from a hospital, as any other."""
    facts = PatientFacts(
        site=at.number, local_id=f"L{next(_numbers):05d}", name_zh=name, sex=1, birth_date=more.pop("born", None),
        documents=((("id_card", document),) if document else ()), **more,
    )  # fmt: skip
    return Patient.objects.get(pk=receive(records=[facts], by=permits.the_program())[0])


def result(of: Patient, item: int, number: float | None = 5.1, *, days: int = 1, at: int = 0, **more: Any) -> Result:
    """A result `days` before 2026-11-01 noon."""
    moment, key = NOON - timedelta(days=days), next(_numbers)
    return Result.objects.create(
        patient=of.pk, item=item, effective_at=moment, reported_at=moment + timedelta(hours=2), site=at or of.site,
        **{"status": FINAL, "number": number, "unit": "mmol/L", "local_system": "https://lis.example", "source_id": f"O{key}",
           "local_code": f"C{item}", "local_name": f"项目{item}", "digest": key.to_bytes(16, "big"), **more},
    )  # fmt: skip


def report(of: Patient, no: str = "", version: int = 1, **more: Any) -> Report:
    """A report of a patient."""
    key = next(_numbers)
    return Report.objects.create(
        site=of.site, patient=of.pk, report_no=no or f"R{key}", version=version, effective_at=NOON, reported_at=NOON,
        digest=key.to_bytes(32, "big"), **{"status": "final", "title": "示例报告", **more},
    )  # fmt: skip


@dataclass
class Program:
    """A hospital's program that reads by token."""

    account: Account
    secret: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> Any:
        return Client().get(address if address.startswith("/") else f"/fhir/R4/{address}",
                            headers={"Authorization": f"Bearer {self.secret}", **self.headers, **headers})  # fmt: skip

    def post(self, address: str, body: Any, **headers: str) -> Any:
        return Client().post(f"/fhir/R4/{address}", body, content_type="application/fhir+json",
                             headers={"Authorization": f"Bearer {self.secret}", **self.headers, **headers})  # fmt: skip


def program(at: Site, *scopes: str) -> Program:
    """The hospital's own program with a token of these scopes."""
    account = consent.system(at)
    return Program(account, portal.token(account, *(scopes or ("system/*.rs",))))


@dataclass
class Cities:
    """Two hospitals, one resident known to both, one known to the first alone; a program at each hospital."""

    first: Site
    second: Site
    mine: Patient
    theirs: Patient
    lonely: Patient
    one: Program
    other: Program


def cities() -> Cities:
    """The world of the interface's tests."""
    catalogue.items()
    snapshot.forget()
    first, second = consent.site("示例广州医院", "440100"), consent.site("示例佛山医院", "440600")
    number = "440524188001010014"
    mine, theirs = patient(first, "陈示例", number), patient(second, "陈示例", number)
    assert mine.person_id == theirs.person_id
    return Cities(first, second, mine, theirs, patient(first, "林示例"), program(first), program(second))


@contextmanager
def ordering(*, asks: bool = True) -> Iterator[Cities]:
    """That world at noon: the resident is in treatment at the first hospital, whose program may order where it `asks`.
    Nothing of it, nor of cities that were asked, is remembered afterwards."""
    asking.forget()
    gateway.forget()
    with clock.at(NOON):
        made = cities()
        consent.visit(made.mine.person_id, made.first)
        if asks:
            permits.grant(account=made.one.account, role=Role.DOCTOR,
                          scope=("organisation", made.first.organisation_id), by=permits.the_program())  # fmt: skip
        snapshot.forget()
        yield made
        snapshot.forget()
