"""The statements by which a merge is done and undone; `merges` are uids, `at` the moment."""

from __future__ import annotations

# Of two persons the one with a valid number stays, else the one known longer.
DECIDED = """
INSERT INTO people_merge (uid, pair, loose, kept, other, state, before, area, by_name, reason, at, undone_by, undone_reason)
SELECT gen_random_uuid(), p.uid, p.loose, CASE WHEN p.loose OR NOT swap.over THEN p."right" ELSE p."left" END,
       CASE WHEN p.loose OR NOT swap.over THEN p."left" ELSE p."right" END, 'asked', '{}', p.area, '系统', '自动合并', %(at)s,
         '', ''
FROM people_pair p
LEFT JOIN people_person a ON a.uid = p."left" AND NOT p.loose LEFT JOIN people_person b ON b.uid = p."right"
CROSS JOIN LATERAL (SELECT NOT p.loose AND (a.linked, -extract(epoch FROM a.made_at)) >= (b.linked, -extract(epoch
  FROM b.made_at))
                    AS over) AS swap
WHERE p.state = 'open' AND p.verdict = 'join'
  AND NOT EXISTS (SELECT 1 FROM people_merge m WHERE m.state <> 'undone' AND m.other IN (p."left", p."right"))
RETURNING uid
"""
SETTLE_PAIRS = """UPDATE people_pair p SET state = 'joined', answered_at = %(at)s, answered_by = m.by_name
    FROM people_merge m WHERE m.pair = p.uid AND m.uid = ANY(%(merges)s) AND p.state = 'open'"""
