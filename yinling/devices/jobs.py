"""What the worker does every so often for devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from yinling.base.api import JobHandle, batch, now
from yinling.base.contracts import SYSTEM

from .services import keeping, watching


def watch() -> None:
    """Silent devices, quiet homes, scores."""
    at = now()
    with batch("devices.silent", SYSTEM):
        watching.mark_silent(at=at)
    with batch("devices.quiet", SYSTEM):
        watching.ask_the_quiet(at=at)
    with batch("devices.news2", SYSTEM):
        watching.score_the_measured(at=at)


def keep() -> None:
    """Hours that are over, partitions of the next days, days past their time."""
    at = now()
    with batch("devices.days", SYSTEM):
        keeping.make_days(at=at)
    with batch("devices.hours", SYSTEM):
        keeping.roll_up(at=at)
    with batch("devices.archive", SYSTEM):
        folder = keeping.archive_folder(Path(settings.YINLING_HOME))
        keeping.archive_old(at=at, keep_days=settings.YINLING_DEVICES_KEEP_DAYS, folder=folder)


def learn() -> None:
    """Everybody's own limit of silence."""
    with batch("devices.learn", SYSTEM):
        watching.learn_limits(at=now())


def seed_demo(job: JobHandle, *, first: Sequence[str]) -> Mapping[str, Any]:
    """Devices of the demo district."""
    from .simulation.demo import seed_devices

    return seed_devices(
        first, at=now(), progress=lambda done, total: job.progress(done, total, "居家感知历史")
    )


def beat_demo() -> None:
    """The demo's devices go on."""
    from .simulation.live import beat

    beat(at=now())
