"""Reads of the accounts room: who is signed in, what an account holds, what was tried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from psycopg import Cursor

from yinling.base.api import connection

from .contracts import DUTY_NAMES, AccountCard, Duty, Grant, Role, role_name
from .models import Account, EmergencyAccess, GrantRow, Session, SignInAttempt
from .rules import Failure

# Every request of a signed-in user begins with this one statement; see docs/adr/0015.
WHO = """
SELECT s.uid, s.created_at, s.seen_at, a.uid, a.name, a.display_name, a.must_change, a.password_changed_at, a.demo,
       g.uid, g.role, g.area, g.orgs, g.duties, g.title, g.since, g.until, accounts_persons_of(s.token_hash),
       (SELECT coalesce(jsonb_agg(e.persons), '[]'::jsonb) FROM accounts_emergency_access e
        WHERE e.account_id = a.uid AND e.grant_id = g.uid AND e.closed_at IS NULL AND e.until > %(at)s)
FROM accounts_session s JOIN accounts_account a ON a.uid = s.account_id JOIN accounts_grant g ON g.uid = s.grant_id
WHERE s.token_hash = %(hash)s AND s.ended_at IS NULL AND s.idle_end > %(at)s AND s.absolute_end > %(at)s
  AND a.disabled_at IS NULL AND g.revoked_at IS NULL AND g.since <= %(at)s AND (g.until IS NULL OR g.until > %(at)s)
"""


@dataclass(frozen=True, slots=True)
class Who:
    """The signed-in user of one request."""

    session: UUID
    created_at: datetime
    seen_at: datetime
    name: str
    display_name: str
    must_change: bool
    password_changed_at: datetime
    demo: bool
    grant: Grant
    emergency: tuple[UUID, ...]


def who_is(token_hash: bytes, at: datetime) -> Who | None:
    """Session, account, grant and open emergency access of a token, in one prepared statement; None when it is dead."""
    raw = connection().connection
    # Django switches preparing off and binds on the client; this one statement runs at every request.
    raw.prepare_threshold = raw.prepare_threshold or 5
    with Cursor(raw) as sql:
        row = sql.execute(WHO, {"hash": token_hash, "at": at}, prepare=True).fetchone()
    return _who(row) if row else None


def _who(row: Sequence[Any]) -> Who:
    (
        session,
        created,
        seen,
        account,
        name,
        display,
        must_change,
        changed,
        demo,
        grant,
        role,
        area,
        orgs,
        duties,
        title,
        since,
        until,
        persons,
        opened,
    ) = row
    held = Grant(
        uid=grant,
        account=account,
        role=Role(role),
        area=area or None,
        orgs=tuple(json.loads(orgs)),
        persons=tuple(persons or ()),
        duties=tuple(Duty(duty) for duty in json.loads(duties)),
        since=since,
        until=until,
        title=title,
    )
    emergency = tuple(UUID(person) for persons_of_one in json.loads(opened) for person in persons_of_one)
    return Who(session, created, seen, name, display, must_change, changed, demo, held, emergency)


def grants_of(account: UUID, at: datetime) -> list[Grant]:
    """The live grants of an account, oldest first; persons are left out, only the session's own query reads them."""
    rows = GrantRow.objects.filter(account_id=account, since__lte=at, revoked_at__isnull=True).order_by(
        "since", "uid"
    )
    return [_grant(row) for row in rows if row.until is None or row.until > at]


def _grant(row: GrantRow) -> Grant:
    return Grant(
        uid=row.uid,
        account=row.account_id,
        role=Role(row.role),
        area=row.area or None,
        orgs=tuple(row.orgs),
        persons=(),
        duties=tuple(Duty(duty) for duty in row.duties),
        since=row.since,
        until=row.until,
        title=row.title,
    )


def all_grants_of(account: UUID) -> list[GrantRow]:
    """Every grant an account ever held, for its administrators."""
    return list(GrantRow.objects.filter(account_id=account).order_by("-since", "uid"))


def account_card(account: UUID) -> AccountCard | None:
    row = Account.objects.filter(uid=account).first()
    return AccountCard(row.uid, row.name, row.display_name, row.disabled_at is not None) if row else None


def account_names(accounts: Sequence[UUID]) -> dict[UUID, str]:
    """Display names of accounts, for pages that show who did something."""
    return dict(Account.objects.filter(uid__in=set(accounts)).values_list("uid", "display_name"))


