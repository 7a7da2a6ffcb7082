"""Reads of the policy room within the running scope: versions in force, verdicts, explanations, who changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from yinling.base.api import Area, Timer, area_name, connection, current, facts, now, today
from yinling.base.contracts import Month, Refusal

from .contracts import Card, Changed, Explanation, Pack, Source, VerdictRow
from .explanation.explain import explain_items
from .models import (
    DeterminationRun,
    Outlook,
    OutlookRun,
    PolicyApproval,
    PolicyDraft,
    PolicyVersion,
    PolicyWithdrawal,
    Verdict,
)
from .text.assembling import assemble
from .text.catalogue import load_catalogue

RELATION = "person"
CHANGES_MAX = 10_000
STREET_LEVEL = 4
SMALL = 5  # counts below it are hidden from who may not see persons (docs/adr/0051)


class NoSuchPerson(Refusal):
    code, status = "policy.no_such_person", 404
    zh, en = "没有找到，或不在您的管辖范围内。", "Not found, or outside your area."


class NoSuchItem(Refusal):
    code, status = "policy.no_such_item", 404
    zh, en = "没有这个项目。", "There is no such item."


def versions(jurisdiction: str = "") -> list[PolicyVersion]:
    """Every version kept, newest first."""
    found = PolicyVersion.objects.defer("texts", "catalogue").order_by("-loaded_at")
    return list(found.filter(jurisdiction=jurisdiction) if jurisdiction else found)


def in_force(month: Month, jurisdiction: str = "", *, about: str = "person") -> PolicyVersion | None:
    """The version approved by two persons that counts in a month: the one last approved among those in effect.

    `about`: a pack of grants to providers never stands in the way of the pack about persons, nor the other way round."""
    # the filter names the annotation that `_standing` makes, which the type checker cannot see
    return _first_about(about, _standing(jurisdiction).filter(Q(("counts__lte", month.last_day))))


def counting(month: Month) -> list[PolicyVersion]:
    """The version that counts in a month, for every jurisdiction that has one."""
    found: dict[str, PolicyVersion] = {}
    for one in _standing("").filter(Q(("counts__lte", month.last_day))):
        found.setdefault(one.jurisdiction, one)
    return list(found.values())


def newest(jurisdiction: str = "") -> PolicyVersion | None:
    """The version last approved, whether its first month has come or not: what a new draft starts from."""
    return _standing(jurisdiction).first() if jurisdiction else _first_about("person", _standing(""))


def _first_about(about: str, found: QuerySet[PolicyVersion]) -> PolicyVersion | None:
    return next((one for one in found if any(item.subject == about for item in pack_of(one).items)), None)


def _standing(jurisdiction: str) -> QuerySet[PolicyVersion]:
    """Approved and not withdrawn, the last approved first. Each version is drawn from the one before, so the last says all."""
    found = PolicyVersion.objects.filter(approved_at__isnull=False, withdrawn_at__isnull=True)
    if jurisdiction:
        found = found.filter(jurisdiction=jurisdiction)
    return found.annotate(counts=Coalesce("counts_from", "effective_from")).order_by(
        "-approved_at", "-loaded_at"
    )


def before(version: PolicyVersion) -> PolicyVersion | None:
    """The version that counts again where this one is withdrawn."""
    return _standing(version.jurisdiction).exclude(uid=version.uid).first()


def waiting_for(account: UUID | None) -> list[PolicyVersion]:
    """Versions within the scope that wait for this person's approval, oldest first."""
    if account is None:
        return []
    area = current().scope.area
    found = PolicyVersion.objects.filter(approved_at__isnull=True, withdrawn_at__isnull=True).defer(
        "texts", "catalogue"
    )
    if area is not None:
        found = found.filter(jurisdiction__gte=area.lo, jurisdiction__lt=area.hi)
    done = PolicyApproval.objects.filter(account=account, row="").values("version")
    mine = PolicyDraft.objects.filter(made_by=account, version__isnull=False).values("version")
    return list(
        found.exclude(loaded_by=account).exclude(uid__in=done).exclude(uid__in=mine).order_by("loaded_at")
    )


def version(uid: UUID) -> PolicyVersion | None:
    """One version."""
    return PolicyVersion.objects.filter(uid=uid).first()


def withdrawals(version: PolicyVersion) -> list[PolicyWithdrawal]:
    """Who wants to go back from a version, in order."""
    return list(PolicyWithdrawal.objects.filter(version=version).order_by("at"))


def drafts(state: str = "") -> list[PolicyDraft]:
    """Drafts of the jurisdictions within the scope, last changed first."""
    area = current().scope.area
    found = PolicyDraft.objects.select_related("base", "version").defer(
        "base__texts", "base__catalogue", "version__texts", "version__catalogue"
    )
    if area is not None:
        found = found.filter(jurisdiction__gte=area.lo, jurisdiction__lt=area.hi)
    return list((found.filter(state=state) if state else found).order_by("-changed_at"))


