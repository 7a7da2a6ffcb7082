"""A pack taken in: whole or not at all, so that the last good version stays in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from .. import packs
from ..contracts import PackRefused, Problem
from ..models import PolicyVersion
from ..text.catalogue import load_catalogue


class PackNotLoaded(Refusal):
    """Carries every problem of the texts in `problems`."""

    code, status = "policy.pack_not_loaded", 422
    zh = "政策没有载入，原有版本继续有效。{first}"
    en = "The policy was not loaded; the version in force stays. {first_en}"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        first = problems[0]
        more = len(problems) - 1
        super().__init__(
            field=first.field,
            row=first.line,
            first=f"{first.file} 第 {first.line} 行：{first.zh}" + (f"（另有 {more} 处）" if more else ""),
            first_en=f"{first.file} line {first.line}: {first.en}" + (f" (and {more} more)" if more else ""),
        )


def load_pack(
    *,
    texts: Mapping[str, str],
    catalogue: str,
    at: datetime,
    base: PolicyVersion | None = None,
    counts_from: date | None = None,
    note: str = "",
) -> PolicyVersion:
    """Keep a new version, proven by its examples; the same texts twice are one version. It waits for two approvals.

    `base` is the version it was drawn from, `counts_from` the first month by it where that is not the pack's own date."""
    try:
        pack = packs.load_pack(dict(texts), load_catalogue(catalogue))
    except PackRefused as refused:
        raise PackNotLoaded(refused.problems) from refused
    by = current().by
    version, fresh = PolicyVersion.objects.get_or_create(
        jurisdiction=pack.jurisdiction,
        digest=pack.digest,
        defaults={
            "name": pack.name, "title": pack.title, "label": pack.label, "version": pack.version, "texts": dict(texts),
            "catalogue": catalogue, "effective_from": pack.effective_from, "loaded_at": at, "loaded_by": by.account,
            "loaded_by_name": by.name, "base": base, "counts_from": counts_from, "note": note,
        },
    )  # fmt: skip
    if fresh:
        data = {"version": pack.version, "digest": pack.digest, "examples": len(pack.examples)}
        record(Event("policy.version_loaded", "policy_version", str(version.uid), pack.jurisdiction, data))
    return version
