"""Versions of a policy: which counts when, what each says differently in words, who approved, the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, now, redirect_to, render, today
from yinling.base.contracts import Month

from .. import queries, services
from ..contracts import Item, PackRefused
from ..differences import differences
from ..models import PolicyVersion
from ..shown import text_lines
from .asked import DESK, OFFICES, may_change, work


@allow(*OFFICES, Role.AUDITOR)
@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """Every version with its state, newest first."""
    with work(request):
        found = queries.versions()
        rows = [_row(one) for one in found]
        context = {
            "rows": rows,
            "may_change": may_change(request),
            "demo_policy": any(one.label for one in found),
        }
    return render(request, "policy/versions.html", context)


def _row(one: PolicyVersion) -> dict[str, Any]:
    words, tone = state_of(one)
    return {
        "one": one, "state": words, "tone": tone,
        "approvals": [each for each in queries.approvals(one) if not each.row],
        "withdrawals": queries.withdrawals(one),
    }  # fmt: skip


def state_of(one: PolicyVersion) -> tuple[str, str]:
    """A version's state in words, with the tone of its badge."""
    if one.withdrawn_at is not None:
        return (_("已退回"), "fail") if one.approved_at else (_("未通过"), "no")
    if one.approved_at is None:
        return _("待核准"), "warn"
    counting = queries.in_force(Month.of(today()), one.jurisdiction)
    if counting is not None and counting.uid == one.uid:
        return _("现行"), "yes"
    return (_("已核准，到期生效"), "info") if one.from_day > today() else (_("已被取代"), "quiet")


@allow(*OFFICES, Role.AUDITOR)
@require_GET
def version(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What a version says differently from the one it was drawn from, in words and line by line."""
    with work(request):
        found = queries.version(uid)
        if found is None:
            raise NotFound
        other = _other(request, found)
        context = {
            "found": found, "other": other, "row": _row(found), "may_change": may_change(request),
            "others": [one for one in queries.versions(found.jurisdiction) if one.uid != found.uid],
            "may_withdraw": _may_withdraw(found), "demo_policy": bool(found.label),
            "items": _items(found), **_differences(found, other),
        }  # fmt: skip
    return render(request, "policy/version.html", context)


def _other(request: HttpRequest, found: PolicyVersion) -> PolicyVersion | None:
    """The version to compare with: the one asked for, else the one it was drawn from, else the one loaded before."""
    asked = request.GET.get("against", "")
    earlier = [one for one in queries.versions(found.jurisdiction) if one.loaded_at < found.loaded_at]
    known = {str(one.uid): one for one in queries.versions(found.jurisdiction)}
    if asked in known:
        return queries.version(known[asked].uid)
    return found.base or (queries.version(earlier[0].uid) if earlier else None)


def _may_withdraw(found: PolicyVersion) -> bool:
    if found.withdrawn_at is not None:
        return False
    latest = queries.newest(found.jurisdiction)
    newest = latest is not None and latest.uid == found.uid
    return found.approved_at is None or (newest and queries.before(found) is not None)


def _items(found: PolicyVersion) -> tuple[Item, ...]:
    try:
        return queries.pack_of(found).items
    except PackRefused:
        return ()


def _differences(found: PolicyVersion, other: PolicyVersion | None) -> dict[str, Any]:
    if other is None:
        return {"differences": [], "lines": []}
    try:
        said = differences(queries.pack_of(other), queries.pack_of(found))
    except PackRefused:  # kept by an older program whose texts this one no longer reads
        said = []
    return {"differences": said, "lines": text_lines(other.texts, found.texts)}


@allow(*DESK)
@require_POST
def approve(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One of the two approvals that a version needs."""
    with work(request):
        found = services.approve_version(version=uid, at=now())
        done, month = found.approved_at is not None, Month.of(found.from_day)
    if not done:
        words = _("已核准，还须另一人核准。")
    elif month.first_day > today():
        words = _("已由两人核准，从%(month)s起执行；今夜测算谁将发生变动。") % {"month": month.text}
    else:
        words = _("已核准，政策生效；今夜重新测算相关月份。")
    return redirect_to(request, "policy:version", uid, toast=words)


@allow(*DESK)
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send back what waits, or agree to go back from what was approved."""
    with work(request):
        found = services.withdraw_version(version=uid, reason=request.POST.get("reason", ""), at=now())
        done = found.withdrawn_at is not None
    words = _("已退回。") if done else _("已同意退回，还须另一人同意。")
    return redirect_to(request, "policy:version", uid, toast=words)
