"""应急调阅: open somebody's record beyond one's scope for a stated reason and time, and have it reviewed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from .. import rules
from ..contracts import Grant
from ..models import EmergencyAccess


class EmergencyUnfit(Refusal):
    code, status = "emergency_access_unfit", 422
    zh = "不能应急调阅：{why}。"
    en = "Emergency access is not possible: {why_en}."


class EmergencyGone(Refusal):
    code, status = "emergency_access_gone", 404
    zh = "没有这次应急调阅，或已经处理过。"
    en = "There is no such emergency access, or it was dealt with already."


class OwnJudge(Refusal):
    code, status = "emergency_access_own_judge", 409
    zh = "不能复查自己的应急调阅。"
    en = "Nobody reviews his or her own emergency access."


WHY = {
    "reason_too_short": (
        f"请写明事由，至少 {rules.EMERGENCY_REASON_LENGTH_MIN} 个字",
        f"give a reason of at least {rules.EMERGENCY_REASON_LENGTH_MIN} characters",
    ),
    "too_long": (
        f"时间须在 {rules.EMERGENCY_MINUTES_MAX} 分钟以内",
        f"the time is at most {rules.EMERGENCY_MINUTES_MAX} minutes",
    ),
    "too_many_persons": (
        f"一次须为 1 至 {rules.EMERGENCY_PERSONS_MAX} 人",
        f"1 to {rules.EMERGENCY_PERSONS_MAX} persons at once",
    ),
}


def open_emergency_access(
    *, grant: Grant, persons: Sequence[UUID], reason: str, minutes: int, at: datetime
) -> UUID:
    """Add persons to what this grant may see, until the time is up. The trail has the reason before the record opens."""
    if problem := rules.emergency_problem(reason, minutes, persons):
        raise EmergencyUnfit(why=WHY[problem][0], why_en=WHY[problem][1])
    uid, until = uuid4(), at + timedelta(minutes=minutes)
    EmergencyAccess.objects.create(
        uid=uid,
        account_id=grant.account,
        grant_id=grant.uid,
        persons=[str(person) for person in persons],
        reason=reason.strip(),
        opened_at=at,
        until=until,
    )
    for person in persons:
        data: dict[str, object] = {"access": str(uid), "reason": reason.strip(), "until": until.isoformat()}
        record(Event("accounts.emergency_opened", "person", str(person), grant.area or "", data))
    return uid


def close_emergency_access(*, access: UUID, account: UUID, at: datetime) -> None:
    row = EmergencyAccess.objects.filter(uid=access, account_id=account, closed_at__isnull=True, until__gt=at)
    if row.update(closed_at=at) == 0:
        raise EmergencyGone
    record(Event("accounts.emergency_closed", "emergency_access", str(access)))


def review_emergency_access(*, access: UUID, proper: bool, note: str, at: datetime) -> None:
    """The security administrator's judgement, once, never by the one who looked."""
    row = EmergencyAccess.objects.select_for_update().filter(uid=access, reviewed_at__isnull=True).first()
    reviewer = current().by.account
    if row is None or reviewer is None:
        raise EmergencyGone
    if row.account_id == reviewer:
        raise OwnJudge
    row.reviewed_at, row.reviewed_by, row.note = at, reviewer, note.strip()[:500]
    row.verdict = "proper" if proper else "improper"
    row.save(update_fields=["reviewed_at", "reviewed_by", "note", "verdict"])
    record(
        Event("accounts.emergency_reviewed", "emergency_access", str(access), data={"verdict": row.verdict})
    )
