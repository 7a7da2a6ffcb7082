"""A small community for tests of visiting care: persons with the facts that the rule reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from yinling.base.api import CHINA, batch, connection, load_areas
from yinling.base.contracts import SYSTEM, Actor

DISTRICT = "530199000000"
COMMUNITY = "530199001001"
OTHER = "530199002001"
START = datetime(2026, 11, 2, 9, 0, tzinfo=CHINA)
CLERK = Actor(UUID(int=31), "杨社区", "village")
VISITOR = Actor(UUID(int=32), "袁网格", "visitor")


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def days(count: float) -> datetime:
    return START + timedelta(days=count)


def places() -> None:
    load_areas(
        [
            ("530000", "云南省", None, None),
            ("530100", "昆明市", None, None),
            (DISTRICT, "银龄示范区", None, None),
            ("530199001000", "青禾街道", None, None),
            (COMMUNITY, "一社区", 102.75, 25.02),
            ("530199002000", "云溪街道", None, None),
            (OTHER, "东风社区", 102.80, 25.05),
        ]
    )


def add(
    name: str = "张老",
    *,
    age: int = 85,
    area: str = COMMUNITY,
    household: str = "",
    ability: str | None = None,
    disability: int | None = None,
    special: bool | None = None,
    dibao: str | None = None,
    died_on: date | None = None,
) -> UUID:
    """One person's record as the projection writes it; born in January, so that the age holds all year."""
    uid = uuid4()
    with batch("test.people", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_person (uid, linked, hukou_area, live_area, first_arrival, made_at)
               VALUES (%s, true, %s, %s, %s, now())""",
            [uid, area, area, uuid4()],
        )
        cursor.execute(
            """INSERT INTO people_record (person, name, given, pinyin, initials, sex, born_on, ethnicity, hukou_area, live_area,
                 hukou_address, live_address, household, relation, linked, id_masked, phone_masked, account_masked, bank, life,
                 sources, doubts, rebuilt_at, ability_result, disability_grade, special_family, dibao_class, died_on)
               VALUES (%s, %s, '', '', '', '2', %s, '', %s, %s, '', %s, %s, '', true, '', '154****0001', '', '', 'alive', 1, 0,
                 now(), %s, %s, %s, %s, %s)""",
            [uid, name, date(2026 - age, 1, 1), area, area, f"青禾路{len(name)}号", household or str(uid), ability,
             disability, special, dibao, died_on],
        )  # fmt: skip
    return uid
