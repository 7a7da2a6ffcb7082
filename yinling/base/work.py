"""The unit of work: one explicit outermost transaction with its scope; nothing reads or writes outside one.

The scope travels by `set_config(…, true)`, so it dies with the transaction and cannot leak into the next user of the
connection. `unit` works as the application role under row-level security, `batch` as the worker role that sees every area.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections, transaction

from .contracts import Actor, Scope

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

APP, WORKER, OWNER = "default", "worker", "owner"
SET_SCOPE = """SELECT set_config('yinling.lo', %s, true), set_config('yinling.hi', %s, true),
    set_config('yinling.orgs', %s, true), set_config('yinling.persons', %s, true)"""


class NoScope(RuntimeError):
    """A query was sent outside a unit of work: a programming error, never a user's."""


class NestedUnit(RuntimeError):
    """A unit of work was opened inside another: a programming error, since scope must not change half way."""


@dataclass(frozen=True, slots=True)
class Work:
    """The running unit of work."""

    scope: Scope
    by: Actor
    alias: str


_running: ContextVar[Work | None] = ContextVar("yinling_work", default=None)


def running() -> Work | None:
    """The running unit of work, None outside one."""
    return _running.get()


def current() -> Work:
    """The running unit of work; NoScope outside one."""
    work = _running.get()
    if work is None:
        raise NoScope("a query or trail entry outside unit()/batch()")
    return work


def connection() -> BaseDatabaseWrapper:
    """The database connection of the running unit of work."""
    return connections[current().alias]


@contextmanager
def _open(alias: str, scope: Scope, by: Actor) -> Iterator[Work]:
    if _running.get() is not None:
        raise NestedUnit("unit() or batch() inside another")
    if alias not in connections.databases:
        raise NoScope(f"this process has no database role for {alias!r}")
    work = Work(scope, by, alias)
    token = _running.set(work)
    try:
        with transaction.atomic(using=alias, durable=True):
            _set_scope(alias, scope)
            yield work
            with connections[alias].cursor() as cursor:
                # Deferred constraints speak up here, before any answer is sent.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    finally:
        _running.reset(token)


def _set_scope(alias: str, scope: Scope) -> None:
    lo, hi = (scope.area.lo, scope.area.hi) if scope.area else ("", "")
    persons = ",".join(str(uid) for uid in scope.persons)
    with connections[alias].cursor() as cursor:
        cursor.execute(SET_SCOPE, [lo, hi, ",".join(scope.orgs), persons])


@contextmanager
def unit(scope: Scope, by: Actor) -> Iterator[Work]:
    """One transaction of the application role that sees what `scope` allows; the only way to the database from a page."""
    with _open(APP, scope, by) as work:
        yield work


@contextmanager
def batch(purpose: str, by: Actor) -> Iterator[Work]:
    """One transaction of the worker role over every area: imports, determination, jobs, timers, delivery.

    Exists in the worker process, on the command line and in tests; a web process has no such role.
    """
    with _open(WORKER, Scope(purpose=purpose), by) as work:
        yield work


class Router:
    """Sends the ORM to the connection of the running unit of work, and migrations to the owner."""

    def db_for_read(self, model: type, **hints: object) -> str:
        work = running()
        return work.alias if work else APP

    db_for_write = db_for_read

    def allow_relation(self, one: object, other: object, **hints: object) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == OWNER
