"""The shape every stored thing shares."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from ulid import ULID

from xinglin.kernel.clock import now
from xinglin.kernel.machine import Machine
from xinglin.kernel.words import Privacy, Scope, Word


def new_id() -> str:
    """A ULID: sortable by time, says nothing about how many there are."""
    return str(ULID())


def classes(given: Privacy, *names: str) -> dict[str, Privacy]:
    """The same privacy class for several columns."""
    return dict.fromkeys(names, given)


class Stored(models.Model):
    """A row with an opaque id. `CLASSES` names the privacy class of every column; the house test insists."""

    CLASSES: ClassVar[dict[str, Privacy]] = {"id": Privacy.PUBLIC, "created_at": Privacy.ALLIANCE}

    id = models.CharField(primary_key=True, max_length=26, default=new_id, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        abstract = True


class Dossier(Stored):
    """A stored thing with a lifecycle: it has a stage, somebody's turn, a deadline and a history.

    `version` counts the changes; a form that was opened on an older version is told so. `created_by` is an account id
    without a foreign key, like every actor on a record that must outlive accounts.
    """

    MACHINE: ClassVar[Machine]
    CLASSES: ClassVar[dict[str, Privacy]] = {
        **Stored.CLASSES,
        "stage": Privacy.ALLIANCE,
        "stage_since": Privacy.ALLIANCE,
        "due_on": Privacy.ALLIANCE,
        "created_by": Privacy.ALLIANCE,
        "version": Privacy.ALLIANCE,
    }

    stage = models.CharField(max_length=40, db_index=True)
    stage_since = models.DateTimeField(default=now)
    due_on = models.DateField(null=True, blank=True, db_index=True)
    created_by = models.CharField(max_length=26, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def stage_word(self) -> Word:
        return self.MACHINE.stages(self.stage)

    @property
    def resting(self) -> bool:
        """Whether the dossier may stay as it is for good."""
        return self.stage in self.MACHINE.final

    def scopes(self) -> list[Scope]:
        """The scopes whose grants count on this dossier, beside the alliance itself."""
        raise NotImplementedError
