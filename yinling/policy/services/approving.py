"""Approval: a version by two persons, an amount of uncertain origin by one who has seen the paper; and the way back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from yinling.base.api import record
from yinling.base.contracts import Event, Refusal

from .. import queries
from ..models import PolicyApproval, PolicyVersion, PolicyWithdrawal
from ..queries import pack_of
from .drafting import DraftOutdated, drafted_by
from .night import plan_night
from .within import NeedsPerson, acting, within

APPROVALS_NEEDED = 2


class NoSuchVersion(Refusal):
    code, status = "policy.no_such_version", 404
    zh, en = "没有找到这个政策版本。", "There is no such policy version."


class LoaderMayNotApprove(Refusal):
    code, status = "policy.loader_may_not_approve", 409
    zh, en = "起草、载入政策的人不能核准同一版本。", "Whoever drafted or loaded a version may not approve it."


class VersionClosed(Refusal):
    code, status = "policy.version_closed", 409
    zh, en = "这个版本已经退回或撤销。", "This version was sent back or withdrawn."


class NotTheNewest(Refusal):
    code, status = "policy.not_the_newest", 409
    zh = "只能从最近核准的版本退回；请先退回版本“{version}”。"
    en = "Only the version last approved can be withdrawn; withdraw “{version}” first."


class NothingBefore(Refusal):
    code, status = "policy.nothing_before", 409
    zh = "前面没有可以恢复的版本。"
    en = "There is no version before it to go back to."


class ReasonMissing(Refusal):
    code, status = "policy.withdrawal_reason", 422
    zh, en = "请写明退回的理由（不超过200字）。", "Say why (at most 200 characters)."


class AlreadyWithdrawn(Refusal):
    code, status = "policy.already_withdrawn", 409
    zh, en = "您已经同意退回，须由另一人同意。", "You have agreed already; another person must do so."


REASON_CHARACTERS_MAX = 200


class AlreadyApproved(Refusal):
    code, status = "policy.already_approved", 409
    zh, en = "您已经核准过，须由另一人核准。", "You have approved this already; another person must do so."


class NoSuchRow(Refusal):
    code, status = "policy.no_such_row", 404
    zh, en = (
        "这个版本没有需要核准的标准“{amount}”。",
        "This version has no amount “{amount}” that needs approval.",
    )


class PaperMissing(Refusal):
    code, status = "policy.paper_missing", 422
    zh, en = "核准这项标准须附依据文件。", "Name the paper that this amount rests on."


def approve_version(*, version: UUID, at: datetime) -> PolicyVersion:
    """One more yes to a version; with the second person's it counts from its first month, and a night run is set."""
    found, by = _locked(version), acting()
    if found.withdrawn_at is not None:
        raise VersionClosed
    if found.loaded_by == by[0] or by[0] in drafted_by(found):
        raise LoaderMayNotApprove
    _still_newest(found)
    _approve(found, by, at, row="", paper="")
    count = PolicyApproval.objects.filter(version=found, row="").count()
    if count >= APPROVALS_NEEDED and found.approved_at is None:
        found.approved_at = at
        found.save(update_fields=["approved_at"])
        plan_night(found.jurisdiction, at)
    data = {
        "version": found.version,
        "digest": found.digest,
        "approvals": count,
        "in_force": found.approved_at is not None,
    }
    record(Event("policy.version_approved", "policy_version", str(found.uid), found.jurisdiction, data))
    return found


def _still_newest(found: PolicyVersion) -> None:
    """What was drawn from a version that is no longer the last one would undo what came between."""
    latest = queries.newest(found.jurisdiction) if found.approved_at is None and found.base_id else None
    if latest is not None and latest.uid != found.base_id:
        raise DraftOutdated(version=latest.version)


def withdraw_version(*, version: UUID, reason: str, at: datetime) -> PolicyVersion:
    """One yes to going back from a version. One person sends back what still waits for approval; what was approved needs
    two, and then the version before counts again, also for months that had begun."""
    found, by = _locked(version), acting()
    words = " ".join(reason.split())
    if not words or len(words) > REASON_CHARACTERS_MAX:
        raise ReasonMissing(field="reason")
    if found.withdrawn_at is not None:
        raise VersionClosed
    if found.approved_at is not None:
        _may_go_back(found)
    _row, fresh = PolicyWithdrawal.objects.get_or_create(
        version=found, account=by[0], defaults={"name": by[1], "reason": words, "at": at}
    )
    if not fresh:
        raise AlreadyWithdrawn
    count = PolicyWithdrawal.objects.filter(version=found).count()
    if found.approved_at is None or count >= APPROVALS_NEEDED:
        found.withdrawn_at = at
        found.save(update_fields=["withdrawn_at"])
        plan_night(found.jurisdiction, at)
    data: dict[str, object] = {"version": found.version, "digest": found.digest, "agreed": count,
                               "withdrawn": found.withdrawn_at is not None}  # fmt: skip
    record(Event("policy.version_withdrawn", "policy_version", str(found.uid), found.jurisdiction, data))
    return found


def _may_go_back(found: PolicyVersion) -> None:
    latest = queries.newest(found.jurisdiction)
    if latest is None or latest.uid != found.uid:
        raise NotTheNewest(version=latest.version if latest else "—")
    if not queries.before(found):
        raise NothingBefore


def approve_row(*, version: UUID, row: str, paper: str, at: datetime) -> None:
    """A named person has seen the paper behind an amount of confidence C or U; from now on it is paid."""
    found, by = _locked(version), acting()
    known = {amount.row for amount in pack_of(found).amounts() if amount.needs_approval}
    if row not in known:
        raise NoSuchRow(amount=row)
    if not paper.strip():
        raise PaperMissing(field="paper")
    _approve(found, by, at, row=row, paper=paper.strip())
    data: dict[str, object] = {"row": row, "paper": paper.strip()}
    record(Event("policy.row_approved", "policy_version", str(found.uid), found.jurisdiction, data))


def _locked(version: UUID) -> PolicyVersion:
    found = PolicyVersion.objects.select_for_update().filter(uid=version).first()
    if found is None:
        raise NoSuchVersion
    within(found.jurisdiction)
    return found


def _approve(found: PolicyVersion, by: tuple[UUID, str], at: datetime, *, row: str, paper: str) -> None:
    account, name = by
    _row, fresh = PolicyApproval.objects.get_or_create(
        version=found, row=row, account=account, defaults={"name": name, "paper": paper, "at": at}
    )
    if not fresh:
        raise AlreadyApproved


__all__ = [
    "AlreadyApproved",
    "AlreadyWithdrawn",
    "LoaderMayNotApprove",
    "NeedsPerson",
    "NoSuchRow",
    "NoSuchVersion",
    "NotTheNewest",
    "NothingBefore",
    "PaperMissing",
    "ReasonMissing",
    "VersionClosed",
    "approve_row",
    "approve_version",
    "withdraw_version",
]