def clerk_of(area: str, at: datetime) -> AccountCard | None:
    """Whom an older person of a community calls: its own clerk, else one of its street."""
    rows = GrantRow.objects.filter(
        role__in=(Role.VILLAGE.value, Role.STREET.value),
        area__in=(area, area[:9].ljust(12, "0")),
        since__lte=at,
        revoked_at__isnull=True,
        account__disabled_at__isnull=True,
    ).select_related("account")
    live = [row for row in rows if row.until is None or row.until > at]
    if not live:
        return None
    found = min(live, key=lambda row: (row.role != Role.VILLAGE.value, row.since, row.uid)).account
    return AccountCard(found.uid, found.name, found.display_name, False)


def holders_of(role: Role, lo: str, hi: str, at: datetime) -> dict[UUID, str]:
    """Accounts that hold a role over an area of this range now, with their display names."""
    rows = GrantRow.objects.filter(
        role=role.value,
        area__gte=lo,
        area__lt=hi,
        since__lte=at,
        revoked_at__isnull=True,
        account__disabled_at__isnull=True,
    ).filter(Q(until__isnull=True) | Q(until__gt=at))
    return dict(rows.order_by("account__display_name").values_list("account_id", "account__display_name"))


def last_grant(account: UUID) -> UUID | None:
    return (
        Session.objects.filter(account_id=account)
        .order_by("-created_at")
        .values_list("grant_id", flat=True)
        .first()
    )


def live_sessions(account: UUID, at: datetime) -> list[Session]:
    live = Session.objects.filter(account_id=account, ended_at__isnull=True, idle_end__gt=at)
    return list(live.select_related("grant").order_by("-seen_at"))


def failures_of(name_key: bytes, since: datetime) -> list[Failure]:
    """Wrong passwords of one account name; tries still being tested count as wrong."""
    rows = SignInAttempt.objects.filter(name_key=name_key, at__gt=since, outcome__in=("testing", "wrong"))
    return [Failure(at, address) for at, address in rows.values_list("at", "address")]


def failures_in(network: str, since: datetime) -> list[datetime]:
    """Moments of wrong passwords from one network; the newest few are enough for its limit."""
    rows = SignInAttempt.objects.filter(network=network, at__gt=since, outcome__in=("testing", "wrong"))
    return list(rows.order_by("-at").values_list("at", flat=True)[:200])


def last_right_at(name_key: bytes, address: str, since: datetime) -> datetime | None:
    rows = SignInAttempt.objects.filter(name_key=name_key, address=address, at__gt=since, outcome="right")
    return rows.order_by("-at").values_list("at", flat=True).first()


def emergency_open(account: UUID, at: datetime) -> list[EmergencyAccess]:
    rows = EmergencyAccess.objects.filter(account_id=account, closed_at__isnull=True, until__gt=at)
    return list(rows.order_by("until"))


def unreviewed() -> QuerySet[EmergencyAccess]:
    """Emergency access that nobody has judged yet, oldest first."""
    return EmergencyAccess.objects.filter(reviewed_at__isnull=True).order_by("opened_at")


def without_role() -> QuerySet[Account]:
    """Accounts in use that hold no role, so that nobody can sign in with them, oldest first."""
    held = GrantRow.objects.filter(account=OuterRef("uid"), revoked_at__isnull=True)
    return Account.objects.filter(~Exists(held), disabled_at__isnull=True).order_by("created_at")


def demo_cards() -> list[tuple[Account, GrantRow]]:
    """Demo accounts with their first live grant."""
    rows = GrantRow.objects.filter(
        account__demo=True, revoked_at__isnull=True, account__disabled_at__isnull=True
    )
    first: dict[UUID, tuple[Account, GrantRow]] = {}
    for row in rows.select_related("account").order_by("since", "area", "account__name"):
        first.setdefault(row.account_id, (row.account, row))
    return list(first.values())


def demo_accounts() -> dict[str, str]:
    """Names of the demo's accounts with the words for who they are, for the tour: 区县民政局（经办）陈静."""
    found = {}
    for account, row in demo_cards():
        role = role_name(row.role)
        duty = f"（{_(DUTY_NAMES[Duty(row.duties[0])])}）" if len(row.duties) == 1 else ""
        found[account.name] = (
            _(role) if account.display_name == role else f"{_(role)}{duty} {account.display_name}"
        )
    return found


def demo_account_uids() -> dict[str, UUID]:
    """Uids of the demo's accounts by name."""
    return dict(Account.objects.filter(demo=True).values_list("name", "uid"))