def draft(uid: UUID) -> PolicyDraft | None:
    """One draft within the scope."""
    return next((one for one in drafts() if one.uid == uid), None)


def approved_rows(version: PolicyVersion) -> frozenset[str]:
    """Amounts of confidence C or U that a named person approved for this version."""
    return frozenset(
        PolicyApproval.objects.filter(version=version).exclude(row="").values_list("row", flat=True)
    )


def approvals(version: PolicyVersion) -> list[PolicyApproval]:
    """Who approved what, in order."""
    return list(PolicyApproval.objects.filter(version=version).order_by("at"))


def pack_of(version: PolicyVersion) -> Pack:
    """The pack of a kept version; its examples were proven when it was loaded."""
    return _pack(version.digest, version)


def pack_of_texts(texts: Mapping[str, str], catalogue: str) -> Pack:
    """The pack that texts say, its examples not tried; PackRefused where they cannot be read."""
    return _parsed("", tuple(sorted(texts.items())), catalogue)


@lru_cache(maxsize=16)
def _parsed(digest: str, texts: tuple[tuple[str, str], ...], catalogue: str) -> Pack:
    return assemble(dict(texts), load_catalogue(catalogue))


def _pack(digest: str, version: PolicyVersion) -> Pack:
    return _parsed(digest, tuple(sorted(version.texts.items())), version.catalogue)


def latest_run(month: Month | None = None, jurisdiction: str = "") -> DeterminationRun | None:
    """The last determination of a month, or of the latest month of all."""
    found = DeterminationRun.objects.order_by("-month", "-known_at")
    if month is not None:
        found = found.filter(month=month.text)
    if jurisdiction:
        found = found.filter(jurisdiction=jurisdiction)
    return found.first()


def verdicts(person: UUID, month: Month) -> list[VerdictRow]:
    """What holds for a person in a month, one row per item."""
    found = Verdict.objects.filter(_covers(month.text), person=person, superseded_by__isnull=True)
    return [verdict_row(row) for row in found.order_by("item")]


def history(person: UUID, item: str = "") -> list[VerdictRow]:
    """Every interval of a person that still counts, oldest first."""
    found = Verdict.objects.filter(person=person, superseded_by__isnull=True)
    return [
        verdict_row(row)
        for row in (found.filter(item=item) if item else found).order_by("item", "from_month")
    ]


def _covers(month: str) -> Q:
    return Q(from_month__lte=month) & (Q(to_month__isnull=True) | Q(to_month__gte=month))


def verdict_row(row: Verdict) -> VerdictRow:
    return VerdictRow(row.person, row.item, row.from_month, row.to_month, row.verdict, row.amount_fen, row.reason,
                      row.version_id, row.run_id)  # fmt: skip


def explain(person: UUID, item: str, month: Month) -> Explanation:
    """One verdict of one person with everything behind it, by the version and knowledge of the month's last run."""
    return cards(person, month, (item,))[0].explanation


def cards(person: UUID, month: Month, items: tuple[str, ...] = ()) -> list[Card]:
    """The explained verdicts of a person beside what is stored; facts as known to the month's last determination."""
    run = latest_run(month)
    version = run.version if run else in_force(month)
    if version is None:
        return []
    pack = pack_of(version)
    if any(key not in {item.key for item in pack.items} for key in items):
        raise NoSuchItem
    known_at = run.known_at if run else now()
    found = explain_items(
        pack, items, month=month.first_day, now=_facts(person, month.last_day, known_at),
        before=_facts(person, month.first_day, known_at), approved=approved_rows(version),
        source_of=Provenance(person, month.last_day),
    )  # fmt: skip
    stored = {row.item: row for row in verdicts(person, month)}
    return [Card(explanation, stored.get(explanation.item)) for explanation in found]


def _facts(person: UUID, day: date, known_at: datetime) -> dict[str, Any]:
    """One person's facts on a day, from the same relation that a determination reads."""
    values: dict[str, Any] = {"month_first": day, "known_at": known_at, "one_person": person}
    with connection().cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({facts.get(RELATION).sql}) AS f WHERE person = %(one_person)s", values
        )
        row = cursor.fetchone()
        if row is None:
            raise NoSuchPerson
        return dict(zip((column[0] for column in cursor.description), row, strict=True))


