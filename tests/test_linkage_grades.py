"""Linkage graded on public truth: FEBRL 1 and 3, and historical persons. Weights are learnt without the truth; the threshold
of each set was chosen with it, as the peer's best threshold was.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from yinling.people.linkage import clusters, engine, weights

DATA = Path(__file__).parent / "data" / "linkage"
FEBRL_F1, HISTORICAL_F1, PEER_HISTORICAL_F1 = 0.9996, 0.90, 0.8725


def febrl(number: int) -> tuple[pa.Table, np.ndarray]:
    options = pcsv.ConvertOptions(strings_can_be_null=True, null_values=["", " "], column_types=dict.fromkeys(
        ("postcode", "date_of_birth", "soc_sec_id", "street_number"), pa.string()))  # fmt: skip
    table = pcsv.read_csv(DATA / f"febrl{number}.csv.gz", convert_options=options)
    table = pa.table(
        {
            ("uid" if name == "rec_id" else name): pc.utf8_trim_whitespace(table[name])
            for name in table.column_names
        }
    )
    return table, np.array([int(text.split("-")[1]) for text in table["uid"].to_pylist()])


def historical() -> tuple[pa.Table, np.ndarray]:
    table = pq.read_table(DATA / "historical.parquet")
    truth = np.unique(np.array(table["cluster"].to_pylist()), return_inverse=True)[1]
    return table.drop(["cluster"]).rename_columns({"unique_id": "uid"}), truth


def grade(rules: str, table: pa.Table, truth: np.ndarray) -> tuple[float, float, float]:
    chosen = weights.load(DATA / f"{rules}.toml")
    place = {uid: row for row, uid in enumerate(table["uid"].to_pylist())}
    pairs = engine.link(chosen, table, keep_apart=True)
    pairs = pairs.filter(pc.greater_equal(pairs["score"], chosen.join))
    left, right = (
        np.array([place[uid] for uid in pairs[side].to_pylist()], dtype=int) for side in ("left", "right")
    )
    return clusters.pair_grade(clusters.connected(len(place), left, right), truth)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 3])
def test_febrl_is_not_below_its_peer(number: int) -> None:
    precision, recall, f1 = grade("febrl", *febrl(number))
    assert f1 >= FEBRL_F1, (precision, recall, f1)


@pytest.mark.slow
def test_historical_persons_are_linked_better_than_by_the_peer() -> None:
    precision, recall, f1 = grade("historical", *historical())
    assert f1 > HISTORICAL_F1 > PEER_HISTORICAL_F1, (precision, recall, f1)
    assert precision > 0.95


def test_the_grade_counts_pairs() -> None:
    """Two true pairs, one found, one wrong: precision and recall one half each."""
    label = clusters.connected(4, np.array([0, 2]), np.array([1, 1]))
    assert label.tolist() == [0, 0, 0, 3]
    precision, recall, _ = clusters.pair_grade(label, np.array([7, 7, 8, 8]))
    assert (precision, recall) == (1 / 3, 1 / 2)
