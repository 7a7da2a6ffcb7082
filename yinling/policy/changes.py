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


def difference(keys: Sequence[str]) -> str:
    """Persons and items whose verdict, sum, reason, version or area is not what is stored for the month."""
    values = ", ".join(f"('{key}', {key}_verdict, {key}_fen, {key}_reason)" for key in keys)
    return f"""
CREATE TEMP TABLE {CHANGED} ON COMMIT DROP AS
SELECT a.person, a.hukou_area, a.live_area, a.item, a.verdict, a.amount_fen, a.reason, a.facts_digest,
       r.id AS old, r.from_month AS old_from, r.to_month AS old_to
FROM (SELECT person, hukou_area, live_area, facts_digest, x.* FROM {STAGING},
        LATERAL (VALUES {values}) AS x (item, verdict, amount_fen, reason)) AS a
FULL JOIN (SELECT * FROM policy_verdict
           WHERE superseded_by IS NULL AND from_month <= %(month)s AND (to_month IS NULL OR to_month >= %(month)s)
             AND version IN (SELECT uid FROM policy_version WHERE jurisdiction = %(jurisdiction)s)) AS r
  ON a.person = r.person AND a.item = r.item
WHERE (a.verdict, a.amount_fen, a.reason, a.hukou_area, a.live_area)
        IS DISTINCT FROM (r.verdict, r.amount_fen, r.reason, r.hukou_area::text, r.live_area::text)
   OR r.version IS DISTINCT FROM %(version)s
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
