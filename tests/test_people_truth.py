"""The facts that policies read, graded against the truth behind the demo's dirty files (which grades our own generator)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from yinling.base.api import CHINA, batch, blind, connection, copy_arrow, facts, load_areas
from yinling.base.contracts import SYSTEM, Month
from yinling.people.api import Mode, apply_delivery, receive_delivery
from yinling.portal.demo import Manifest, areas, generate

PERSONS = 2_500
ELSEWHERE = {"homes", "centres", "staff"}
GRADED = (
    "dibao_class", "tekun", "disability_kind", "disability_grade", "disability_multiple", "ability_result", "special_family",
    "disability_life_subsidy_fen", "disability_care_subsidy_fen", "work_injury_care", "hero_care", "returnee_care",
    "welfare_home_subsidy", "in_custody",
)  # fmt: skip
AGREEMENT_MIN = 0.999


def take_in(manifest: Manifest) -> datetime:
    """Every register of every month in the order of the manifest; the moment of the last."""
    at = datetime.min.replace(tzinfo=CHINA)
    for row in manifest.files:
        if row["register"] in ELSEWHERE or row["month"] not in manifest.months:
            continue
        as_of = date.fromisoformat(row["as_of"])
        at = datetime(as_of.year, as_of.month, as_of.day, 9, tzinfo=CHINA) + timedelta(days=1)
        with batch("test", SYSTEM):
            received = receive_delivery(
                register=row["register"], file_name=row["path"], pieces=[(manifest.folder / row["path"]).read_bytes()],
                sender=row["sender"], as_of=as_of, area="530199", at=at, mode=Mode(row["mode"]), areas=row["areas"],
            )  # fmt: skip
        outcome = apply_delivery(uid=received.uid, by=SYSTEM, at=at)
        assert (outcome.state, outcome.refused) == ("applied", 0), row["path"]
        assert outcome.rows == row["rows"], row["path"]
    return at


def known(month: Month, at: datetime) -> dict[str, dict[str, Any]]:
    with batch("test", SYSTEM):
        table = copy_arrow(facts.get("person").sql, {"month_first": month.first_day, "known_at": at})
    return {row["person"]: row for row in table.to_pylist()}


def uids(manifest: Manifest) -> dict[int, str]:
    """The truth's persons by our uid, through the blind index of their true number."""
    people = pq.read_table(manifest.folder / "truth" / "persons.parquet").to_pylist()
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT blind, person FROM people_identity")
        by_blind = {bytes(key): str(uid) for key, uid in cursor.fetchall()}
    return {row["person"]: by_blind.get(blind("id", row["id"]), "") for row in people}


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_facts_agree_with_the_truth_behind_dirty_files(tmp_path: Path) -> None:
    load_areas(
        [
            ("530000", "云南省", None, None),
            ("530100", "昆明市", None, None),
            *((one.code, one.name, one.longitude, one.latitude) for one in areas()),
        ]
    )
    manifest = generate(tmp_path, persons=PERSONS, as_of=date(2026, 11, 21))
    at = take_in(manifest)
    last = Month.parse(manifest.months[-1])
    have, who = known(last.next(), at), uids(manifest)
    truth = [row for row in pq.read_table(manifest.folder / "truth" / "verdict_inputs.parquet").to_pylist()
             if row["month"] == last.text and who[row["person"]] in have]  # fmt: skip
    assert len(truth) > PERSONS * 0.99
    for name in GRADED:
        said = [(have[who[row["person"]]][name], row[name]) for row in truth]
        wrong = [pair for pair in said if pair[0] is not None and pair[0] != pair[1]]
        assert len(wrong) <= len(said) * (1 - AGREEMENT_MIN), (name, wrong[:5])
        assert sum(1 for mine, _ in said if mine is None) <= len(said) * 0.02, name
    assert all(have[who[row["person"]]]["born_on"] == row["born_on"] for row in truth)
