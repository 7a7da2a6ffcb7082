"""What the people room offers to the registries of base: facts, menus, today entries, jobs, timers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import Role
from yinling.base.api import (
    CHINA,
    MenuEntry,
    TodayEntry,
    TodayItem,
    Work,
    facts,
    handlers,
    menus,
    timers,
    today,
    todays,
)

from . import jobs
from .catalogue import datasets
from .queries.asked import GROUPS, count_questions, open_questions
from .queries.datasets import elders_source, health_source, services_source
from .queries.facts import person_relation
from .queries.paired import count_pairs, waiting_pairs
from .queries.sources import count_waiting, late_sources, waiting_deliveries
from .queries.touched import ground_relation, touched_relation
from .services.asking import TURNED_TIMER
from .services.confirming import APPLY, UNDO
from .services.measuring import TIMER as QUALITY_TIMER
from .services.reviewing import SETTLE

CLERKS = frozenset({Role.STREET, Role.VILLAGE})
FINDERS = frozenset({Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE})
SENDERS = frozenset({Role.CITY, Role.DISTRICT})
CATALOGUE_READERS = SENDERS | {Role.FINANCE, Role.STREET, Role.VILLAGE, Role.AUDITOR}


PILES = (("life", _("疑似去世待核实")), ("turned", _("本月满80周岁")), ("differ", _("来源不一致")))
MENU = (
    ("people.search", _("老年人档案"), "people:search", FINDERS, "users"),
    ("people.groups", _("特殊群体"), "people:groups", FINDERS, "heart-handshake"),
    ("people.questions", _("待核实线索"), "people:questions", CLERKS | {Role.DISTRICT}, "help-circle"),
    ("people.pairs", _("疑似同一人"), "people:pairs", SENDERS | {Role.STREET}, "git-merge"),
    ("people.deliveries", _("数据导入"), "people:deliveries", SENDERS, "upload"),
    ("people.centre", _("数据中心"), "people:centre", SENDERS, "database"),
    ("people.catalogue", _("数据目录"), "people:catalogue", CATALOGUE_READERS, "list-details"),
)


def _items(kinds: Sequence[str]) -> Callable[[Work, int], list[TodayItem]]:
    def read(work: Work, limit: int) -> list[TodayItem]:
        from .pages.wording import question_words

        rows = open_questions(kinds, limit)
        return [
            TodayItem(f"{row['name']} · {title}", sentence, row["due_at"], reverse("people:question", args=[row["uid"]]),
                      row["hukou_area"] or "", f"people.{row['kind']}")
            for row in rows for title, sentence in [question_words(row)]
        ]  # fmt: skip

    return read


def _count(kinds: Sequence[str]) -> Callable[[Work], int]:
    return lambda work: count_questions(kinds)


def _pairs(work: Work, limit: int) -> list[TodayItem]:
    """Pairs of which this office sees both, due first."""
    title, row_words, two = (
        _now("疑似同一人"),
        _now("一行名册与档案疑似同一人，请核对。"),
        _now("两份档案疑似同一人，请核对。"),
    )
    return [
        TodayItem(f"{row['name']} · {title}", row_words if row["loose"] else two, row["due_at"],
                  reverse("people:pair", args=[row["uid"]]), row["area"], "people.pair")
        for row in waiting_pairs(limit)
    ]  # fmt: skip


def _late(work: Work, limit: int) -> list[TodayItem]:
    """One line for each source whose month is missing: whom to call, since when."""
    return [
        TodayItem(_now("%(name)s逾期未报") % {"name": _now(one.register.name)},
                  _now("请联系%(sender)s") % {"sender": one.register.sender},
                  datetime.combine(one.due_on or today(), time(), CHINA), reverse("people:source", args=[one.register.key]),
                  "", f"people.late.{one.register.key}")
        for one in late_sources(today())[:limit]
    ]  # fmt: skip


def _waiting(work: Work, limit: int) -> list[TodayItem]:
    """Files that arrived and were not confirmed."""
    return [
        TodayItem(f"{one['name']} · {one['as_of']}", one["file_name"], one["received_at"],
                  reverse("people:delivery", args=[one["uid"]]), one["area"], f"people.waiting.{one['uid']}")
        for one in waiting_deliveries(limit)
    ]  # fmt: skip


def offer_all() -> None:
    """Called once when the program starts."""
    facts.offer(person_relation())
    facts.offer(touched_relation())
    facts.offer(ground_relation())
    datasets.offer("elders", elders_source)
    datasets.offer("services", services_source)
    datasets.offer("health", health_source)
    handlers.offer(APPLY, jobs.apply)
    handlers.offer(UNDO, jobs.undo)
    timers.offer(TURNED_TIMER, jobs.turned)
    timers.offer(SETTLE, jobs.settle_merge)
    timers.offer(QUALITY_TIMER, jobs.count_quality)
    todays.offer(
        TodayEntry("people.pairs", _("疑似同一人"), SENDERS | {Role.STREET}, lambda work: count_pairs(), _pairs,
                   "/people/pairs", order=16)
    )  # fmt: skip
    for order, (group, label) in enumerate(PILES):
        kinds, url = GROUPS[group], f"/people/questions?group={group}"
        todays.offer(
            TodayEntry(f"people.{group}", label, CLERKS, _count(kinds), _items(kinds), url, order=10 + order)
        )
    todays.offer(TodayEntry("people.late", _("逾期未报的名册"), SENDERS, lambda work: len(late_sources(today())), _late,
                            "/people/data", order=20))  # fmt: skip
    todays.offer(TodayEntry("people.waiting", _("待确认的导入"), SENDERS, lambda work: count_waiting(), _waiting,
                            "/people/deliveries?state=received", order=21))  # fmt: skip
    for place, (key, label, url_name, roles, picture) in enumerate(MENU):
        menus.offer(MenuEntry(key, label, url_name, roles, _("一人一档"), 100 + place * 10, picture))
