"""In demo mode the given-out devices go on: each sends its sign of life when its interval is over."""

from __future__ import annotations

from datetime import datetime

from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM

from ..contracts import EventKind
from ..rules.wire import Item
from ..services.ingesting import take_in

AT_ONCE_MAX = 2_000
DUE = """
SELECT d.number FROM devices_device d JOIN devices_batch b ON b.uid = d.batch_id JOIN devices_state s ON s.device = d.number
 WHERE b.name LIKE '示范%%' AND d.state = 'active' AND d.number %% 14 <> 0
   AND s.seen_at < %s - make_interval(secs => d.interval_seconds)
 ORDER BY s.seen_at LIMIT %s"""


def beat(*, at: datetime) -> int:
    """Every demo device whose interval is over says that it is there; how many. One in fourteen stays silent."""
    with batch("devices.demo", SYSTEM):
        with connection().cursor() as sql:
            sql.execute(DUE, [at, AT_ONCE_MAX])
            numbers = [number for (number,) in sql.fetchall()]
        seq = int(at.timestamp() * 1000)
        items = [Item(number, seq, at.timestamp(), EventKind.HEARTBEAT, []) for number in numbers]
        if items:
            take_in(items, received=at)
    return len(items)
