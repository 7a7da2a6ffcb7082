"""What of policy waits for somebody: versions for their approval."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.accounts.contracts import Role
from yinling.base.api import TodayEntry, TodayItem, Work

from . import queries


def _count(work: Work) -> int:
    return len(queries.waiting_for(work.by.account))


def _items(work: Work, limit: int) -> list[TodayItem]:
    return [
        TodayItem(
            _("政策版本 %(version)s：%(note)s") % {"version": one.version, "note": one.note or one.title},
            _("%(who)s送审，从%(month)s起执行") % {"who": one.loaded_by_name, "month": f"{one.from_day:%Y-%m}"},
            one.loaded_at, reverse("policy:version", args=[one.uid]), one.jurisdiction, f"policy.version.{one.uid}",
        )
        for one in queries.waiting_for(work.by.account)[:limit]
    ]  # fmt: skip


WAITING = TodayEntry("policy.waiting", gettext_lazy("待核准的政策"), frozenset({Role.CITY, Role.DISTRICT}), _count, _items,
                     "policy:versions", 45)  # fmt: skip
