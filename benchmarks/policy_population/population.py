"""A province of older people as a Parquet file, and the national list with made-up sums to measure with."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yinling.policy.contracts import Pack
from yinling.policy.packs import catalogue_beside, read_folder
from yinling.policy.text.assembling import assemble

ROOT = Path(__file__).resolve().parents[2]
MONTH = date(2026, 9, 1)
SEED = 20261121
BLOCK = 122_880 * 8
# Sums in fen, for measuring only: no place pays them.
SUMS = {
    "service_subsidy": 30_000, "dibao": 90_000, "care_subsidy": 40_000, "disability_life": 10_000, "disability_care": 11_000,
    "support_scattered": 160_000, "support_central": 180_000,
}  # fmt: skip
OLD_AGE = ((100, 80_000), (90, 50_000), (80, 10_000))
ORDER = (
    "employee_pension", "resident_pension", "health_management", "assessment", "old_age", "service_subsidy", "home_adaptation",
    "dibao", "care_subsidy", "family_support", "disability_care", "disability_life", "support_scattered", "support_central",
    "visits", "priority_contribution", "priority_special_family", "relief_vagrant",
)  # fmt: skip


def pack() -> Pack:
    """The national list, its sums left to the places replaced by those above."""
    folder = ROOT / "policies" / "000000"
    texts = read_folder(folder)
    for key, fen in SUMS.items():
        texts[f"{key}.toml"] = re.sub(
            r'\nlocal = "[^"]*"', f'\nyuan = "{fen // 100}.00"', texts[f"{key}.toml"]
        )
    head, tier = texts["old_age.toml"].split("\n[[tier]]")
    row = tier.split("[[tier.amount]]")[1]
    for age, fen in OLD_AGE:
        amount = re.sub(r'\nlocal = "[^"]*"', f'\nyuan = "{fen // 100}.00"', row)
        head += f'\n[[tier]]\nkey = "age{age}"\nwords = "{age}周岁及以上"\nwhen = "age >= {age}"\n\n[[tier.amount]]{amount}'
    texts["old_age.toml"] = head
    return assemble(texts, catalogue_beside(folder))


def approved(found: Pack) -> frozenset[str]:
    return frozenset(amount.row for amount in found.amounts())


def write(persons: int, file: Path) -> None:
    """The same persons for the same number, whoever asks; every fact is known, which suits the rules by hand."""
    with pq.ParquetWriter(file, block(0, 1).schema) as writer:
        for start in range(0, persons, BLOCK):
            writer.write_table(block(start, min(BLOCK, persons - start)), row_group_size=BLOCK // 8)


def changed(persons: int, share: float, file: Path) -> int:
    """A file of some of these persons with other facts, as a day's changes bring them; returns how many."""
    count = int(persons * share)
    pq.write_table(block(SEED, count), file)
    return count


def block(start: int, count: int) -> pa.Table:
    random = np.random.default_rng(SEED + start)

    def some(options: list[str], weights: list[float]) -> pa.Array:
        picked = random.choice(len(options), size=count, p=weights).astype(np.int8)
        return pa.DictionaryArray.from_arrays(pa.array(picked), pa.array(options))

    def flags(share: float) -> pa.Array:
        return pa.array(random.random(count, dtype=np.float32) < share)

    born = np.datetime64("2026-09-01") - (random.gamma(2.2, 3_600, count) + 20_500).astype("timedelta64[D]")
    none = 0.942
    kinds = ["无", "视力", "听力", "言语", "肢体", "智力", "精神"]
    return pa.table({
        "person": pa.array(np.arange(start, start + count)), "born_on": pa.array(born.astype("datetime64[D]")),
        "alive": flags(0.998), "hukou_local": flags(0.93), "resident_here": flags(0.95), "employee_pension": flags(0.45),
        "resident_pension_years": pa.array(random.integers(0, 31, count, dtype=np.int32)), "other_state_pension": flags(0.45),
        "dibao_class": some(["低保", "低收入", "低保边缘", "特困", "困难补助", "无"], [0.03, 0.01, 0.01, 0.007, 0.001, none]),
        "ability_result": some(["未评估", "轻度失能", "中度失能", "重度失能", "完全失能", "能力完好"],
                               [0.7, 0.08, 0.05, 0.03, 0.01, 0.13]),
        "family_carer": flags(0.3), "disability_kind": some(kinds, [0.93, 0.01, 0.012, 0.003, 0.035, 0.004, 0.006]),
        "disability_grade": pa.array(random.integers(1, 5, count, dtype=np.int32)), "tekun": flags(0.007),
        "support_form": some(["无", "分散供养", "集中供养"], [0.993, 0.005, 0.002]), "living_alone": flags(0.1),
        "empty_nest": flags(0.25), "left_behind": flags(0.05), "special_family": flags(0.008),
        "special_contribution": flags(0.0005), "preferential": flags(0.01), "vagrant": flags(0.0002),
    })  # fmt: skip
