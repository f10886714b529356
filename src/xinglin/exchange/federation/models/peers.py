"""Other cities, and whose data left the mainland in which year."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from xinglin.exchange.federation.rules.lives import PEER_MOVES
from xinglin.exchange.federation.words import DataClass, PeerKind
from xinglin.kernel.models import Dossier, Stored
from xinglin.kernel.privacy import EncryptedTextField
from xinglin.kernel.words import ALLIANCE, Privacy, Scope


class Peer(Dossier):
    """Another city's Xinglin or any FHIR R4 server. `city` is a GB/T 2260 code; its access key lies encrypted.

    For Hong Kong and Macau the contract, its filing and the impact assessment are what the export gate asks for.
    """

    MACHINE = PEER_MOVES
    CLASSES: ClassVar = {
        **Dossier.CLASSES,
        **dict.fromkeys(
            ("name", "city", "endpoint", "kind", "client_id", "grant_address", "contract_number", "filing_number",
             "impact_assessment", "security_assessment", "contract_is_gba"),
            Privacy.ALLIANCE,
        ),
        "access_secret": Privacy.SECRET,
    }  # fmt: skip

    name = models.CharField(max_length=120)
    city = models.CharField(max_length=6)
    endpoint = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=PeerKind.choices(), default=PeerKind.XINGLIN)
    # With a client id the secret is our private key (PEM) and tokens are asked for; without, it is a bearer token.
    client_id = models.CharField(max_length=80, blank=True)
    grant_address = models.CharField(max_length=300, blank=True)
    access_secret = EncryptedTextField(blank=True)
    contract_number = models.CharField(max_length=80, blank=True)
    contract_is_gba = models.BooleanField(default=False)
    filing_number = models.CharField(max_length=80, blank=True)
    impact_assessment = models.CharField(max_length=80, blank=True)
    security_assessment = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["endpoint"], name="peer_endpoint_once"),)

    def __str__(self) -> str:
        return self.name

    def scopes(self) -> list[Scope]:
        return [ALLIANCE]


class PeerHealth(models.Model):
    """A city that failed of late: how often in a row, until when it rests, and whether its one try is taken.

    Read with the list of cities, so that what one process learned holds for all; there is a row only where something
    failed.
    """

    CLASSES: ClassVar = dict.fromkeys(("peer", "failures", "rests_until", "trying_until"), Privacy.ALLIANCE)

    peer = models.OneToOneField(Peer, on_delete=models.CASCADE, primary_key=True, related_name="health")
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    trying_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.peer_id} {self.failures}"


class ExportedPerson(Stored):
    """A person whose data left the mainland in a year: the cumulative count the thresholds of the law look at."""

    CLASSES: ClassVar = {
        **Stored.CLASSES,
        **dict.fromkeys(("year", "data_class", "person", "recipient"), Privacy.PERSONAL),
    }

    year = models.PositiveSmallIntegerField()
    data_class = models.CharField(max_length=12, choices=DataClass.choices())
    person = models.BigIntegerField()
    # The first recipient in that year; each later export is on the ledger.
    recipient = models.CharField(max_length=120)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["year", "data_class", "person"], name="exported_once_a_year"),)

    def __str__(self) -> str:
        return f"{self.year} P{self.person}"