# Whoever was an alias of the one that now becomes an alias follows; their uids are kept for undoing.
ALIAS = (
    """UPDATE people_merge m SET before = jsonb_build_object('followers', coalesce(
         (SELECT jsonb_agg(p.uid) FROM people_person p WHERE p.alias_of = m.other), '[]'))
       WHERE m.uid = ANY(%(merges)s) AND NOT m.loose""",
    """UPDATE people_person p SET alias_of = coalesce(k.alias_of, k.uid) FROM people_merge m
      JOIN people_person k ON k.uid = m.kept
       WHERE m.uid = ANY(%(merges)s) AND NOT m.loose AND (p.uid = m.other OR p.alias_of = m.other)
         AND p.uid <> coalesce(k.alias_of, k.uid)""",
    """UPDATE people_question q SET answer = 'settled', answered_at = %(at)s, answered_by = '系统', note = '已合并'
       FROM people_merge m WHERE m.uid = ANY(%(merges)s) AND NOT m.loose AND q.person = m.other AND q.kind = 'no_id'
         AND q.answered_at IS NULL""",
)
UNALIAS = (
    """UPDATE people_person p SET alias_of = NULL FROM people_merge m
       WHERE m.uid = ANY(%(merges)s) AND NOT m.loose AND p.uid = m.other""",
    """UPDATE people_person p SET alias_of = m.other FROM people_merge m JOIN people_person k ON k.uid = m.kept
       WHERE m.uid = ANY(%(merges)s) AND NOT m.loose AND m.before->'followers' ? p.uid::text
         AND p.alias_of = coalesce(k.alias_of, k.uid)""",
    """UPDATE people_question q SET answer = '', answered_at = NULL, answered_by = '', note = ''
       FROM people_merge m WHERE m.uid = ANY(%(merges)s) AND NOT m.loose AND q.person = m.other AND q.kind = 'no_id'
         AND q.note = '已合并'""",
)
# The row takes the place in its register that it would have had with a valid number. An older row of that place ends;
# a newer one, or one of the same file, stays and this row counts as its repetition.
GIVE = (
    """CREATE TEMP TABLE people_given ON COMMIT DROP AS
       SELECT m.uid AS merge, t.id, coalesce(k.alias_of, k.uid) AS person, t.key AS old_key, keys.key, t.valid_from, t.valid_to,
              t.hukou_area, t.live_area, k.hukou_area AS new_hukou, k.live_area AS new_live, e.id AS standing,
              e.valid_to AS standing_to, e.id IS NOT NULL AND (e.delivery = t.delivery OR e.as_of > t.as_of) AS repeated
       FROM people_merge m JOIN people_statement t ON t.arrival = m.other AND t.person IS NULL
       JOIN people_person k ON k.uid = m.kept JOIN people_row_key keys ON keys.id = t.id
       LEFT JOIN people_statement e ON e.person = coalesce(k.alias_of, k.uid) AND e.register = t.register AND e.key = keys.key
         AND e.ended_at IS NULL AND e.withdrawn_at IS NULL
       WHERE m.uid = ANY(%(merges)s) AND m.loose AND t.ended_at IS NULL AND t.withdrawn_at IS NULL""",
    # of several rows for one place the last stands
    """UPDATE people_given g SET repeated = true WHERE EXISTS (SELECT 1 FROM people_given o JOIN people_statement a ON a.id = o.id
         JOIN people_statement b ON b.id = g.id WHERE o.person = g.person AND o.key = g.key AND a.register = b.register
           AND o.id > g.id)""",
    """UPDATE people_statement e SET ended_at = %(at)s, ended_by = g.merge, valid_to = greatest(e.valid_from, g.valid_from)
       FROM people_given g WHERE e.id = g.standing AND NOT g.repeated""",
    """UPDATE people_statement t SET person = g.person, key = g.key, hukou_area = g.new_hukou, live_area = g.new_live,
         ended_at = CASE WHEN g.repeated THEN %(at)s::timestamptz END, ended_by = CASE WHEN g.repeated THEN g.merge END,
         valid_to = CASE WHEN g.repeated THEN t.valid_from ELSE t.valid_to END
       FROM people_given g WHERE t.id = g.id""",
    """UPDATE people_merge m SET before = jsonb_build_object('statement', g.id, 'key', g.old_key, 'valid_to', g.valid_to,
         'hukou_area', g.hukou_area, 'live_area', g.live_area, 'ended', CASE WHEN NOT g.repeated THEN g.standing END,
         'ended_to', g.standing_to, 'doubts', coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.id, 'valid_to', d.valid_to))
           FROM people_doubt d WHERE d.arrival = m.other AND d.ended_at IS NULL), '[]'))
       FROM people_given g WHERE m.uid = g.merge""",
    """UPDATE people_doubt d SET ended_at = %(at)s, valid_to = d.valid_from
       FROM people_merge m WHERE m.uid = ANY(%(merges)s) AND m.loose AND d.arrival = m.other AND d.ended_at IS NULL""",
)  # fmt: skip
TAKE = (
    """UPDATE people_statement t SET person = NULL, key = m.before->>'key', ended_at = NULL, ended_by = NULL,
         valid_to = (m.before->>'valid_to')::date, hukou_area = m.before->>'hukou_area', live_area = m.before->>'live_area'
       FROM people_merge m WHERE m.uid = ANY(%(merges)s) AND m.loose AND t.id = (m.before->>'statement')::bigint
         AND (t.ended_at IS NULL OR t.ended_by = m.uid)""",
    """UPDATE people_statement e SET ended_at = NULL, ended_by = NULL, valid_to = (m.before->>'ended_to')::date
       FROM people_merge m WHERE m.uid = ANY(%(merges)s) AND m.loose AND e.id = (m.before->>'ended')::bigint
         AND e.ended_by = m.uid""",
    """UPDATE people_doubt d SET ended_at = NULL, valid_to = (was->>'valid_to')::date
       FROM people_merge m, jsonb_array_elements(m.before->'doubts') AS was
       WHERE m.uid = ANY(%(merges)s) AND m.loose AND d.id = (was->>'id')::bigint""",
    """INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, retracts, reason, by_name, learned_at,
                                 hukou_area, live_area)
       SELECT gen_random_uuid(), v.person, 'retracted', v.on_date, NULL, v.register, NULL, v.uid, '撤销合并', m.undone_by, %(at)s,
              v.hukou_area, v.live_area
       FROM people_merge m JOIN people_vital v ON v.arrival = m.other AND v.retracts IS NULL
       WHERE m.uid = ANY(%(merges)s) AND m.loose AND NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid)""",
    # a death that the row had taken back is told again
    """INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, retracts, reason, by_name, learned_at,
                                 hukou_area, live_area)
       SELECT gen_random_uuid(), f.person, f.kind, f.on_date, f.until, f.register, NULL, NULL, '撤销合并', m.undone_by, %(at)s,
              f.hukou_area, f.live_area
       FROM people_merge m JOIN people_vital r ON r.arrival = m.other AND r.kind = 'retracted'
         JOIN people_vital f ON f.uid = r.retracts
       WHERE m.uid = ANY(%(merges)s) AND m.loose""",
)  # fmt: skip
TELL = """
INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, reason, by_name, learned_at, hukou_area,
  live_area)
VALUES (gen_random_uuid(), %(person)s, %(kind)s, %(on)s, %(until)s, %(register)s, %(arrival)s, '', '', %(at)s, %(hukou_area)s,
        %(live_area)s)
ON CONFLICT (arrival, kind) WHERE arrival IS NOT NULL AND retracts IS NULL DO NOTHING
"""
TAKE_BACK = """
INSERT INTO people_vital (uid, person, kind, on_date, until, register, arrival, retracts, reason, by_name, learned_at, hukou_area,
                          live_area)
SELECT gen_random_uuid(), v.person, 'retracted', v.on_date, NULL, v.register, %(arrival)s, v.uid, '登记机关撤销', '', %(at)s,
       v.hukou_area, v.live_area
FROM people_vital v WHERE v.person = %(person)s AND v.kind = 'death' AND v.register = %(register)s
  AND NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid)
"""
TOUCHED = """SELECT m.kept FROM people_merge m WHERE m.uid = ANY(%(merges)s)
    UNION SELECT m.other FROM people_merge m WHERE m.uid = ANY(%(merges)s) AND NOT m.loose"""
