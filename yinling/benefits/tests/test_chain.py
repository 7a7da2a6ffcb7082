"""The whole chain in code: from verdicts to money, with the bank's program answering in between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM
from yinling.benefits.bank.book import Book
from yinling.benefits.queries.sql import one, rows, run
from yinling.benefits.services import candidates, chain, funds, returns, sending, vital
from yinling.benefits.services import releasing as release
from yinling.benefits.tests.support import (
    CHECKER,
    DISTRICT,
    MAKER,
    MONTH,
    RELEASER,
    TREASURER,
    District,
    hours,
    take_back,
    tell_death,
)

pytestmark = pytest.mark.usefixtures("database")


def at_bank(tmp_path, file) -> bytes:
    """The file through the bank's own book; its return file."""
    from yinling.benefits.models import BankFile

    book = Book(tmp_path / "bank")
    with batch("test", SYSTEM):
        found = BankFile.objects.get(uid=file)
        body = sending.file_body(found)
    book.accept(found.reference, body)
    book.process(found.reference)
    answer = book.return_file(found.reference)
    book.close()
    return answer


def to_cleared() -> object:
    """The list, the signatures, publicity and the money of the test's month; the batch."""
    with batch("test", SYSTEM):
        candidates.build_candidates(month=MONTH, area=DISTRICT, by=SYSTEM, at=hours(0))
    return chain_to_funded(DISTRICT)


def chain_to_funded(area: str) -> object:
    with batch("test", MAKER):
        made = chain.make_batch(month=MONTH, area=area, by=MAKER, at=hours(1))
        chain.submit(batch=made, by=MAKER, at=hours(1))
    with batch("test", CHECKER):
        chain.check(batch=made, by=CHECKER, at=hours(2))
    with batch("test", RELEASER):
        chain.approve(batch=made, by=RELEASER, at=hours(3))
        end_on = chain.publish(batch=made, by=RELEASER, at=hours(3))
    later = hours(3) if end_on is None else hours(24 * 12)
    if end_on is not None:
        with batch("test", RELEASER):
            chain.close_publicity(batch=made, by=RELEASER, at=later)
    with batch("test", TREASURER):
        funds.appropriate(
            batch=made, fen=funds.cleared_fen(made), by=TREASURER, at=later + timedelta(hours=1)
        )
    return made


def state_of(made) -> str:
    with batch("test", SYSTEM):
        return one("SELECT state FROM benefits_batch WHERE uid = %s", [made])


def test_from_verdict_to_money(tmp_path):
    district = District()
    district.add(5)
    district.add(1, ending="404")
    made = to_cleared()
    with batch("test", RELEASER):
        done = release.release(batch=made, by=RELEASER, at=hours(24 * 13))
    assert (done.rows, done.fen) == (6, 60_000)
    with batch("test", SYSTEM):
        sending.mark_sent(file=done.file, by=SYSTEM, at=hours(24 * 13))
    answer = at_bank(tmp_path, done.file)
    with batch("test", SYSTEM):
        booked = returns.book_return(body=answer, by=SYSTEM, at=hours(24 * 13 + 1))
    assert (booked.paid, booked.returned, booked.known) == (5, 1, 0)
    with batch("test", SYSTEM):
        again = returns.book_return(body=answer, by=SYSTEM, at=hours(24 * 13 + 2))
        assert (again.paid, again.returned, again.known) == (0, 0, 6)
        assert dict(rows("SELECT state, count(*) FROM benefits_line GROUP BY 1")) == {
            "paid": 5,
            "returned": 1,
        }
        funds.finish(batch=made, by=TREASURER, at=hours(24 * 14))
        assert rows("SELECT kind, count(*), sum(fen) FROM benefits_transfer GROUP BY 1 ORDER BY 1") == [
            ("appropriate", 1, 60_000),
            ("give_back", 1, 10_000),
            ("owed", 6, 60_000),
            ("paid", 5, 50_000),
            ("returned", 1, 10_000),
            ("sent", 1, 60_000),
            ("unpaid", 1, 10_000),
        ]
    assert state_of(made) == "finished"


def test_a_known_death_stops_the_money_and_a_late_one_becomes_a_recovery(tmp_path):
    district = District()
    early, late, well = district.add(3)
    made = to_cleared()
    with batch("test", SYSTEM):
        tell_death(early, date(2026, 8, 20), hours(24 * 13))
    with batch("test", RELEASER):
        done = release.release(batch=made, by=RELEASER, at=hours(24 * 13 + 1))
    assert (done.rows, done.stopped) == (2, 1)
    answer = at_bank(tmp_path, done.file)
    with batch("test", SYSTEM):
        returns.book_return(body=answer, by=SYSTEM, at=hours(24 * 14))
        told = tell_death(late, date(2026, 8, 30), hours(24 * 15))
    with batch("test", SYSTEM):
        assert vital.settle_vital(persons=[late], by=SYSTEM, at=hours(24 * 15))["recoveries"] == 1
        assert vital.settle_vital(persons=[late], by=SYSTEM, at=hours(24 * 15))["recoveries"] == 0
    with batch("test", SYSTEM):
        take_back(told, late, date(2026, 8, 30), hours(24 * 16))
        assert vital.settle_vital(persons=[late, early, well], by=SYSTEM, at=hours(24 * 16))["reversed"] == 1
        assert rows("SELECT state, count(*) FROM benefits_recovery GROUP BY 1") == [("reversed", 1)]


def test_a_number_that_is_none_does_not_stop_a_release():
    """A person joined by linkage may have a sealed text in place of a number; the bank decides about the row."""
    district = District()
    (_whole, nameless) = district.add(2)
    with batch("test", SYSTEM):
        run("UPDATE people_record SET id_arrival = NULL, id_blind = NULL WHERE person = %s", [nameless])
    made = to_cleared()
    with batch("test", SYSTEM):
        done = release.release(batch=made, by=SYSTEM, at=hours(24 * 13))
    assert done.rows == 2
