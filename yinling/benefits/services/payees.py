"""更正账户: an account that the bank could not pay is replaced by two persons, and the returned lines go again."""

from datetime import datetime
from uuid import UUID, uuid4

from yinling.base.api import blind, record, seal
from yinling.base.contracts import Actor, Event, Refusal, luhn_ok
from yinling.benefits.models import Payee
from yinling.benefits.queries.sql import rows, run
from yinling.benefits.rules.terms import asked_items

ACCOUNT_DIGITS = range(12, 24)


class BadAccount(Refusal):
    code = "benefits_bad_account"
    status = 422
    zh = "账号须为 12 至 23 位数字，且校验位正确。"
    en = "An account has 12 to 23 digits and a right check digit."


class NoSuchPerson(Refusal):
    code = "benefits_no_such_person"
    status = 404
    zh = "没有这个人的发放记录，或不在您的管辖范围内。"
    en = "There is no payment of this person within your area."


class NothingToConfirm(Refusal):
    code = "benefits_nothing_to_confirm"
    status = 404
    zh = "没有待确认的账户更正。"
    en = "There is no account change to confirm."


class SecondPerson(Refusal):
    code = "benefits_second_person"
    status = 403
    zh = "账户更正须由另一人确认。"
    en = "Another person must confirm the change of an account."


def propose_payee(*, person: UUID, account: str, bank: str, reason: str, by: Actor, at: datetime) -> UUID:
    """Write down a corrected account; it pays nobody until another person has confirmed it."""
    digits = account.replace(" ", "")
    if (
        not digits.isascii()
        or not digits.isdigit()
        or len(digits) not in ACCOUNT_DIGITS
        or not luhn_ok(digits)
    ):
        raise BadAccount(field="account")
    if by.account is None:
        raise SecondPerson
    areas = rows(
        "SELECT hukou_area, live_area FROM benefits_line WHERE person = %s ORDER BY changed_at DESC LIMIT 1",
        [person],
    )
    if not areas:
        raise NoSuchPerson
    Payee.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)
    uid = uuid4()
    Payee.objects.create(
        uid=uid,
        person=person,
        hukou_area=areas[0][0],
        live_area=areas[0][1],
        bank=bank[:60],
        account=seal("account", digits, f"benefits_payee:{uid}"),
        account_index=blind("account", digits),
        tail=digits[-4:],
        reason=reason[:200],
        proposed_by=by.account,
        proposed_name=by.name[:60],
        proposed_at=at,
    )
    record(Event("benefits.payee_proposed", "person", str(person), areas[0][0], {"payee": str(uid)}))
    return uid


def confirm_payee(*, payee: UUID, by: Actor, at: datetime) -> int:
    """The second person confirms; lines that waited for an account take it. How many that were."""
    row = (
        Payee.objects.select_for_update()
        .filter(uid=payee, ended_at__isnull=True, confirmed_at__isnull=True)
        .first()
    )
    if row is None:
        raise NothingToConfirm
    if by.account is None or by.account == row.proposed_by:
        raise SecondPerson
    row.confirmed_by, row.confirmed_name, row.confirmed_at = by.account, by.name[:60], at
    row.save(update_fields=["confirmed_by", "confirmed_name", "confirmed_at"])
    moved = run(
        """UPDATE benefits_line SET payee_index = %(index)s, payee_tail = %(tail)s, changed_at = %(at)s,
             state = CASE WHEN state = 'returned' THEN state
               WHEN item = ANY(%(asked)s) AND NOT EXISTS (
                 SELECT 1 FROM benefits_consent c WHERE c.person = %(person)s AND c.item = benefits_line.item
                 AND c.ended_at IS NULL AND c.agreed) THEN 'awaiting'
               ELSE 'proposed' END,
             block = CASE WHEN state = 'blocked' THEN '' ELSE block END
           WHERE person = %(person)s AND (state = 'returned'
             OR state = 'blocked' AND block IN ('bad_account', 'no_account') AND batch_id IS NULL)""",
        {
            "index": bytes(row.account_index),
            "tail": row.tail,
            "at": at,
            "person": row.person,
            "asked": asked_items(),
        },
    )
    record(
        Event(
            "benefits.payee_confirmed",
            "person",
            str(row.person),
            row.hukou_area,
            {"payee": str(payee), "lines": moved},
        )
    )
    return moved
