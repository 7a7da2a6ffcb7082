"""One month of the demo: every file of the month taken in as its day comes, verdicts for everyone, the list, the money."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from yinling.accounts.api import account_card
from yinling.base.api import CHINA, batch, seal_all
from yinling.base.contracts import SYSTEM, Actor, Month, Refusal
from yinling.benefits import api as benefits
from yinling.insight import api as insight
from yinling.people import api as people
from yinling.policy import api as policy
from yinling.providers import api as providers
from yinling.providers.contracts import Register as ProviderRegister

from ..demo.places import DISTRICT
from ..demo.writing import Manifest

Say = Callable[[int, int, str], None]
OPENING = time(10, 0)
OF_PROVIDERS = frozenset(register.value for register in ProviderRegister)
HEALTH = "health_check"


class FileNotTaken(Refusal):
    code, status = "portal.file_not_taken", 409
    zh = "演示文件 {name} 没有被接收：{why}"
    en = "The demo file {name} was not taken in: {why}"


def officers(accounts: Mapping[str, UUID]) -> benefits.Officers:
    """The demo's four persons who sign for money."""

    def actor(name: str) -> Actor:
        with batch("portal.demo", SYSTEM):
            card = account_card(accounts[name])
        assert card is not None, name
        return Actor(accounts[name], card.display_name, name.split(".")[1])

    return benefits.Officers(
        maker=actor("demo.district.maker"), checker=actor("demo.district.checker"),
        releaser=actor("demo.district.releaser"), treasurer=actor("demo.finance"),
    )  # fmt: skip


def moment_of(row: Mapping[str, Any]) -> datetime:
    """The morning of the day on which a file was sent."""
    return datetime.combine(date.fromisoformat(row["as_of"]), OPENING, CHINA)


def take_file(folder: Path, row: Mapping[str, Any], by: Actor) -> None:
    """One file of the manifest through the door of the room that owns its register; taken in before, nothing happens."""
    path, at = folder / row["path"], moment_of(row)
    if row["register"] in OF_PROVIDERS:
        with batch("portal.demo", by):
            receipt = providers.receive(
                register=ProviderRegister(row["register"]), file_name=path.name, content=path.read_bytes(),
                source=row["sender"], as_of=at.date(), area=DISTRICT, by=by, at=at,
            )  # fmt: skip
            providers.apply(uid=receipt.uid, by=by, at=at)
        return
    with batch("portal.demo", by), path.open("rb") as lines:
        received = people.receive_delivery(
            register=row["register"], file_name=path.name, pieces=iter(lambda: lines.read(1 << 20), b""),
            sender=row["sender"], as_of=at.date(), area=DISTRICT, at=at, mode=people.Mode(row["mode"]), areas=row["areas"],
        )  # fmt: skip
    outcome = people.apply_delivery(uid=received.uid, by=by, at=at, rebuild=False)
    if outcome.refusal:
        raise FileNotTaken(name=path.name, why=outcome.refusal.get("title", ""))


def files_of(manifest: Manifest, month: str) -> list[dict[str, Any]]:
    return [row for row in manifest.files if row["month"] == month and row["register"] != HEALTH]


def take_month(
    manifest: Manifest,
    month: Month,
    *,
    signed_by: benefits.Officers,
    pay: bool,
    say: Say,
    close: bool = True,
    before: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Files, records, verdicts and the list of a month; with `pay` also the signatures, the bank and the books.

    `before` runs once the records are there and before anything is determined.
    """
    files = files_of(manifest, month.text)
    by = signed_by.maker
    for place, row in enumerate(files):
        say(place, len(files) + 3, f"{month.text} · {row['sender']}《{row['title']}》 {row['rows']:,} 行")
        take_file(manifest.folder, row, by)
    at = max(moment_of(row) for row in files) + timedelta(minutes=30)
    say(len(files), len(files) + 3, f"{month.text} · 更新一人一档")
    with batch("portal.demo", by):
        people.rebuild_records(at=at)
        people.relink_everyone(at)
    before()
    seal_all()
    say(len(files) + 1, len(files) + 3, f"{month.text} · 逐人核定")
    policy.determine_month(month, at=at, by=SYSTEM)
    say(len(files) + 2, len(files) + 3, f"{month.text} · 拟发放名单" + ("、审签、公示、代发" if pay else ""))
    done = _money(month, signed_by, at + timedelta(minutes=30), pay=pay, close=close)
    seal_all()
    with batch("portal.demo", SYSTEM):
        insight.refresh(at=at)
    say(len(files) + 3, len(files) + 3, f"{month.text} · 完成")
    return done


def _money(
    month: Month, signed_by: benefits.Officers, at: datetime, *, pay: bool, close: bool
) -> dict[str, Any]:
    if pay:
        paid = benefits.demo_pay_month(month, actors=signed_by, at=at, area=DISTRICT, close=close)
        return {"rows": paid.rows, "fen": paid.fen, "state": paid.state, **paid.counts}
    with batch("portal.demo", SYSTEM):
        return dict(benefits.build_candidates(month=month, area=DISTRICT, at=at, by=SYSTEM))


def take_health(manifest: Manifest, *, by: Actor, say: Say) -> int:
    """The health checks of every month; how many files."""
    files = [row for row in manifest.files if row["register"] == HEALTH]
    for place, row in enumerate(files):
        say(place, len(files), f"{row['month']} · 健康体检 {row['rows']:,} 条")
        take_file(manifest.folder, row, by)
    with batch("portal.demo", by):
        people.rebuild_records(at=max(moment_of(row) for row in files))
    say(len(files), len(files), "健康体检 · 完成")
    return len(files)
