"""Pairs that wait for a clerk, side by side with what was found, and the merges about a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yinling.base.api import area_path, connection
from yinling.base.contracts import mask_address

from ..linkage.weights import MISSING, Comparison, Weights, residents
from .explaining import sender_of
from .reading import rows_of

WAITING = "p.state = 'open' AND p.verdict = 'ask'"
PAIR = """SELECT p.uid, p."left", p."right", p.loose, p.score, p.most, p.levels, p.weights, p.verdict, p.state, p.area,
  p.asked_at,
    p.due_at, p.answered_at, p.answered_by, p.note FROM people_pair p"""
# Both sides in one shape: a person by the record, a row by what it says.
PERSON = """
SELECT r.name, r.sex, r.born_on, r.id_masked, r.phone_masked, r.account_masked,
       coalesce(nullif(r.live_address, ''), r.hukou_address) AS address, r.household, r.hukou_area, r.life, r.linked, r.person,
       NULL AS register, NULL::date AS as_of, (SELECT array_agg(DISTINCT t.register::text) FROM people_statement t
         WHERE t.person = r.person AND t.ended_at IS NULL AND t.withdrawn_at IS NULL) AS registers
FROM people_record r WHERE r.person = %s
"""
ROW = """
SELECT t.data->>'name' AS name, coalesce(t.data->>'sex', '') AS sex, (t.data->>'born_on')::date AS born_on,
       coalesce(t.data->>'id_masked', '') AS id_masked, coalesce(t.data->>'phone_masked', '') AS phone_masked,
       coalesce(t.data->>'account_masked', '') AS account_masked,
       coalesce(t.data->>'live_address', t.data->>'hukou_address', '') AS address, coalesce(t.data->>'household', '')
         AS household,
       coalesce(t.data->>'community', t.data->>'street', '') AS place, t.hukou_area, '' AS life, false AS linked, t.person,
       t.register, t.as_of, ARRAY[t.register::text] AS registers
FROM people_statement t WHERE t.arrival = %s
"""
SHOWN = (("name", "name"), ("sex", "sex"), ("born", "born_on"), ("id", "id_masked"), ("phone", "phone_masked"),
         ("account", "account_masked"), ("address", "address"), ("household", "household"), ("area", "place"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing compared: both values, what was found, how much it weighs for (+) or against (-)."""

    comparison: Comparison
    left: str
    right: str
    level: int
    weight: float

    @property
    def found(self) -> str:
        return self.comparison.levels[self.level - 1].zh if self.level != MISSING else ""

    @property
    def found_en(self) -> str:
        return self.comparison.levels[self.level - 1].en if self.level != MISSING else ""

    @property
    def differs(self) -> bool:
        return self.level > 1


def count_pairs() -> int:
    """How many pairs wait within scope."""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM people_pair p WHERE {WAITING}")
        return int(cursor.fetchone()[0])


def waiting_pairs(limit: int, *, after: UUID | None = None) -> list[dict[str, Any]]:
    """The pairs due first, each with the name of its person."""
    return rows_of(
        f"""SELECT p.uid, p.score, p.due_at, p.area, p.loose, r.name FROM people_pair p
          JOIN people_record r ON r.person = p."right"
            WHERE {WAITING} AND p.uid <> %s ORDER BY p.due_at, p.score DESC, p.uid LIMIT %s""",
        [after or UUID(int=0), limit],
    )


def pair_of(uid: UUID) -> dict[str, Any] | None:
    """A pair with both sides, None outside scope."""
    found = rows_of(f"{PAIR} WHERE p.uid = %s", [uid], parsed=("levels",))
    if not found:
        return None
    pair = found[0]
    sides = rows_of(ROW if pair["loose"] else PERSON, [pair["left"]]), rows_of(PERSON, [pair["right"]])
    if not all(sides):
        return None
    pair["sides"] = [_placed(side[0]) for side in sides]
    pair["lines"] = _lines(pair)
    return pair


def _placed(side: dict[str, Any]) -> dict[str, Any]:
    side["place"] = side.get("place") or (area_path(side["hukou_area"]) if side["hukou_area"] else "")
    side["address"] = mask_address(side["address"] or "")
    side["born_on"] = side["born_on"].isoformat() if side["born_on"] else ""
    side["senders"] = [sender_of(register) for register in side["registers"] or []]
    return side


def _lines(pair: dict[str, Any]) -> list[Line]:
    weights = residents()
    left, right = pair["sides"]
    lines = []
    for key, name in SHOWN:
        one = weights.comparison(key)
        level = int(pair["levels"].get(key, MISSING))
        if level != MISSING or left.get(name) or right.get(name):
            weight = one.levels[level - 1].weight if level != MISSING else 0.0
            lines.append(Line(one, left.get(name) or "", right.get(name) or "", level, weight))
    return lines


def merges_about(person: UUID) -> list[dict[str, Any]]:
    """Merges into or of a person, newest first."""
    return rows_of(
        """SELECT uid, kept, other, loose, state, by_name, reason, at, undone_at, undone_by, undone_reason FROM people_merge
           WHERE kept = %(person)s OR other = %(person)s ORDER BY at DESC LIMIT 50""",
        {"person": person},
    )


def merge_of(pair: UUID) -> dict[str, Any] | None:
    """The last merge that came of a pair."""
    found = rows_of(
        "SELECT uid, state, kept FROM people_merge WHERE pair = %s ORDER BY at DESC LIMIT 1", [pair]
    )
    return found[0] if found else None


def canonical(person: UUID) -> UUID:
    """The uid under which a person is shown; the uid itself outside scope."""
    with connection().cursor() as cursor:
        cursor.execute("SELECT coalesce(alias_of, uid) FROM people_person WHERE uid = %s", [person])
        row = cursor.fetchone()
    return row[0] if row else person


def counted() -> dict[str, int]:
    """How pairs of the scope ended so far, by state and verdict."""
    with connection().cursor() as cursor:
        cursor.execute("""SELECT count(*) FILTER (WHERE state = 'open' AND verdict = 'ask'),
            count(*) FILTER (WHERE state = 'joined' AND answered_by = '系统'),
            count(*) FILTER (WHERE state = 'joined' AND answered_by <> '系统'), count(*) FILTER (WHERE state = 'apart')
            FROM people_pair""")
        return dict(zip(("waiting", "by_itself", "joined", "apart"), cursor.fetchone(), strict=True))


def rules() -> Weights:
    """The weights in force."""
    return residents()
