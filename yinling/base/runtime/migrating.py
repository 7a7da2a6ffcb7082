"""Brings the tables up to date under the owner's role, and only then touches the database at all."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from yinling.base.work import OWNER


def migrate(say: Callable[[str], None]) -> None:
    """Apply what is missing; without the owner's address this is the operator's to do."""
    if OWNER not in connections.databases:
        say("YINLING_ADMIN_DATABASE_URL 未设置，跳过迁移 / not set: migrations are left to the operator")
        return
    executor = MigrationExecutor(connections[OWNER])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("数据表 / migrations")
        call_command("migrate", database=OWNER, verbosity=0, interactive=False)
    connections.close_all()