class Provenance:
    """Where a fact of one person came from, asked of the room of people once per fact."""

    def __init__(self, person: UUID, on: date) -> None:
        self.person, self.on = person, on
        self.known: dict[str, Source | None] = {}

    def __call__(self, fact: str) -> Source | None:
        if fact not in self.known:
            self.known[fact] = self._ask(fact)
        return self.known[fact]

    def _ask(self, fact: str) -> Source | None:
        if not apps.is_installed("yinling.people"):
            return None
        from yinling.people.api import provenance

        said: Sequence[Any] = provenance(self.person, fact, self.on)
        if not said:
            return None
        first = said[0]
        return Source(first.register, first.sender, first.as_of, str(first.delivery or ""))


def who_changed(month: Month, *, item: str = "", limit: int = CHANGES_MAX) -> list[Changed]:
    """Who newly qualifies, lost it, changed in amount or became unknown in a month against the month before."""
    with connection().cursor() as cursor:
        cursor.execute(
            f"SELECT person, item, was, was_fen, became, became_fen, kind FROM ({CHANGED_SQL}) AS c"
            " WHERE (%(item)s = '' OR item = %(item)s) ORDER BY item, kind, person LIMIT %(limit)s",
            {"month": month.text, "before": month.next(-1).text, "item": item, "limit": limit},
        )
        return [Changed(*row) for row in cursor.fetchall()]


CHANGED_SQL = """
SELECT n.person, n.item, p.verdict AS was, p.amount_fen AS was_fen, n.verdict AS became, n.amount_fen AS became_fen,
       n.hukou_area, n.live_area, n.person::text || n.item AS uid,
       CASE WHEN n.verdict = 1 AND p.verdict IS DISTINCT FROM 1 THEN 'new'
            WHEN p.verdict = 1 AND n.verdict = 0 THEN 'lost'
            WHEN n.verdict = -1 THEN 'unknown'
            WHEN n.verdict = 1 THEN 'amount' ELSE 'other' END AS kind
FROM policy_verdict AS n
LEFT JOIN policy_verdict AS p ON p.person = n.person AND p.item = n.item AND p.superseded_by IS NULL
     AND p.from_month <= %(before)s AND (p.to_month IS NULL OR p.to_month >= %(before)s)
WHERE n.superseded_by IS NULL AND n.from_month = %(month)s
  AND (p.verdict IS DISTINCT FROM n.verdict OR p.amount_fen IS DISTINCT FROM n.amount_fen)
  AND NOT (n.verdict = 0 AND p.verdict IS NULL)
"""


def months() -> list[str]:
    """The months that were determined, newest first."""
    return list(DeterminationRun.objects.values_list("month", flat=True).distinct().order_by("-month")[:36])


def latest_outlook(jurisdiction: str = "") -> OutlookRun | None:
    """The last look ahead."""
    found = OutlookRun.objects.order_by("-at")
    return (found.filter(jurisdiction=jurisdiction) if jurisdiction else found).first()


def missing_facts() -> list[str]:
    """The facts that somebody within the scope is one of away from a benefit."""
    return list(Outlook.objects.exclude(fact="").values_list("fact", flat=True).distinct().order_by("fact"))


def fact_labels() -> dict[str, str]:
    """What facts are called, for those that the newest version may use."""
    found = newest()
    return {name: fact.label for name, fact in pack_of(found).catalogue.facts.items()} if found else {}


def next_night() -> datetime | None:
    """When the night run comes, where one is set."""
    waiting = Timer.objects.filter(kind="policy.night", state=Timer.State.WAITING)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def street_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of streets by code."""
    return {code: area_name(code) for code in set(codes) if area_name(code)}


def street_choices() -> list[tuple[str, str]]:
    """Streets within the scope, for filters."""
    area = current().scope.area
    found = Area.objects.filter(level=STREET_LEVEL, valid_to__isnull=True)
    if area is not None:
        found = found.filter(code__gte=area.lo, code__lt=area.hi)
    return list(found.order_by("code").values_list("code", "name")[:500])


def person_names(persons: Sequence[Any]) -> dict[str, str]:
    """Names of persons within the scope, where the room of people is installed."""
    if not persons or not apps.is_installed("yinling.people"):
        return {}
    from yinling.people.published import RECORDS

    with connection().cursor() as cursor:
        cursor.execute(
            f"SELECT person::text, name FROM {RECORDS} WHERE person = ANY(%s::uuid[])", [list(persons)]
        )
        return dict(cursor.fetchall())


def item_choices() -> list[tuple[str, str]]:
    """The items of the version last in force, for filters."""
    version = in_force(Month.of(today()))
    return [(item.key, item.name) for item in pack_of(version).items] if version else []


def item_name(key: str) -> str:
    return dict(item_choices()).get(key, key)


def person_name(person: UUID) -> str:
    """The person's name, where the room of people is installed."""
    if not apps.is_installed("yinling.people"):
        return ""
    from yinling.people.api import person_card

    found = person_card(person)
    return found.name if found else ""
