"""Splink as the peer that linkage is measured against; the only module that knows it, and nothing at run time needs it.

Install with `pip install -r requirements/linkage.txt`. Comparisons are tuned as a user who knows Splink would tune them.
"""

from __future__ import annotations

import pyarrow as pa

THRESHOLD = 0.9
SAMPLED_PAIRS = 2e6


def available() -> bool:
    """Whether Splink is installed."""
    try:
        import splink  # noqa: F401
    except ImportError:
        return False
    return True


def linked(left: pa.Table, right: pa.Table, memory: str = "6GB") -> pa.Table:
    """Pairs above the threshold, the best partner of each record only: left, right, verdict."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink import comparison_library as cl

    connection = duckdb.connect(config={"memory_limit": memory, "threads": "2"})
    api = DuckDBAPI(connection=connection)
    frames = [api.register(_plain(connection, side, table), dataset_display_name=side)
              for side, table in (("l", left), ("r", right))]  # fmt: skip
    settings = SettingsCreator(
        link_type="link_only", unique_id_column_name="uid", retain_intermediate_calculation_columns=False,
        comparisons=[
            cl.NameComparison("name").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("idno", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("phone", [1]),
            cl.ExactMatch("sex"), cl.LevenshteinAtThresholds("address", [2]), cl.ExactMatch("area"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("idno"), block_on("name", "birth"), block_on("phone"), block_on("birth", "area"), block_on("name", "area"),
        ],
    )  # fmt: skip
    linker = Linker(frames, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("idno"), block_on("name", "birth")], recall=0.9
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS)
    for rule in (block_on("idno"), block_on("name", "birth"), block_on("phone")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=THRESHOLD)
    query = f"""SELECT uid_l AS "left", uid_r AS "right", 'join' AS verdict FROM {found.physical_name}
        QUALIFY row_number() OVER (PARTITION BY uid_l ORDER BY match_weight DESC) = 1
            AND row_number() OVER (PARTITION BY uid_r ORDER BY match_weight DESC) = 1"""
    return connection.sql(query).to_arrow_table()


def _plain(connection: object, side: str, table: pa.Table) -> object:
    connection.register(f"{side}_raw", table)  # type: ignore[attr-defined]
    return connection.sql(  # type: ignore[attr-defined]
        f"""SELECT uid, name, sex, strftime(born, '%Y%m%d') AS birth, idno, phone, address, area FROM {side}_raw"""
    )
