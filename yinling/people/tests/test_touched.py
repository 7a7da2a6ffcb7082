"""What is touched since a moment and the ground under all facts, as the policy engine asks for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from yinling.base.api import batch, connection, facts, now
from yinling.base.contracts import SYSTEM
from yinling.people.models import Person

AT = now()
BEFORE = AT - timedelta(days=1)


def touched(since: Any = BEFORE) -> set[str]:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(facts.get("person_touched").sql, {"since": since, "known_at": AT})
        return {str(row[0]) for row in cursor.fetchall()}


def ground() -> str:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(facts.get("person_ground").sql, {"month_first": date(2026, 11, 1), "known_at": AT})
        return str(cursor.fetchone()[0])


def run(sql: str, *values: Any) -> None:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.usefixtures("database")
def test_a_doubt_or_a_life_fact_told_since_touches_its_person_only() -> None:
    one, two, three = ("00000000-0000-4000-8000-00000000000" + digit for digit in "123")
    doubt = """INSERT INTO people_doubt (person, register, arrival, delivery, valid_from, learned_at, ended_at)
               VALUES (%s::uuid, 'custody', gen_random_uuid(), gen_random_uuid(), '2020-01-01', %s, %s)"""
    run(doubt, one, AT, None)
    run(doubt, two, BEFORE - timedelta(days=9), AT)
    run(doubt, three, BEFORE - timedelta(days=9), None)
    assert touched() == {one, two}
    assert touched(AT + timedelta(seconds=1)) == set()


@pytest.mark.usefixtures("database")
def test_the_ground_is_another_once_two_persons_are_one() -> None:
    with batch("test", SYSTEM):
        one = Person.objects.create(
            hukou_area="530199001001",
            live_area="530199001001",
            linked=True,
            first_arrival=uuid4(),
            made_at=AT,
        )
        two = Person.objects.create(
            hukou_area="530199001001",
            live_area="530199001001",
            linked=True,
            first_arrival=uuid4(),
            made_at=AT,
        )
    before = ground()
    assert ground() == before
    with batch("test", SYSTEM):
        Person.objects.filter(uid=two.uid).update(alias_of=one.uid)
    assert ground() != before


@pytest.mark.usefixtures("database")
def test_what_is_told_of_one_self_touches_the_person_it_belongs_to() -> None:
    with batch("test", SYSTEM):
        kept, other = (
            Person.objects.create(hukou_area="530199001001", linked=True, first_arrival=uuid4(), made_at=AT)
            for _ in "12"
        )
        Person.objects.filter(uid=other.uid).update(alias_of=kept.uid)
    run(
        """INSERT INTO people_doubt (person, register, arrival, delivery, valid_from, learned_at)
           VALUES (%s, 'custody', gen_random_uuid(), gen_random_uuid(), '2020-01-01', %s)""",
        other.uid, AT,
    )  # fmt: skip
    assert touched() == {str(other.uid), str(kept.uid)}
