"""What the database itself refuses beside plain checks: rows changed or taken away, sums that do not hold.

Written as constraints, so that they stand in the one migration of the wing and leave with their table.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class Guard(models.BaseConstraint):
    """A trigger: `when` it fires, and the PL/pgSQL `body` that raises or returns.

    It fires for each row, or once for the whole statement; a deferred one when the transaction commits, so that it
    sees rows that only hold together.
    """

    def __init__(self, *, name: str, when: str, body: str, whole: bool = False, deferred: bool = False):
        super().__init__(name=name)
        self.when, self.body, self.whole, self.deferred = when, body, whole, deferred

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Nothing inside CREATE TABLE; the trigger follows once the table stands."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        kind, late = ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED ") if self.deferred else ("TRIGGER", "")
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {self.body} END $$;"
            f'CREATE {kind} {self.name} {self.when} ON "{model._meta.db_table}" {late}'
            f"FOR EACH {'STATEMENT' if self.whole else 'ROW'} EXECUTE FUNCTION {self.name}();"
        )

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        return f'DROP TRIGGER {self.name} ON "{model._meta.db_table}"; DROP FUNCTION {self.name}();'

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Only the database knows."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        given = {"when": self.when, "body": self.body, "whole": self.whole, "deferred": self.deferred}
        return path, tuple(args), {**kwargs, **{name: value for name, value in given.items() if value}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__


def refused(name: str, why: str, unless: str) -> str:
    """The body of a trigger that refuses a row `unless` the condition is true; one that is unknown is not."""
    return (
        f"IF ({unless}) IS NOT TRUE THEN RAISE EXCEPTION '{name}: {why}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW;"
    )


def append_only(name: str) -> Guard:
    """Rows are added, and never changed, removed or emptied."""
    raised = f"RAISE EXCEPTION '{name}: rows are only added' USING ERRCODE = 'insufficient_privilege';"
    return Guard(name=name, when="BEFORE UPDATE OR DELETE OR TRUNCATE", body=raised, whole=True)
