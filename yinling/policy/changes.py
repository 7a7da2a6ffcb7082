"""The set-based difference between a month's verdicts and what is stored, as SQL.

An open interval holds until the latest month determined. Where the determined month is that month or a later one, an
interval that no longer holds ends the month before and a new open one begins. Where an earlier month is determined
again, the old interval is superseded and cut: what came before and after the month is kept as it was."""

from __future__ import annotations

from collections.abc import Sequence

STAGING, CHANGED = "policy_arriving", "policy_changed"
COPIED = "person, hukou_area, live_area, item, verdict, amount_fen, reason, facts_digest, version, run"


def staging_table(keys: Sequence[str]) -> str:
    """A table of this transaction only, one row per person with every item's verdict."""
    items = ", ".join(f"{key}_verdict smallint, {key}_fen bigint, {key}_reason smallint" for key in keys)
    return (
        f'CREATE TEMP TABLE {STAGING} (person uuid, hukou_area text COLLATE "C", live_area text COLLATE "C",'
        f" facts_digest uuid, {items}) ON COMMIT DROP"
    )


def stored_among(among: str) -> str:
    """How many of a table's persons have results stored for the month."""
    return f"""SELECT count(DISTINCT person) FROM policy_verdict
        WHERE superseded_by IS NULL AND from_month <= %(month)s AND (to_month IS NULL OR to_month >= %(month)s)
          AND version IN (SELECT uid FROM policy_version WHERE jurisdiction = %(jurisdiction)s)
          AND person IN (SELECT person FROM {among})"""


def difference(keys: Sequence[str], *, among: str = "") -> str:
    """Persons and items whose verdict, sum, reason, version or area is not what is stored for the month.

    `among` is a table of the persons who were decided; empty when that was everybody."""
    only = f"AND person IN (SELECT person FROM {among})" if among else ""
    values = ", ".join(f"('{key}', {key}_verdict, {key}_fen, {key}_reason)" for key in keys)
    return f"""
CREATE TEMP TABLE {CHANGED} ON COMMIT DROP AS
SELECT a.person, a.hukou_area, a.live_area, a.item, a.verdict, a.amount_fen, a.reason, a.facts_digest,
       r.id AS old, r.from_month AS old_from, r.to_month AS old_to, r.item AS old_item, r.verdict AS old_verdict,
       r.amount_fen AS old_fen
FROM (SELECT person, hukou_area, live_area, facts_digest, x.* FROM {STAGING},
        LATERAL (VALUES {values}) AS x (item, verdict, amount_fen, reason)) AS a
FULL JOIN (SELECT * FROM policy_verdict
           WHERE superseded_by IS NULL AND from_month <= %(month)s AND (to_month IS NULL OR to_month >= %(month)s)
             AND version IN (SELECT uid FROM policy_version WHERE jurisdiction = %(jurisdiction)s) {only}) AS r
  ON a.person = r.person AND a.item = r.item
WHERE (a.verdict, a.amount_fen, a.reason, a.hukou_area, a.live_area)
        IS DISTINCT FROM (r.verdict, r.amount_fen, r.reason, r.hukou_area::text, r.live_area::text)
   OR r.version IS DISTINCT FROM %(version)s
"""


# How many more or fewer there are of each verdict, and how much more is due, for every item that changed.
SHIFTS = f"""
SELECT item, sum(n) FILTER (WHERE verdict = 1), sum(n) FILTER (WHERE verdict = 0), sum(n) FILTER (WHERE verdict = -1), sum(fen)
FROM (SELECT item, verdict, 1 AS n, amount_fen AS fen FROM {CHANGED} WHERE item IS NOT NULL
      UNION ALL SELECT old_item, old_verdict, -1, -old_fen FROM {CHANGED} WHERE old_item IS NOT NULL) AS both_sides
GROUP BY item
"""


ENDS = "c.old_from < %(month)s AND c.old_to IS NULL AND %(month)s >= %(latest)s"

STATEMENTS = (
    # an open interval that held until now ends the month before
    f"""UPDATE policy_verdict AS v SET to_month = %(before)s FROM {CHANGED} AS c WHERE v.id = c.old AND {ENDS}""",
    # any other interval is superseded …
    f"""UPDATE policy_verdict AS v SET superseded_by = %(run)s FROM {CHANGED} AS c
        WHERE v.id = c.old AND NOT ({ENDS})""",
    # … and kept for the months before the one determined …
    f"""INSERT INTO policy_verdict ({COPIED}, from_month, to_month)
        SELECT {", ".join("v." + name.strip() for name in COPIED.split(","))}, c.old_from, %(before)s
        FROM {CHANGED} AS c JOIN policy_verdict AS v ON v.id = c.old
        WHERE c.old_from < %(month)s AND NOT ({ENDS})""",
    # … and after it
    f"""INSERT INTO policy_verdict ({COPIED}, from_month, to_month)
        SELECT {", ".join("v." + name.strip() for name in COPIED.split(","))}, %(after)s, c.old_to
        FROM {CHANGED} AS c JOIN policy_verdict AS v ON v.id = c.old
        WHERE c.old_to > %(month)s OR (c.old_to IS NULL AND %(month)s < %(latest)s)""",
    f"""INSERT INTO policy_verdict ({COPIED}, from_month, to_month)
        SELECT person, hukou_area, live_area, item, verdict, amount_fen, reason, facts_digest, %(version)s, %(run)s,
               %(month)s, CASE WHEN %(month)s < %(latest)s THEN %(month)s END
        FROM {CHANGED} WHERE item IS NOT NULL ORDER BY person""",
)

