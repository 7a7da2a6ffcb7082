"""For tests of this and higher rooms: assessors, forms with answers of a wished level, and a person assessed in one go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import batch, unit
from yinling.base.contracts import SYSTEM, Actor, Scope, area_range
from yinling.base.testing import a_jpeg, a_png

from . import scales, services
from .contracts import Findings, Outcome, Photo, Reason, ScaleKey, Submission

DISTRICT = "530199000000"
TOTAL_OF_LEVEL = {0: 90, 1: 80, 2: 55, 3: 40, 4: 20}


def answers_of(total: int, key: ScaleKey = ScaleKey.GBT42195) -> dict[str, int]:
    """Answers that sum up to a total."""
    left, answers = total, {}
    for item in scales.scale(key).items:
        answers[item.key] = max((one for one in item.scores if one <= left), default=min(item.scores))
        left -= answers[item.key]
    return answers


def a_form(at: datetime, *, level: int = 2, **changes: Any) -> Submission:
    """A whole form; `changes` replace its fields."""
    values: dict[str, Any] = {
        "form_id": uuid4(), "answers": answers_of(TOTAL_OF_LEVEL[level]), "findings": Findings(), "visited_at": at,
        "place": "家中", "informant": "李女士", "informant_relation": "女儿", "second_assessor": None,
    }  # fmt: skip
    return Submission(**(values | changes))


def files() -> list[Photo]:
    """A photo and the two signatures."""
    return [
        Photo("photo", "床旁.jpg", a_jpeg()),
        Photo("signature_assessor", "a.png", a_png()),
        Photo("signature_informant", "b.png", a_png(2, 2)),
    ]


@contextmanager
def hand(account: UUID, role: str, area: str = DISTRICT) -> Iterator[None]:
    """A unit of work of one account in a role."""
    with unit(Scope(area_range(area)), Actor(account, "测试", role)):
        yield


def an_assessor(
    account: UUID | None = None, *, until: date | None = None, org: str = "银龄评估中心", area: str = DISTRICT
) -> UUID:
    """An account with a certificate that is valid today; the account's uid."""
    account = account or uuid4()
    with batch("test", SYSTEM):
        services.keep_assessor(
            account=account, name=f"评估员{str(account)[:4]}", org=org, area=area, certificate="PG-0001",
            qualified_from=date(2020, 1, 1), qualified_to=until or date(2035, 12, 31), medical=True,
            at=datetime.now().astimezone(),
        )  # fmt: skip
    return account


def asked(person: UUID, at: datetime, *, key: str = "", reason: Reason = Reason.FIRST) -> UUID:
    """An assessment asked for."""
    with batch("test", SYSTEM):
        return services.ask(person=person, reason=reason, key=key or uuid4().hex, at=at)


def sent(assessment: UUID, assessor: UUID, at: datetime, **form: Any) -> Outcome:
    """A form sent by an assessor of the district."""
    with hand(assessor, "assessor"):
        return services.submit(assessment=assessment, form=a_form(at, **form), files=files(), at=at)


def assessed(person: UUID, level: int, at: datetime, *, assessor: UUID | None = None) -> UUID:
    """A person assessed and confirmed by the district's reviewer; the result."""
    uid = asked(person, at - timedelta(hours=1))
    sent(uid, assessor or an_assessor(), at, level=level)
    with hand(uuid4(), "district"):
        found = services.confirm(assessment=uid, at=at)
    assert found is not None
    return found
