"""What the security administrator does: give a role and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from .. import queries, rules
from ..contracts import Duty, Role
from ..models import GrantPerson, GrantRow, Session
from .accounts import NotYourself, locked_account


class GrantUnfit(Refusal):
    code, status = "grant_unfit", 422
    zh = "这个身份不能这样授予：{why}。"
    en = "This role cannot be granted like this: {why_en}."


class GrantGone(Refusal):
    code, status = "grant_gone", 404
    zh = "没有这个身份，或它已被收回。"
    en = "There is no such grant, or it was revoked."


WHY = {
    "takes_no_scope": ("管理员身份不带管辖范围", "an administrator has no scope"),
    "other_scope": ("管辖范围的种类与身份不符", "the kind of scope does not fit the role"),
    "wrong_area_level": ("行政区划的级别与身份不符", "the level of the area does not fit the role"),
    "organisation_missing": ("没有选择机构", "no organisation was chosen"),
    "no_such_duty": ("这个身份没有此项职责", "the role has no such duty"),
    "administrator_holds_only_that": (
        "三类管理员须分设，且不得兼任业务身份",
        "the three administrators are separate persons without other roles",
    ),
}


def give_grant(
    *,
    account: UUID,
    role: Role,
    area: str | None = None,
    orgs: Sequence[str] = (),
    persons: Sequence[UUID] = (),
    persons_area: str = "",
    duties: Sequence[Duty] = (),
    title: str = "",
    until: datetime | None = None,
    at: datetime,
) -> UUID:
    """Give an account one capacity to work in. `persons_area` is where the persons live: it protects those rows."""
    row = locked_account(account)
    if row.uid == current().by.account:
        raise NotYourself
    problem = rules.grant_problem(role, area=area, orgs=orgs, persons=persons, duties=duties)
    held = [grant.role for grant in queries.grants_of(account, at)]
    problem = problem or rules.separation_problem(held, role)
    if problem:
        raise GrantUnfit(why=WHY[problem][0], why_en=WHY[problem][1])
    uid = uuid4()
    GrantRow.objects.create(
        uid=uid,
        account=row,
        role=role,
        area=area or "",
        orgs=list(orgs),
        duties=[str(duty) for duty in duties],
        title=title,
        since=at,
        until=until,
        granted_by=current().by.account,
    )
    GrantPerson.objects.bulk_create(
        GrantPerson(grant_id=uid, person=person, area=persons_area) for person in persons
    )
    data: dict[str, object] = {
        "role": role.value,
        "grant": str(uid),
        "duties": [str(duty) for duty in duties],
    }
    if persons:
        data["persons"] = [str(person) for person in persons]
    record(Event("accounts.granted", "account", str(account), area or persons_area, data))
    return uid


def revoke_grant(*, grant: UUID, at: datetime) -> None:
    """Take a role back; sessions that work in it are dead at once."""
    row = GrantRow.objects.select_for_update().filter(uid=grant, revoked_at__isnull=True).first()
    if row is None:
        raise GrantGone
    if row.account_id == current().by.account:
        raise NotYourself
    row.revoked_at, row.revoked_by = at, current().by.account
    row.save(update_fields=["revoked_at", "revoked_by"])
    ended = Session.objects.filter(grant_id=grant, ended_at__isnull=True).update(
        ended_at=at, ended_why="grant_revoked"
    )
    data: dict[str, object] = {"role": row.role, "grant": str(grant), "sessions_ended": ended}
    record(Event("accounts.grant_revoked", "account", str(row.account_id), row.area, data))
