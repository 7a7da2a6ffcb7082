"""The way from a connection to the store: events wait here, one thread commits many at a time, and only then is anybody answered.

Alarms have a lane of their own with its own thread and database connection, so that no flood of heart-beats stands before them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.db.utils import ProgrammingError

from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM

from ..contracts import EventKind, Receipt
from ..rules.wire import Item
from ..services import ingesting

log = logging.getLogger(__name__)

BATCH_MAX = 4_000
URGENT_BATCH_MAX = 64  # an alarm costs milliseconds; its receipt must not wait for thousands of others
WAITING_MAX = 40_000  # beyond this nobody is read from until it is less again
RETRY_SECONDS, RETRY_SECONDS_MAX = 0.05, 2.0
# In test mode only: a defect that a fault test must find.
PLANTED = os.environ.get("YINLING_TEST_PLANT", "") if os.environ.get("YINLING_TEST") == "1" else ""
URGENT_KINDS = frozenset({EventKind.ALARM, EventKind.ANSWER})
# The store is away or was in a knot, or a partition was archived meanwhile: the same batch is right a moment later.
PASSING = (OperationalError, InterfaceError, ProgrammingError)

Done = Callable[[Receipt], None]


@dataclass(slots=True)
class Waiting:
    """One event, and whom to tell when it is committed."""

    item: Item
    done: Done


class Lane:
    """One queue and the thread that empties it."""

    def __init__(
        self,
        name: str,
        writer: int,
        loop: asyncio.AbstractEventLoop,
        room: Callable[[], None],
        most: int = BATCH_MAX,
    ) -> None:
        self.name = name
        self.writer = writer
        self.loop = loop
        self.committed = 0
        self.most = most
        self._room = room
        self._waiting: deque[Waiting] = deque()
        self._come = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name=f"lane-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def full(self) -> bool:
        return len(self._waiting) > WAITING_MAX

    @property
    def depth(self) -> int:
        return len(self._waiting)

    def put(self, one: Waiting) -> None:
        """Called by the loop; wakes the thread when it may be asleep."""
        self._waiting.append(one)
        if len(self._waiting) == 1:
            with self._come:
                self._come.notify()

    def stop(self) -> None:
        """End after the batch at hand; what still waits was never acknowledged and will be sent again."""
        self._ended = True
        with self._come:
            self._come.notify()
        self._thread.join(5)

    def _work(self) -> None:
        while not self._ended:
            with self._come:
                while not self._waiting and not self._ended:
                    self._come.wait(0.5)
            if PLANTED == "receipt-before-commit":
                self._planted()
            some = [self._waiting.popleft() for _ in range(min(len(self._waiting), self.most))]
            if some:
                self._commit(some)
        connections.close_all()

    def _planted(self) -> None:
        """The defect that the fault test must find: everybody is told, and only then is it committed."""
        waiting = list(self._waiting)
        self._tell(waiting, [Receipt(one.item.seq, fresh=True) for one in waiting])
        time.sleep(0.3)

    def _commit(self, some: Sequence[Waiting]) -> None:
        """Until it is committed; an event that the store refuses for what it says is found by halves and refused alone."""
        wait = RETRY_SECONDS
        while not self._ended:
            try:
                with batch("devices.ingest", SYSTEM):
                    receipts = ingesting.take_in(
                        [one.item for one in some], received=now(), writer=self.writer
                    )
            except PASSING as error:
                log.warning(
                    "lane %s: %s", self.name, str(error).splitlines()[0] if str(error) else repr(error)
                )
                connections.close_all()
                time.sleep(wait)
                wait = min(wait * 2, RETRY_SECONDS_MAX)
            except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError):
                if len(some) > 1:
                    half = len(some) // 2
                    self._commit(some[:half])
                    self._commit(some[half:])
                    return
                log.exception(
                    "lane %s: an event of device %s cannot be stored", self.name, some[0].item.device
                )
                self._tell(some, [Receipt(some[0].item.seq, error="not_stored")])
                return
            else:
                self.committed += len(some)
                self._tell(some, receipts)
                return

    def _tell(self, some: Sequence[Waiting], receipts: Sequence[Receipt]) -> None:
        self.loop.call_soon_threadsafe(self._answer, some, receipts)

    def _answer(self, some: Sequence[Waiting], receipts: Sequence[Receipt]) -> None:
        for one, receipt in zip(some, receipts, strict=True):
            one.done(receipt)
        self._room()
