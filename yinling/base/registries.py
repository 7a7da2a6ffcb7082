"""Where upper rooms offer what lower ones show, without being imported: facts, panels, today entries, menus, order kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

from .work import Work

Item = TypeVar("Item")
Words = str | Promise  # a label that is translated when it is shown


class Registry(Generic[Item]):
    """Offers by name, in the order of their `order` (0 if they have none); a name is offered once."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._items: dict[str, Item] = {}

    def offer(self, item: Item) -> None:
        key = str(getattr(item, "key", "") or getattr(item, "name", ""))
        if key in self._items:
            raise ValueError(f"{self.what} {key!r} is offered twice")
        self._items[key] = item

    def get(self, key: str) -> Item:
        return self._items[key]

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(sorted(self._items.values(), key=lambda item: getattr(item, "order", 0)))


@dataclass(frozen=True, slots=True)
class FactRelation:
    """Facts about persons as one SELECT for the policy engine; parameters are documented by the room that offers it."""

    name: str
    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactAddition:
    """What a higher room knows beside a relation of facts: one SELECT with `person`, joined to every row of the relation.

    `columns` are new ones; `replaces` gives a column of the relation a new value, as an SQL expression over `p` (the relation)
    and `a` (the addition). The parameters are the relation's own.
    """

    name: str
    relation: str
    sql: str
    columns: tuple[str, ...]
    replaces: Mapping[str, str] = field(default_factory=dict)

    def joined(self, known: FactRelation) -> FactRelation:
        """The relation with this addition; what it replaces it must have."""
        own = ", ".join(f"{self.replaces.get(column, f'p.{column}')} AS {column}" for column in known.columns)
        more = "".join(f", a.{column}" for column in self.columns)
        sql = f"SELECT {own}{more} FROM ({known.sql}) AS p LEFT JOIN ({self.sql}) AS a ON a.person = p.person"
        return FactRelation(known.name, sql, (*known.columns, *self.columns))


class Facts(Registry[FactRelation]):
    """Relations of facts, each with what higher rooms add to it."""

    def __init__(self) -> None:
        super().__init__("fact relation")
        self.additions: Registry[FactAddition] = Registry("addition to facts")

    def add(self, addition: FactAddition) -> None:
        self.additions.offer(addition)

    def get(self, key: str) -> FactRelation:
        known = super().get(key)
        for addition in self.additions:
            if addition.relation == key:
                known = addition.joined(known)
        return known


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the person page: `render(request, person_uid)` gives HTML; shown to `roles` only."""

    key: str
    label: Words
    order: int
    roles: frozenset[str]
    render: Callable[[Any, Any], str]


@dataclass(frozen=True, slots=True)
class TodayItem:
    """One thing that waits for somebody."""

    title: str
    detail: str
    due: datetime | None
    url: str
    area: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class TodayEntry:
    """A kind of waiting thing for some roles: how many, and the oldest of them. Both run inside the page's unit of work."""

    key: str
    label: Words
    roles: frozenset[str]
    count: Callable[[Work], int]
    items: Callable[[Work, int], Sequence[TodayItem]]
    url: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the left menu."""

    key: str
    label: Words
    url_name: str
    roles: frozenset[str]
    group: Words
    order: int = 0
    icon: str = ""


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One line of a check-list: what must be done (or may be, when not required) before an order is finished."""

    key: str
    label: Words
    required: bool = True


@dataclass(frozen=True, slots=True)
class OrderKind:
    """A kind of work order 工单, declared by the room that opens it.

    The clock runs in working days, or in minutes when `clock_minutes` is given. `checklist` must be ticked and `files_min`
    files attached before 办理完成; with `callback` the person is called back before 销号. `outcomes` are the results offered
    in the form; without them the clerk writes one.
    """

    key: str
    label: Words
    roles: frozenset[str]
    clock_workdays: int
    handler_url_name: str = ""
    clock_minutes: int | None = None
    checklist: tuple[CheckItem, ...] = ()
    files_min: int = 0
    callback: bool = False
    outcomes: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True, slots=True)
class CauseKind:
    """A kind of fact that makes work orders necessary: its name on screens and the address of its page."""

    key: str
    label: Words
    address: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class OfflineShell:
    """The empty page of an offline form: the same for everyone who may open it, without any person's data."""

    key: str
    url_name: str


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Takes committed events of the named verbs, in the order of the chain, each once: the cursor moves with its effect."""

    name: str
    verbs: frozenset[str]
    take: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Check:
    """A check of `yinling verify`: returns the sentences of what is wrong, none when all is well."""

    name: str
    run: Callable[[], Sequence[str]]
    order: int = field(default=0)


@dataclass(frozen=True, slots=True)
class Ticker:
    """Something that the worker does every so many seconds; it looks at rows, so that a restart forgets nothing."""

    name: str
    seconds: float
    run: Callable[[], object]


facts = Facts()
panels: Registry[Panel] = Registry("panel")
todays: Registry[TodayEntry] = Registry("today entry")
menus: Registry[MenuEntry] = Registry("menu entry")
order_kinds: Registry[OrderKind] = Registry("work order kind")
cause_kinds: Registry[CauseKind] = Registry("cause kind")
offline_shells: Registry[OfflineShell] = Registry("offline shell")
subscribers: Registry[Subscriber] = Registry("subscriber")
checks: Registry[Check] = Registry("check")
tickers: Registry[Ticker] = Registry("ticker")
