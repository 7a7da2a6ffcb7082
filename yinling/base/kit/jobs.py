"""Watching a job: its progress as a piece that renews itself, and the button that stops it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .access import allow
from .pages import is_partial, not_found, render

RUNNING = frozenset({"queued", "running"})
TONES = {"queued": "quiet", "running": "info", "done": "yes", "failed": "fail", "cancelled": "warn"}


@dataclass(frozen=True, slots=True)
class Watched:
    """A job as the page shows it."""

    uid: str
    label: str
    state: str
    done: int
    total: int
    note: str
    url: str = ""
    cancel_url: str = ""
    cancel_asked: bool = False

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def can_cancel(self) -> bool:
        return self.running and bool(self.cancel_url) and not self.cancel_asked

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "quiet")

    @property
    def words(self) -> str:
        if self.cancel_asked and self.running:
            return _("正在取消")
        return {
            "queued": _("等待"),
            "running": _("进行中"),
            "done": _("完成"),
            "failed": _("失败"),
            "cancelled": _("已取消"),
        }.get(self.state, self.state)


def _own(request: HttpRequest, uid: UUID) -> Any:
    """The job row, only for the account that started it."""
    from yinling.base.models import Job

    return Job.objects.filter(uid=uid, by_account=request.work_actor.account).first()  # type: ignore[attr-defined]


def _watched(row: Any) -> Watched:
    note = row.error if row.state == "failed" and row.error else row.note
    return Watched(
        str(row.uid),
        row.label,
        row.state,
        row.done,
        row.total,
        note,
        reverse("kit:job", args=[row.uid]),
        reverse("kit:job_cancel", args=[row.uid]),
        row.cancel_asked_at is not None,
    )


def _then(request: HttpRequest) -> str:
    target = request.GET.get("then", "")
    return (
        target if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()) else ""
    )


@allow()
@require_GET
def job(request: HttpRequest, uid: UUID) -> HttpResponse:
    from yinling.base.work import unit

    with unit(request.work_scope, request.work_actor):  # type: ignore[attr-defined]
        row = _own(request, uid)
    if row is None:
        return not_found(request)
    template = "base/_job.html" if is_partial(request) else "base/job.html"
    return render(request, template, {"job": _watched(row), "then": _then(request)})


@allow()
@require_POST
def job_cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask the job to stop; it stops at its next report of progress."""
    from yinling.base.clock import now
    from yinling.base.models import Job
    from yinling.base.work import unit

    with unit(request.work_scope, request.work_actor):  # type: ignore[attr-defined]
        row = _own(request, uid)
        if row is not None and row.state in RUNNING and row.cancel_asked_at is None:
            Job.objects.filter(uid=uid).update(cancel_asked_at=now())
            row = _own(request, uid)
    if row is None:
        return not_found(request)
    template = "base/_job.html" if is_partial(request) else "base/job.html"
    return render(request, template, {"job": _watched(row), "then": _then(request)})
