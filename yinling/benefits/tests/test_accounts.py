"""Accounts: none, shared, returned; corrected by two persons, and never a way round the person's own answer."""

from __future__ import annotations

from datetime import date

import pytest

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM, Refusal
from yinling.benefits.queries.sql import one, rows, run
from yinling.benefits.services import (
    book_return,
    build_candidates,
    confirm_payee,
    finish,
    propose_payee,
    record_consent,
    reissue,
    releasing,
)
from yinling.benefits.services.payees import BadAccount, SecondPerson
from yinling.benefits.tests.support import (
    CHECKER,
    DISTRICT,
    MAKER,
    MONTH,
    RELEASER,
    TREASURER,
    District,
    account_number,
    hours,
)
from yinling.benefits.tests.test_chain import at_bank, to_cleared

pytestmark = pytest.mark.usefixtures("database")


def build(month=MONTH) -> None:
    with batch("test", SYSTEM):
        build_candidates(month=month, area=DISTRICT, by=SYSTEM, at=hours(0))


def state_of(person) -> tuple[str, str]:
    with batch("test", SYSTEM):
        return rows("SELECT state, block FROM benefits_line WHERE person = %s ORDER BY month DESC", [person])[
            0
        ]


def correct(person, number: int, *, confirmer=CHECKER) -> int:
    with batch("test", MAKER):
        payee = propose_payee(
            person=person,
            account=account_number(number),
            bank="示范银行",
            reason="换卡",
            by=MAKER,
            at=hours(400),
        )
    with batch("test", confirmer):
        return confirm_payee(payee=payee, by=confirmer, at=hours(401))


def test_without_an_account_nothing_is_proposed_and_an_account_does_not_replace_an_answer():
    district = District()
    (asked,) = district.add(1, account=False, agreed=False)
    (agreed,) = district.add(1, account=False)
    build()
    assert state_of(asked) == state_of(agreed) == ("blocked", "no_account")
    assert correct(asked, 501) == correct(agreed, 502) == 1
    assert state_of(asked) == ("awaiting", "")
    assert state_of(agreed) == ("proposed", "")
    build()
    assert state_of(asked) == ("awaiting", "")


def test_an_answer_does_not_replace_an_account():
    (person,) = District().add(1, account=False, agreed=False)
    build()
    for agreed in (False, True):
        with batch("test", SYSTEM):
            record_consent(
                person=person,
                item="old_age",
                agreed=agreed,
                via="x",
                on=date(2026, 9, 4),
                by=SYSTEM,
                at=hours(2),
            )
        build()
    assert state_of(person) == ("blocked", "no_account")


def test_two_persons_change_an_account_and_a_wrong_number_changes_nothing():
    (person,) = District().add(1, account=False)
    build()
    with pytest.raises(SecondPerson):
        correct(person, 501, confirmer=MAKER)
    with pytest.raises(BadAccount), batch("test", MAKER):
        propose_payee(
            person=person, account="9999990000000000001", bank="x", reason="x", by=MAKER, at=hours(1)
        )
    assert state_of(person) == ("blocked", "no_account")


def test_one_account_for_two_people_stops_both():
    first, second = District().add(2)
    with batch("test", SYSTEM):
        run("UPDATE people_record a SET account_blind = b.account_blind FROM people_record b"
            " WHERE a.person = %s AND b.person = %s",
            [first, second])  # fmt: skip
    build()
    assert state_of(first) == state_of(second) == ("blocked", "shared_account")


def returned(tmp_path):
    (person,) = District().add(1, ending="423")
    made = to_cleared()
    with batch("test", SYSTEM):
        file = releasing.release(batch=made, by=RELEASER, at=hours(24 * 13)).file
    answer = at_bank(tmp_path, file)
    with batch("test", SYSTEM):
        book_return(body=answer, by=SYSTEM, at=hours(24 * 14))
    return person, made


def test_a_returned_payment_goes_again_to_the_corrected_account_only(tmp_path):
    person, made = returned(tmp_path)
    with pytest.raises(Refusal, match="nothing_passed"), batch("test", RELEASER):
        reissue(batch=made, by=RELEASER, at=hours(24 * 15))
    with batch("test", MAKER):
        payee = propose_payee(
            person=person, account=account_number(777), bank="b", reason="r", by=MAKER, at=hours(24 * 15)
        )
    with batch("test", CHECKER):
        assert confirm_payee(payee=payee, by=CHECKER, at=hours(24 * 15)) == 1
    with batch("test", RELEASER):
        file = reissue(batch=made, by=RELEASER, at=hours(24 * 15)).file
    answer = at_bank(tmp_path, file)
    with batch("test", SYSTEM):
        assert book_return(body=answer, by=SYSTEM, at=hours(24 * 16)).paid == 1
        assert one("SELECT state FROM benefits_batch") == "finished"
        assert rows("SELECT attempt, payee_tail FROM benefits_file_row ORDER BY attempt")[1] == (
            2,
            account_number(777)[-4:],
        )
    build(MONTH.next())
    assert state_of(person) == ("proposed", "")


def test_what_could_not_be_paid_comes_up_as_waiting_for_an_account(tmp_path):
    person, made = returned(tmp_path)
    with batch("test", TREASURER):
        finish(batch=made, by=TREASURER, at=hours(24 * 16))
    build(MONTH.next())
    with batch("test", SYSTEM):
        assert rows("SELECT month, state, block FROM benefits_line WHERE state <> 'stopped' ORDER BY month") == [
            ("2026-09", "blocked", "bad_account"), ("2026-10", "blocked", "bad_account")]  # fmt: skip
    assert correct(person, 888) == 2
    assert state_of(person) == ("proposed", "")
