"""Drafts: a version's texts changed in forms or by hand, kept, copied as a variant, submitted for two approvals, dropped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from yinling.base.api import record
from yinling.base.contracts import Event, Month, Refusal

from .. import editing, queries
from ..amount_change import with_amount
from ..contracts import PackRefused
from ..models import PolicyDraft, PolicyVersion
from ..text.assembling import assemble
from ..text.catalogue import load_catalogue
from .loading import PackNotLoaded, load_pack
from .within import acting, within

TITLE_CHARACTERS_MAX = 120
MONTHS_BACK_MAX, MONTHS_AHEAD_MAX = 36, 24


class NoSuchDraft(Refusal):
    code, status = "policy.no_such_draft", 404
    zh, en = "没有找到这个草案。", "There is no such draft."


class NothingToChange(Refusal):
    code, status = "policy.nothing_to_change", 409
    zh, en = "还没有生效的政策可供修改。", "There is no approved policy to change yet."


class DraftClosed(Refusal):
    code, status = "policy.draft_closed", 409
    zh, en = (
        "这个草案已经送审或作废，不能再改。",
        "This draft was submitted or dropped and cannot be changed.",
    )


class DraftChanged(Refusal):
    code, status = "policy.draft_changed", 409
    zh = "您打开之后，别人改过这个草案。请刷新后再改。"
    en = "Somebody changed this draft after you opened it. Reload and change it again."


class DraftOutdated(Refusal):
    code, status = "policy.draft_outdated", 409
    zh = "起草之后已有新版本“{version}”获得核准，请在新版本上重新起草。"
    en = "Version “{version}” was approved after this draft was begun; start from that version."


class DraftSame(Refusal):
    code, status = "policy.draft_same", 422
    zh, en = (
        "草案与原版本没有不同，不必送审。",
        "The draft says the same as its version; there is nothing to approve.",
    )


class TitleMissing(Refusal):
    code, status = "policy.draft_title", 422
    zh, en = "请写明草案的名称（不超过120字）。", "Name the draft (at most 120 characters)."


class MonthTooFar(Refusal):
    code, status = "policy.draft_month", 422
    zh = "起始月份应在{first}至{last}之间。"
    en = "The first month must lie between {first} and {last}."


def start_draft(*, title: str, counts_from: Month, at: datetime, jurisdiction: str = "") -> PolicyDraft:
    """A draft of the version last approved, with the next free version name already written in."""
    base = queries.newest(jurisdiction)
    if base is None:
        raise NothingToChange
    within(base.jurisdiction)
    texts = _renamed(dict(base.texts), base.jurisdiction)
    return _make(base, title, counts_from, texts, at)


def draft_sum(
    *, title: str, counts_from: Month, item: str, tier: str, yuan: str, at: datetime, jurisdiction: str = ""
) -> PolicyDraft:
    """A draft that changes one sum from its first month on; ValueError where the tier has no fixed sum to change."""
    begun = start_draft(title=title, counts_from=counts_from, at=at, jurisdiction=jurisdiction)
    texts = with_amount(begun.texts, item, tier, counts_from.first_day, yuan)
    return save_draft(
        draft=begun.uid, texts=texts, title=title, counts_from=counts_from, seen=begun.revision, at=at
    )


def copy_draft(*, draft: UUID, title: str, at: datetime) -> PolicyDraft:
    """The same draft once more, as a variant to compare with."""
    found = _found(draft)
    return _make(
        found.base, title, Month.parse(found.counts_from), _renamed(dict(found.texts), found.jurisdiction), at
    )


def _make(
    base: PolicyVersion, title: str, counts_from: Month, texts: dict[str, str], at: datetime
) -> PolicyDraft:
    account, name = acting()
    made = PolicyDraft.objects.create(
        jurisdiction=base.jurisdiction, base=base, title=_title(title), texts=texts, counts_from=_month(counts_from, at),
        made_at=at, changed_at=at, made_by=account, made_by_name=name,
    )  # fmt: skip
    record(
        Event(
            "policy.draft_started", "policy_draft", str(made.uid), made.jurisdiction, {"base": base.version}
        )
    )
    return made


def _renamed(texts: dict[str, str], jurisdiction: str) -> dict[str, str]:
    """The texts with a version name that no version and no other draft of the place has."""
    taken = {one.version for one in queries.versions(jurisdiction)}
    taken |= {
        version_name(one.texts) for one in PolicyDraft.objects.filter(jurisdiction=jurisdiction).only("texts")
    }
    free = editing.next_version(version_name(texts), frozenset(taken))
    return editing.with_values(texts, {editing.place_words(pack_file(texts), ("pack", "version")): free})


def version_name(texts: Mapping[str, str]) -> str:
    """The version that the texts name."""
    return str(editing.read(texts[pack_file(texts)])["pack"]["version"])


def pack_file(texts: Mapping[str, str]) -> str:
    """The file with the head of the pack."""
    return next(name for name in sorted(texts) if editing.read(texts[name]).get("kind") == "pack")


def save_draft(
    *, draft: UUID, texts: Mapping[str, str], title: str, counts_from: Month, seen: int, at: datetime
) -> PolicyDraft:
    """Keep changed texts that can be read; `seen` is the revision that the change started from.

    Examples need not hold yet. What cannot be read is refused with every problem, and the draft stays as it was."""
    found = _open(draft, seen)
    checked(texts, found.base.catalogue)
    found.texts, found.title, found.counts_from = dict(texts), _title(title), _month(counts_from, at)
    found.revision += 1
    found.changed_at = at
    found.save(update_fields=["texts", "title", "counts_from", "revision", "changed_at"])
    return found


def checked(texts: Mapping[str, str], catalogue: str) -> None:
    """Every problem of the texts as one refusal; examples are not tried."""
    try:
        assemble(dict(texts), load_catalogue(catalogue))
    except PackRefused as refused:
        raise PackNotLoaded(refused.problems) from refused


def drop_draft(*, draft: UUID, at: datetime) -> None:
    """Put a draft away; it stays readable."""
    found = _open(draft, None)
    found.state, found.changed_at = PolicyDraft.State.DROPPED, at
    found.save(update_fields=["state", "changed_at"])
    record(Event("policy.draft_dropped", "policy_draft", str(found.uid), found.jurisdiction))


def submit_draft(*, draft: UUID, seen: int, at: datetime) -> PolicyVersion:
    """Make the draft a version that waits for two persons: every example must hold, and nothing newer be approved."""
    found = _open(draft, seen)
    latest = queries.newest(found.jurisdiction)
    if latest is None or latest.uid != found.base_id:
        raise DraftOutdated(version=latest.version if latest else "—")
    if _says_the_same(found):
        raise DraftSame
    counts_from = Month.parse(found.counts_from).first_day
    version = load_pack(texts=found.texts, catalogue=found.base.catalogue, at=at, base=found.base,
                        counts_from=counts_from, note=found.title)  # fmt: skip
    found.state, found.version, found.changed_at = PolicyDraft.State.SUBMITTED, version, at
    found.save(update_fields=["state", "version", "changed_at"])
    data: dict[str, object] = {
        "version": version.version,
        "digest": version.digest,
        "counts_from": found.counts_from,
    }
    record(Event("policy.draft_submitted", "policy_draft", str(found.uid), found.jurisdiction, data))
    return version


def _says_the_same(found: PolicyDraft) -> bool:
    place = editing.place_words(pack_file(found.texts), ("pack", "version"))
    same: bool = editing.with_values(found.texts, {place: found.base.version}) == found.base.texts
    return same


def _found(uid: UUID) -> PolicyDraft:
    found = PolicyDraft.objects.select_for_update().select_related("base").filter(uid=uid).first()
    if found is None:
        raise NoSuchDraft
    within(found.jurisdiction)
    return found


def _open(uid: UUID, seen: int | None) -> PolicyDraft:
    found = _found(uid)
    if found.state != PolicyDraft.State.OPEN:
        raise DraftClosed
    if seen is not None and found.revision != seen:
        raise DraftChanged
    return found


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title or len(title) > TITLE_CHARACTERS_MAX:
        raise TitleMissing(field="title")
    return title


def _month(month: Month, at: datetime) -> str:
    this = Month.of(at.date())
    first, last = this.next(-MONTHS_BACK_MAX), this.next(MONTHS_AHEAD_MAX)
    if not first.text <= month.text <= last.text:
        raise MonthTooFar(field="counts_from", first=first.text, last=last.text)
    return month.text


def drafted_by(version: PolicyVersion) -> frozenset[UUID]:
    """Who wrote what became a version; none of them may approve it."""
    return frozenset(PolicyDraft.objects.filter(version=version).values_list("made_by", flat=True))
