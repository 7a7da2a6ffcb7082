"""A statement that fails anywhere in a step leaves everything as it was; the next try does the whole step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections

from yinling.assessment import services
from yinling.assessment.testing import a_form, an_assessor, asked, assessed, files, hand, sent
from yinling.base.api import CHINA, batch, connection
from yinling.base.contracts import SYSTEM
from yinling.people.testing import deliver, make_id, person_row, places, population_csv

pytestmark = pytest.mark.usefixtures("database")
AT = datetime(2026, 9, 22, 9, tzinfo=CHINA)
TABLES = ("assessment_assessment", "assessment_result", "assessment_move", "assessment_file", "workorders_order",
          "workorders_move", "base_event", "base_timer")  # fmt: skip
STATEMENTS_MAX = 80


@pytest.fixture
def person():
    places()
    deliver("population", population_csv([person_row(make_id(date(1941, 3, 5), 12), "赵秀兰")]))
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT person FROM people_record")
        return sql.fetchone()[0]


def everything():
    """A digest of every row that a step may touch."""
    with batch("test", SYSTEM), connection().cursor() as sql:
        found = []
        for table in TABLES:
            sql.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
            )
            found.append(sql.fetchone())
        return found


class Power(DatabaseError):
    """The line to the database is gone."""


def cut_after(left: int) -> Callable:
    """A wrapper that lets so many statements pass and then fails for good."""
    seen = [0]

    def wrapper(execute, sql, params, many, context):
        seen[0] += 1
        if seen[0] > left:
            raise Power("cut")
        return execute(sql, params, many, context)

    return wrapper


def survives(step: Callable[[], object]) -> int:
    """Cut the step after each of its statements in turn; how many cuts it took to get through."""
    for left in range(STATEMENTS_MAX):
        before = everything()
        with ExitStack() as line:
            line.enter_context(connections["default"].execute_wrapper(cut_after(left)))
            try:
                step()
            except Power:
                assert everything() == before, f"cut after {left} statements"
                continue
        assert everything() != before
        return left
    raise AssertionError("the step never ends")


def test_a_form_is_taken_whole_or_not_at_all(person):
    uid, who = asked(person, AT), an_assessor()
    form, photos = a_form(AT, level=3), files()

    def step():
        with hand(who, "assessor"):
            services.submit(assessment=uid, form=form, files=photos, at=AT)

    assert survives(step) > 10


def test_a_result_counts_whole_or_not_at_all(person):
    assessed(person, 1, AT)
    uid = asked(person, AT)
    sent(uid, an_assessor(), AT, level=3)
    reviewer = uuid4()

    def step():
        with hand(reviewer, "district"):
            services.confirm(assessment=uid, at=AT)

    assert survives(step) > 10


def test_an_objection_is_taken_whole_or_not_at_all(person):
    assessed(person, 1, AT)
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT uid FROM assessment_assessment")
        uid = sql.fetchone()[0]
    clerk = uuid4()

    def step():
        with hand(clerk, "district"):
            services.dispute(assessment=uid, words="评低了", by_whom="女儿", at=AT)

    assert survives(step) > 10
