"""What the database itself refuses beside plain checks: rows changed or taken away, money without acceptance.

Written as constraints, so that they stand in the one migration of the wing and leave with their table.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class Guard(models.BaseConstraint):
    """A trigger: `when` it fires, and the PL/pgSQL `body` that raises or returns."""

    def __init__(self, *, name: str, when: str, body: str):
        super().__init__(name=name)
        self.when, self.body = when, body

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Nothing inside CREATE TABLE; the trigger follows once the table stands."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        table = model._meta.db_table
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {self.body} END $$;"
            f'CREATE TRIGGER {self.name} {self.when} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {self.name}();'
        )

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        return f'DROP TRIGGER {self.name} ON "{model._meta.db_table}"; DROP FUNCTION {self.name}();'

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Only the database knows."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "when": self.when, "body": self.body}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__


def append_only(name: str) -> Guard:
    """Rows are added and never changed or removed."""
    raised = f"RAISE EXCEPTION '{name}: rows are only added' USING ERRCODE = 'insufficient_privilege';"
    return Guard(name=name, when="BEFORE UPDATE OR DELETE", body=raised)


def paid_on_acceptance(name: str) -> Guard:
    """No money leaves for the bank before the milestone of its tranche was accepted."""
    body = (
        "IF NEW.to_place = ''on_the_way'' AND NOT EXISTS (SELECT 1 FROM challenges_tranche t JOIN challenges_milestone "
        "m ON m.id = t.milestone_id WHERE t.id = NEW.tranche_id AND m.stage = ''accepted'') THEN "
        "RAISE EXCEPTION ''%s: the milestone was not accepted'' USING ERRCODE = ''check_violation''; END IF; "
        "RETURN NEW;"
    ).replace("''", "'") % name
    return Guard(name=name, when="BEFORE INSERT", body=body)
