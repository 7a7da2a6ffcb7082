# ruff: noqa: E501 - tables of cases read better with one case on a line
"""Laws of linkage: parts add up to the whole, any merge undone leaves nothing behind, a killed run leaves all or nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from yinling.base.api import batch, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.people import testing as t
from yinling.people.models import Merge
from yinling.people.services import relinking, reviewing

from .test_linking import LATER, MISTYPED, dump, low, pairs, people, rows, settle

pytestmark = pytest.mark.usefixtures("places")


def seen_pairs() -> list[tuple[Any, ...]]:
    """Open pairs by what their two records say, so that two runs can be compared."""
    return rows(
        """SELECT least(a.said, b.said), greatest(a.said, b.said), p.score, p.verdict FROM people_pair p
        JOIN people_said a ON a.uid = p."left" JOIN people_said b ON b.uid = p."right" WHERE p.state = 'open' ORDER BY 1, 2, 3""".replace(
            "people_said",
            "(SELECT t.arrival AS uid, t.data->>'name' || t.row AS said FROM people_statement t UNION ALL SELECT r.person, r.name || r.household FROM people_record r)",
        )
    )


def district(dice: random.Random) -> list[dict[str, str]]:
    """A few homes in which names, telephones and birth dates resemble each other, many numbers missing or mistyped."""
    made = []
    for place in range(14):
        born = date(1944, 7, 1 + dice.randrange(3))
        number = t.make_id(born, 2 * place + 2)
        shown = dice.choice([number, "", number[:16] + str((int(number[16]) + 1) % 10) + number[17]])
        home = dice.randrange(5)
        made.append(t.person_row(shown, dice.choice(["王秀英", "王秀瑛", "王秀兰", "李秀英"]), 性别="女", 出生日期=born.isoformat(), 户号=f"H{place}",
                                 户籍地址=f"青禾街道一社区{home}号", 现住地址=f"青禾街道一社区{home}号", 联系电话=f"1540000000{home}"))  # fmt: skip
    return made


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_parts_add_up_to_a_run_over_everybody(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files in any order and any slices: the pairs are those of one run over everybody."""
    monkeypatch.setattr(relinking, "join_decided", lambda at: 0)
    dice = random.Random(seed)
    people_rows = district(dice)
    for number in range(3):
        part = people_rows[number * 5 : number * 5 + 5]
        t.deliver(
            "population",
            t.population_csv(part),
            at=t.AT + timedelta(days=number),
            as_of=t.AS_OF + timedelta(days=number),
            mode=t.Mode.DELTA,
        )
        low(
            dice.choice(["王秀英", "王秀兰"]),
            dice.choice(["", MISTYPED]),
            at=t.AT + timedelta(days=number, hours=1),
        )
        parts = seen_pairs()
        with batch("test", SYSTEM):
            relinking.relink_everyone(LATER, apply=False)
        assert seen_pairs() == parts
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM people_pair")
    with batch("test", SYSTEM):
        relinking.relink_everyone(LATER, apply=False)
    assert seen_pairs() == parts
    assert parts


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_any_merges_undone_in_any_order_leave_everything_as_it_was(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relinking, "join_decided", lambda at: 0)
    dice = random.Random(seed)
    people(*district(dice))
    low("王秀英", "")
    before, done = dump(), []
    chosen = dice.sample(pairs(), min(5, len(pairs())))
    with unit(Scope(area_range(t.DISTRICT)), SYSTEM):
        taken: set[UUID] = set()
        for pair in chosen:
            if not {pair.left, pair.right} & taken:
                reviewing.answer_pair(uid=pair.uid, answer="same", at=t.AT)
                taken |= {pair.left, pair.right}
                done.append(pair.uid)
    settle()
    assert done
    assert dump() != before
    with batch("test", SYSTEM):
        merges = list(Merge.objects.values_list("uid", flat=True))
    dice.shuffle(merges)
    for merge in merges:
        with unit(Scope(area_range(t.DISTRICT)), SYSTEM):
            reviewing.undo_merge(uid=merge, reason="不是同一人", at=t.AT)
        settle()
    assert dump() == before


@pytest.mark.slow
def test_a_killed_run_joins_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`yinling link` killed at random moments: either every sure pair is joined or none is, and the last run ends the work."""
    monkeypatch.setattr(relinking, "join_decided", lambda at: 0)
    made = [
        t.person_row(
            t.make_id(date(1940, 1, 1) + timedelta(days=place), 2),
            f"王秀{'英兰珍芳梅'[place % 5]}",
            户号=f"H{place}",
            联系电话=f"154{place:08d}",
        )
        for place in range(120)
    ]
    people(*made, *({**row, "公民身份号码": "", "户号": "X" + row["户号"]} for row in made[:40]))
    monkeypatch.undo()
    wanted = sum(pair.verdict == "join" for pair in pairs())
    assert wanted > 10
    dice = random.Random(4)
    for kill in (*(dice.uniform(1.5, 6) for _ in range(3)), None):
        running = subprocess.Popen([sys.executable, "-m", "yinling.config.manage", "link"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "YINLING_PROCESS": "cli", "YINLING_NOW": LATER.isoformat(), "PYTHONPATH": str(Path.cwd())})  # fmt: skip
        try:
            running.wait(kill)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
        ((aliases, merges, settled),) = (
            rows("""SELECT (SELECT count(*) FROM people_person WHERE alias_of IS NOT NULL),
            (SELECT count(*) FROM people_merge WHERE state = 'applied'), (SELECT count(*) FROM people_pair WHERE state = 'joined')""")
        )
        assert aliases == merges == settled
        assert aliases in (0, wanted)
    assert aliases == wanted
