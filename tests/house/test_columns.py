"""Every column has a privacy class and no class names a column that is gone; what belongs together is tied together."""

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import Q
from django.utils.translation import override
from tests.house.source import LABELS

from xinglin.kernel.words import Privacy

MODELS = [model for wing in LABELS for model in apps.get_app_config(wing).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_column_has_exactly_one_privacy_class(model: type[models.Model]) -> None:
    columns = {field.name for field in [*model._meta.concrete_fields, *model._meta.many_to_many]}
    classes = getattr(model, "CLASSES", {})
    assert columns - set(classes) == set(), "columns without a privacy class"
    assert set(classes) - columns == set(), "classes of columns that do not exist"
    assert all(isinstance(given, Privacy) for given in classes.values())


SECRET_WORDS = ("password", "secret", "digest", "_hash", "token")
# Hashes of contents, and a flag about a password: nothing that opens anything.
NO_SECRET = {
    "kernel.Blob.sha256", "kernel.LedgerLeaf.digest", "kernel.Account.password_changed_at",
    "kernel.Account.must_change_password", "roster.Alliance.secretariat", "roster.PublishedList.digest",
    "intake.Report.digest", "intake.Result.digest", "intake.Resource.digest", "recognition.ForeignResult.digest",
}  # fmt: skip


def test_what_sounds_secret_is_secret() -> None:
    found = [
        f"{model._meta.label}.{column}"
        for model in MODELS
        for column, given in getattr(model, "CLASSES", {}).items()
        if any(word in column for word in SECRET_WORDS) and given != Privacy.SECRET
    ]
    assert set(found) - NO_SECRET == set()


def test_identity_numbers_and_contacts_are_encrypted() -> None:
    found = [
        f"{model._meta.label}.{field.name}"
        for model in MODELS
        for field in model._meta.concrete_fields
        if any(word in field.name for word in ("document_number", "phone", "licence_number"))
        and type(field).__name__ != "EncryptedTextField" and not field.name.endswith("_hash")
    ]  # fmt: skip
    assert found == []


def _names(condition: object) -> set[str]:
    if isinstance(condition, Q):
        return {name for child in condition.children for name in _names(child)}
    if isinstance(condition, tuple):
        return {str(condition[0]).split("__")[0]}
    return set()


def _tied(model: type[models.Model], one: str, other: str) -> bool:
    return any(
        isinstance(constraint, models.CheckConstraint) and {one, other} <= _names(constraint.condition)
        for constraint in model._meta.constraints
    )


# (model, stem) whose two columns may be set apart, with the reason.
NOT_TIED: dict[str, str] = {
    "kernel.Account.created": "the first account was made by nobody",
}


def test_who_and_when_are_tied_in_the_database() -> None:
    loose = []
    for model in MODELS:
        columns = {field.name: field for field in model._meta.concrete_fields}
        for column in columns:
            stem = column.removesuffix("_at").removesuffix("_on")
            by = f"{stem}_by"
            if stem == column or by not in columns or not columns[column].null:
                continue
            if not _tied(model, column, by) and f"{model._meta.label}.{stem}" not in NOT_TIED:
                loose.append(f"{model._meta.label}: {column} and {by}")
    assert not loose, "\n".join(loose)


def test_every_shape_has_its_migration() -> None:
    with override(None):  # the framework's own labels are told as they were written
        written = MigrationLoader(None)
        standing = ProjectState.from_apps(apps)
        missing = MigrationAutodetector(written.project_state(), standing).changes(written.graph)
    assert {name: found for name, found in missing.items() if name in LABELS} == {}