# The look ahead: what holds now beside the results of the months ahead.

OUTLOOK_STAGING, OUTLOOK_ARRIVING = "policy_ahead_arriving", "policy_ahead_kinds"
OUTLOOK_COLUMNS = "person, hukou_area, live_area, item, kind, month, was, was_fen, becomes, becomes_fen, fact"


def outlook_staging(months: int) -> str:
    """A table of this transaction only, one row a person and item that is not plainly refused in every month ahead."""
    results = ", ".join(f"v{k} smallint, f{k} bigint" for k in range(1, months + 1))
    return (
        f'CREATE TEMP TABLE {OUTLOOK_STAGING} (person uuid, hukou_area text COLLATE "C", live_area text COLLATE "C",'
        f' item text COLLATE "C", {results}, fact text, fact_fen bigint) ON COMMIT DROP'
    )


def outlook_arriving(months: int) -> str:
    """Which of them differ from what holds now, from which month on, and who is unknown for one fact only."""
    steps = range(1, months + 1)
    results = ", ".join(f"coalesce(a.v{k}, 0) AS v{k}, coalesce(a.f{k}, 0) AS f{k}" for k in steps)
    differs = [f"(v{k}, f{k}) <> (was, was_fen)" for k in steps]
    arms = {
        name: " ".join(f"WHEN {differs[k - 1]} THEN {value.format(k=k)}" for k in steps)
        for name, value in (("month", "%(m{k})s"), ("becomes", "v{k}"), ("becomes_fen", "f{k}"))
    }
    return f"""
CREATE TEMP TABLE {OUTLOOK_ARRIVING} ON COMMIT DROP AS
WITH holds AS (
  SELECT person, hukou_area::text AS hukou_area, live_area::text AS live_area, item, verdict, amount_fen FROM policy_verdict
  WHERE superseded_by IS NULL AND verdict <> 0 AND from_month <= %(held_in)s AND (to_month IS NULL OR to_month >= %(held_in)s)
    AND version IN (SELECT uid FROM policy_version WHERE jurisdiction = %(jurisdiction)s)),
side AS (
  SELECT coalesce(a.person, h.person) AS person, coalesce(a.hukou_area, h.hukou_area) AS hukou_area,
         coalesce(a.live_area, h.live_area) AS live_area, coalesce(a.item, h.item) AS item,
         coalesce(h.verdict, 0) AS was, coalesce(h.amount_fen, 0) AS was_fen, {results},
         coalesce(a.fact, '') AS fact, coalesce(a.fact_fen, 0) AS fact_fen
  FROM {OUTLOOK_STAGING} AS a FULL JOIN holds AS h ON h.person = a.person AND h.item = a.item),
first AS (
  SELECT *, CASE {arms["month"]} END AS month, CASE {arms["becomes"]} END AS becomes,
         CASE {arms["becomes_fen"]} END AS becomes_fen
  FROM side)
SELECT person, hukou_area, live_area, item,
       CASE WHEN becomes = 1 AND was <> 1 THEN 'new' WHEN was = 1 AND becomes = 0 THEN 'lost'
            WHEN becomes = 1 AND was = 1 THEN 'amount' ELSE 'other' END AS kind,
       month, was::smallint, was_fen, becomes::smallint, becomes_fen, ''::text AS fact
FROM first WHERE month IS NOT NULL
UNION ALL
SELECT person, hukou_area, live_area, item, 'one_fact', %(m0)s, was::smallint, was_fen, 1::smallint, fact_fen, fact
FROM side WHERE was = -1 AND fact <> ''
"""


_SAME = " AND ".join(
    f"a.{name} = o.{name}"
    for name in ("person", "item", "kind", "month", "was", "was_fen", "becomes", "becomes_fen", "fact")
) + "".join(f" AND a.{name} IS NOT DISTINCT FROM o.{name}::text" for name in ("hukou_area", "live_area"))
OUTLOOK_STATEMENTS = (
    f"""DELETE FROM policy_outlook AS o WHERE o.jurisdiction = %(jurisdiction)s
        AND NOT EXISTS (SELECT FROM {OUTLOOK_ARRIVING} AS a WHERE {_SAME})""",
    f"""INSERT INTO policy_outlook (jurisdiction, since, {OUTLOOK_COLUMNS})
        SELECT %(jurisdiction)s, %(today)s, {OUTLOOK_COLUMNS} FROM {OUTLOOK_ARRIVING} AS a
        WHERE NOT EXISTS (SELECT FROM policy_outlook AS o WHERE o.jurisdiction = %(jurisdiction)s
                          AND o.person = a.person AND o.item = a.item AND o.kind = a.kind)
        ORDER BY hukou_area, person""",
)
