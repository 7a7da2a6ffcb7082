"""The database wrapper: Django's own, with one guard at the only place where cursors are made."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from yinling.base.work import OWNER, NoScope, running


class DatabaseWrapper(base.DatabaseWrapper):
    """Gives a cursor only to the running unit of work of this connection; the owner's connection migrates freely."""

    def _cursor(self, name: str | None = None) -> Any:
        work = running()
        if self.alias != OWNER and (work is None or work.alias != self.alias):
            raise NoScope(f"query on {self.alias!r} outside its unit of work")
        return super()._cursor(name)  # type: ignore[misc]  # the stubs leave it out
