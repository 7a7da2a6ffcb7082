"""Questions that only a person can settle, asked set-based when registers are applied and answered one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from yinling.base.api import connection, set_timer
from yinling.base.contracts import Month

# Two rows of one file may belong to one person, who is asked once.
DUE_DAYS = {"death": 3, "alive": 3, "differ": 15, "no_id": 30, "gone": 15, "turned": 30}
ASK = """
INSERT INTO people_question (uid, kind, person, subject, data, hukou_area, live_area, asked_at, due_at, answer, note, answered_by)
SELECT DISTINCT ON (found.person, found.subject) gen_random_uuid(), '{kind}', found.person, found.subject, found.data,
       p.hukou_area, p.live_area, %(at)s,
       %(at)s::timestamptz + interval '{days} days', '', '', ''
FROM ({query}) AS found JOIN people_person p ON p.uid = found.person
ORDER BY found.person, found.subject, found.data::text
ON CONFLICT (person, kind, subject) DO UPDATE SET answer = '', answered_at = NULL, answered_by = '', note = '',
  data = excluded.data, asked_at = excluded.asked_at, due_at = excluded.due_at WHERE people_question.answer = 'undone'
"""
LIVE = "NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid)"
# A death that only the funeral home or a cancelled registration tells: money stops at once, a clerk confirms.
DEATHS = f"""
SELECT DISTINCT v.person, 'told:' || v.register AS subject,
       jsonb_build_object('register', v.register, 'on', v.on_date, 'kind', v.kind) AS data
FROM people_vital v
WHERE v.learned_at = %(at)s AND v.kind IN ('death', 'cancelled') AND v.register <> 'death_civil' AND {LIVE}
  AND NOT EXISTS (SELECT 1 FROM people_vital c WHERE c.person = v.person AND c.register = 'death_civil' AND c.kind = 'death')
"""
# Somebody counted dead was seen alive later: a health check after the day of death.
ALIVES = f"""
SELECT DISTINCT ON (v.person) v.person, 'seen:' || (t.data->>'checked_on') AS subject,
       jsonb_build_object('died_on', v.on_date, 'seen_on', t.data->>'checked_on', 'register', v.register) AS data
FROM people_vital v JOIN people_statement t ON t.person = v.person AND t.register = 'health_check'
WHERE (v.learned_at = %(at)s OR t.learned_at = %(at)s) AND v.kind = 'death' AND {LIVE} AND t.withdrawn_at IS NULL
  AND (t.data->>'checked_on')::date > v.on_date
ORDER BY v.person, t.data->>'checked_on' DESC
"""
# The same person under two names or two birth dates; a clerk looks at the card.
NAMES = """
SELECT i.person, 'name:' || %(register)s AS subject,
       jsonb_build_object('field', 'name', 'register', %(register)s::text, 'says', i.name, 'population', t.data->>'name') AS data
FROM people_in i JOIN people_statement t ON t.person = i.person AND t.register = 'population' AND t.withdrawn_at IS NULL
  AND t.ended_at IS NULL
WHERE %(register)s <> 'population' AND i.level < 4 AND NOT i.twice AND i.name IS NOT NULL AND i.name <> t.data->>'name'
"""
BIRTHS = """
SELECT i.person, 'born_on:' || %(register)s AS subject,
       jsonb_build_object('field', 'born_on', 'register', %(register)s::text, 'says', i.data->>'born_on',
                          'id', i.data->>'id_born') AS data
FROM people_in i
WHERE i.person IS NOT NULL AND i.level < 4 AND NOT i.twice AND i.data->>'born_on' <> i.data->>'id_born'
"""
NO_IDS = """
SELECT i.person, 'no_id' AS subject, jsonb_build_object('register', %(register)s::text, 'row', i.row) AS data
FROM people_in i WHERE i.person IS NOT NULL AND i.id_blind IS NULL AND i.level < 4 AND NOT i.twice
"""
GONES = """
SELECT g.person, 'gone:' || %(register)s || ':' || g.key AS subject,
       jsonb_build_object('register', %(register)s::text, 'as_of', %(as_of)s::date) AS data
FROM people_gone g WHERE g.unsure
"""
TURNS = """
SELECT r.person, to_char(r.born_on + interval '{age} years', 'YYYY-MM') AS subject,
       jsonb_build_object('born_on', r.born_on, 'age', {age}) AS data
FROM people_record r
WHERE r.life = 'alive' AND r.born_on >= %(from_born)s AND r.born_on < %(to_born)s
  AND NOT EXISTS (SELECT 1 FROM people_person a WHERE a.uid = r.person AND a.alias_of IS NOT NULL)
"""
# Answered by the facts themselves: a confirmed death needs no further question.
SETTLED = """
UPDATE people_question q SET answer = 'settled', answered_at = %(at)s, answered_by = '系统', note = '来源已更新'
WHERE q.answered_at IS NULL AND (
  (q.kind = 'death' AND EXISTS (SELECT 1 FROM people_vital v WHERE v.person = q.person AND v.kind = 'death'
                                AND v.register = 'death_civil' AND v.learned_at = %(at)s))
  OR (q.kind = 'alive' AND NOT EXISTS (SELECT 1 FROM people_vital v WHERE v.person = q.person AND v.kind = 'death'
        AND NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid))))
  AND q.person IN (SELECT person FROM people_in WHERE person IS NOT NULL)
"""
AGE_ASKED = 80
TURNED_TIMER = "people.ask_turned"
WAKE_AFTER = timedelta(hours=1)


def _ask(kind: str, query: str, facts: Mapping[str, Any]) -> int:
    with connection().cursor() as cursor:
        cursor.execute(ASK.format(kind=kind, days=DUE_DAYS[kind], query=query), facts)
        return int(cursor.rowcount)


def ask_from_staged(facts: Mapping[str, Any], *, full: bool) -> int:
    """Ask what the staged file leaves open; how many questions are new."""
    asked = _ask("death", DEATHS, facts) + _ask("alive", ALIVES, facts)
    asked += _ask("differ", NAMES, facts) + _ask("differ", BIRTHS, facts) + _ask("no_id", NO_IDS, facts)
    if full:
        asked += _ask("gone", GONES, facts)
    with connection().cursor() as cursor:
        cursor.execute(SETTLED, facts)
    return asked


def ask_about_life(at: datetime) -> int:
    """Ask about deaths that became known at this moment outside the staged rows; how many questions are new."""
    return _ask("death", DEATHS, {"at": at}) + _ask("alive", ALIVES, {"at": at})


def ask_turned(at: datetime) -> int:
    """Ask the village clerk to call on everyone who turns 80 this month; asked once for each month."""
    first = Month.of(at.date())
    born = first.next(-12 * AGE_ASKED)
    values = {"at": at, "from_born": born.first_day, "to_born": born.next().first_day}
    return _ask("turned", TURNS.format(age=AGE_ASKED), values)


def wake_next_month(at: datetime) -> None:
    """Set the timer for the first morning of the coming month; setting it again moves nothing."""
    month = Month.of(at.date()).next()
    due = datetime.combine(month.first_day, time(), at.tzinfo) + WAKE_AFTER
    set_timer(TURNED_TIMER, due, "people", month.text, key=f"{TURNED_TIMER}:{month.text}")
