"""The trail: sealed in order, delivered once, and any change of it found."""

from __future__ import annotations

import random

import pytest
from django.db import connections

from yinling.base.api import (
    Recorded,
    Subscriber,
    batch,
    connection,
    deliver_tick,
    record,
    seal_all,
    subscribers,
)
from yinling.base.contracts import SYSTEM, Event
from yinling.base.trail import anchor_file, verify_trail

pytestmark = pytest.mark.usefixtures("database")
AREA = "530199001001"


def write(count: int, verb: str = "test.done") -> None:
    with batch("test", SYSTEM):
        for number in range(count):
            record(Event(verb, "thing", str(number), AREA, {"number": number, "字": "好"}))


def tamper(statement: str) -> None:
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("ALTER TABLE base_event NO FORCE ROW LEVEL SECURITY")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE base_event FORCE ROW LEVEL SECURITY")


def test_an_untouched_trail_verifies() -> None:
    write(20)
    assert seal_all() == 20
    write(3)
    assert verify_trail() == []
    assert seal_all() == 3
    assert verify_trail() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE base_event SET data = '{}' WHERE id = {id}",
        "UPDATE base_event SET recorded_at = recorded_at + interval '1 day' WHERE id = {id}",
        "UPDATE base_event SET subject = 'other' WHERE id = {id}",
        "UPDATE base_event SET account = gen_random_uuid() WHERE id = {id}",
        "DELETE FROM base_link WHERE event = {id}",
        "DELETE FROM base_link WHERE position >= {id}",
        """INSERT INTO base_event (uid, verb, role, purpose, subject_kind, subject, area, data, xid)
           VALUES (gen_random_uuid(), 'test.done', 'system', '', 'thing', 'forged', '530199001001', '{{}}', 1)""",
        "UPDATE base_link SET hash = decode(repeat('00', 32), 'hex') WHERE event = {id}",
    ],
)
def test_every_kind_of_tampering_is_found(statement: str) -> None:
    write(30)
    seal_all()
    tamper(statement.replace("'{}'", "'{{}}'").format(id=random.randint(5, 25)))
    assert verify_trail() != []


def test_a_chain_rewritten_from_scratch_does_not_match_its_anchor() -> None:
    write(5)
    seal_all()
    kept = anchor_file().read_text()
    tamper(
        "UPDATE base_event SET data = '{\"number\": 99}' WHERE id = 2; DELETE FROM base_link;"
        " INSERT INTO base_unsealed SELECT id FROM base_event"
    )
    seal_all()
    anchor_file().write_text(kept)
    assert verify_trail() != []


def test_the_program_itself_cannot_change_the_trail() -> None:
    write(1)
    for statement in ("UPDATE base_event SET verb = 'x'", "DELETE FROM base_event", "DELETE FROM base_link"):
        with (
            pytest.raises(Exception, match="permission denied"),
            batch("test", SYSTEM),
            connection().cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_subscriber_takes_each_event_once_and_a_poisonous_one_is_set_aside() -> None:
    taken: list[str] = []

    def take(event: Recorded) -> None:
        if event.subject == "1":
            raise ValueError("cannot take this one")
        taken.append(event.subject)

    subscribers.offer(Subscriber("test.reader", frozenset({"test.done"}), take))
    try:
        write(3)
        write(2, verb="test.other")
        assert deliver_tick() == 0, "nothing is delivered before it is sealed"
        seal_all()
        for _ in range(7):
            deliver_tick()
    finally:
        subscribers._items.pop("test.reader")
    assert taken == ["0", "2"]
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT subscriber, position FROM base_dead_letter")
        assert cursor.fetchall() == [("test.reader", 2)]
