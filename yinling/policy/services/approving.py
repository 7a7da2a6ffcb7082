"""Approval: a version by two persons, an amount of uncertain origin by one who has seen the paper."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from ..models import PolicyApproval, PolicyVersion
from ..queries import pack_of

APPROVALS_NEEDED = 2


class NoSuchVersion(Refusal):
    code, status = "policy.no_such_version", 404
    zh, en = "没有找到这个政策版本。", "There is no such policy version."


class NeedsPerson(Refusal):
    code, status = "policy.needs_person", 409
    zh, en = "核准须由有账号的本人办理。", "An approval must be given by a person with an account."


class LoaderMayNotApprove(Refusal):
    code, status = "policy.loader_may_not_approve", 409
    zh, en = "载入政策的人不能核准同一版本。", "Whoever loaded a version may not approve it."


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
    """One more yes to a version; with the second person's it comes into force."""
    found, by = _locked(version), _person()
    if found.loaded_by == by[0]:
        raise LoaderMayNotApprove
    _approve(found, by, at, row="", paper="")
    count = PolicyApproval.objects.filter(version=found, row="").count()
    if count >= APPROVALS_NEEDED and found.approved_at is None:
        found.approved_at = at
        found.save(update_fields=["approved_at"])
    data = {
        "version": found.version,
        "digest": found.digest,
        "approvals": count,
        "in_force": found.approved_at is not None,
    }
    record(Event("policy.version_approved", "policy_version", str(found.uid), found.jurisdiction, data))
    return found


def approve_row(*, version: UUID, row: str, paper: str, at: datetime) -> None:
    """A named person has seen the paper behind an amount of confidence C or U; from now on it is paid."""
    found, by = _locked(version), _person()
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
    return found


def _person() -> tuple[UUID, str]:
    """Account and name of who acts; the platform itself approves nothing."""
    by = current().by
    if by.account is None:
        raise NeedsPerson
    return by.account, by.name


def _approve(found: PolicyVersion, by: tuple[UUID, str], at: datetime, *, row: str, paper: str) -> None:
    account, name = by
    _row, fresh = PolicyApproval.objects.get_or_create(
        version=found, row=row, account=account, defaults={"name": name, "paper": paper, "at": at}
    )
    if not fresh:
        raise AlreadyApproved
