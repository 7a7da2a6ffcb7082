"""Same key and body, same answer and one effect; another body 409; a bad key 422; fifty at once, one effect."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from yinling.base.api import BadKey, KeyReused, batch, connection, once, record
from yinling.base.contracts import SYSTEM, Event

pytestmark = pytest.mark.usefixtures("database")


def effects() -> int:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_event")
        return int(cursor.fetchone()[0])


def act(key: str | None, body: bytes = b"{}") -> tuple[int, object]:
    def do() -> tuple[int, object]:
        record(Event("test.done"))
        return 201, {"made": effects_inside()}

    with batch("test", SYSTEM):
        return once(key, "POST /things", body, do)


def effects_inside() -> int:
    with connection().cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_event")
        return int(cursor.fetchone()[0])


def test_a_repeat_gets_the_first_answer_and_has_no_effect() -> None:
    assert act("k1") == (201, {"made": 1})
    assert act("k1") == (201, {"made": 1})
    assert effects() == 1


def test_another_body_is_refused_and_changes_nothing() -> None:
    act("k1")
    with pytest.raises(KeyReused):
        act("k1", b'{"other": 1}')
    assert effects() == 1


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 256, "键", "a\nb"])
def test_a_bad_key_is_refused(key: str | None) -> None:
    with pytest.raises(BadKey):
        act(key)
    assert effects() == 0


def test_fifty_at_once_have_one_effect() -> None:
    answers: list[object] = []

    def run() -> None:
        answers.append(act("same"))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(201, {"made": 1})] * 50
    assert effects() == 1
