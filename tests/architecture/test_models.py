"""What imports cannot show: foreign keys go down to anchors, every column says its privacy class, scoped tables are walled."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connections, models

from yinling.config.rooms import FLOORS

CLASSES = {"public", "internal", "personal", "sensitive"}
ANCHORS = {"base.Area", "people.Person", "providers.Organisation", "providers.Site", "accounts.Account"}
# Tables without any row about a person or an area, or keyed by a secret: no row-level security by design.
PLAIN = {
    "accounts_emergency_access",  # uids of persons beyond the reader's scope by nature; only its own pages read it
    "accounts_grant",  # the area is the account's own; a grant's persons stand in a walled table
    "base_answer",
    "base_area",
    "base_cursor",
    "base_dead_letter",
    "base_job",
    "base_link",
    "base_timer",
    "base_unsealed",
    "people_coverage",  # which offices' full files cover which areas: nothing about persons
    "people_identity",  # keyed digests and uids only; linking must see them whole, or it would make people twice
}


def room_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("yinling.")]


def unsaid(model: Any) -> list[str]:
    said = getattr(model, "PRIVACY", {})
    return [
        f"{model._meta.label}.{field.name}"
        for field in model._meta.concrete_fields
        if said.get(field.name) not in CLASSES
    ]


def crossing(model: Any) -> list[str]:
    """Foreign keys of a model that leave its room in a way the house does not allow."""
    wrong = []
    for field in model._meta.concrete_fields:
        target = getattr(field, "related_model", None)
        if target is None or target._meta.app_label == model._meta.app_label:
            continue
        down = FLOORS[target._meta.app_label] < FLOORS[model._meta.app_label]
        guarded = field.remote_field.on_delete is models.PROTECT and field.remote_field.related_name == "+"
        if not (down and guarded and target._meta.label in ANCHORS):
            wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    return wrong


def test_every_column_says_its_privacy_class() -> None:
    assert [name for model in room_models() for name in unsaid(model)] == []


def test_no_class_names_a_column_that_is_not_there() -> None:
    stale = [
        f"{model._meta.label}.{name}"
        for model in room_models()
        for name in getattr(model, "PRIVACY", {})
        if name not in {field.name for field in model._meta.concrete_fields}
    ]
    assert stale == []


def test_sensitive_columns_hold_sealed_bytes_only() -> None:
    plain = [
        f"{model._meta.label}.{field.name}"
        for model in room_models()
        for field in model._meta.concrete_fields
        if getattr(model, "PRIVACY", {}).get(field.name) == "sensitive"
        and not isinstance(field, models.BinaryField)
    ]
    assert plain == []


def test_foreign_keys_go_down_to_anchors() -> None:
    assert [line for model in room_models() for line in crossing(model)] == []


def test_a_planted_column_without_a_class_is_caught() -> None:
    class Planted(models.Model):
        name = models.CharField(max_length=1)

        class Meta:
            app_label = "base"
            managed = False

    try:
        assert unsaid(Planted) == ["base.Planted.id", "base.Planted.name"]
    finally:
        apps.all_models["base"].pop("planted")
        apps.clear_cache()


@pytest.mark.usefixtures("database")
def test_tables_with_an_area_or_person_are_walled() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT c.table_name FROM information_schema.columns c
               JOIN pg_class r ON r.relname = c.table_name AND r.relkind IN ('r', 'p')
               WHERE c.table_schema = 'public' AND (c.column_name ~ '(^|_)area$' OR c.column_name ~ '^person')
                 AND NOT (r.relrowsecurity AND r.relforcerowsecurity) AND r.relpersistence = 'p'"""
        )
        open_tables = {name for (name,) in cursor.fetchall()}
    assert open_tables - PLAIN == set()


@pytest.mark.usefixtures("database")
def test_views_run_with_the_rights_of_the_reader() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
               WHERE nspname = 'public' AND (relkind = 'm'
                 OR (relkind = 'v' AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)))"""
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace"
            " WHERE nspname = 'public' AND prosecdef AND proname LIKE 'yinling%'"
        )
        assert cursor.fetchall() == []
