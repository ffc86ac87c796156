"""Published rows stay as they are: a migration operation that lets the database itself refuse changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Freeze(Operation):
    """Refuse DELETE, and every UPDATE that changes a column which is not in `free`, where `when` holds of the old row.

    `when` is SQL over the alias OLD ("" means always). With `insert`, rows that would be frozen at birth are
    refused too: no draw joins a frozen blueprint. Works on SQLite and PostgreSQL; the error is an IntegrityError
    that reads "<model> is immutable", so that whoever tries learns the rule they broke.
    """

    reversible = True

    def __init__(
        self, model: str, *, free: Sequence[str] = (), when: str = "", delete: bool = True, insert: bool = False
    ) -> None:
        self.model, self.free, self.when, self.delete, self.insert = model, tuple(free), when, delete, insert

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {"free": self.free, "when": self.when, "delete": self.delete, "insert": self.insert}
        return self.__class__.__name__, [self.model], options

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        vendor = schema_editor.connection.vendor
        differs = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}[vendor]
        columns = [field.column for field in model._meta.concrete_fields if field.name not in self.free]
        changed = " OR ".join(f'NEW."{column}" {differs} OLD."{column}"' for column in columns)
        clauses = {"UPDATE": [self.when, changed]}
        if self.delete:
            clauses["DELETE"] = [self.when]
        if self.insert:
            clauses["INSERT"] = [self.when.replace("OLD.", "NEW.")]
        # A table that SQLite had to remake has lost its triggers, one that PostgreSQL altered still has them.
        self.database_backwards(app_label, schema_editor, to_state, to_state)
        for event, parts in clauses.items():
            condition = " AND ".join(f"({part})" for part in parts if part) or "TRUE"
            for statement in _TRIGGERS[vendor](model._meta.db_table, event, condition, self.model):
                schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        on = f' ON "{table}"' if schema_editor.connection.vendor == "postgresql" else ""
        for event in ("update", "delete", "insert"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_frozen_{event}"{on}')

    def describe(self) -> str:
        return f"Freeze rows of {self.model}"


def _sqlite(table: str, event: str, condition: str, model: str) -> list[str]:
    body = f"SELECT RAISE(ABORT, '{model} is immutable')"
    name = f"{table}_frozen_{event.lower()}"
    return [f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" WHEN {condition} BEGIN {body}; END']


def _postgresql(table: str, event: str, condition: str, model: str) -> list[str]:
    # The condition stands in the function, not in the trigger's WHEN, which admits no subquery.
    refuse = f"RAISE EXCEPTION '{model} is immutable' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"IF {condition} THEN {refuse}; END IF; RETURN {'OLD' if event == 'DELETE' else 'NEW'};"
    name = f"{table}_frozen_{event.lower()}"
    return [
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$',
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    ]


_TRIGGERS = {"sqlite": _sqlite, "postgresql": _postgresql}
