# ruff: noqa: E501 - columns stand beside their values
"""The statements that fill the demo's homes; whoever is chosen, and what happens to whom, follows from seed and person."""

from __future__ import annotations

from yinling.people.published import PERSONS, RECORDS
from yinling.providers.published import BEDS, HOMES, OCCUPANCIES

# A number from 0 up to 1 that belongs to a topic and a row, the same in every run.
CHANCE = "((('x' || substr(md5(%(seed)s || ':{topic}:' || {key}), 1, 8))::bit(32)::bigint) / 4294967296.0)"


def chance(topic: str, key: str) -> str:
    return CHANCE.format(topic=topic, key=key)


WHO = "r.name || r.born_on::text || coalesce(r.hukou_area, '')"
PLACING = f"""
CREATE TEMP TABLE facility_placing ON COMMIT DROP AS
WITH bed AS (
  SELECT b.uid AS bed, b.home, b.area, row_number() OVER (PARTITION BY b.home ORDER BY {chance("bed", "b.code")}) AS n FROM {BEDS} b
  WHERE b.closed_on IS NULL AND NOT EXISTS (SELECT 1 FROM {OCCUPANCIES} o WHERE o.bed = b.uid)),
place AS (
  SELECT bed.bed, bed.home, bed.area, row_number() OVER (ORDER BY {chance("place", "h.uscc || bed.n::text")}) AS k
  FROM bed JOIN {HOMES} h ON h.uid = bed.home WHERE bed.n <= coalesce(h.beds_used, h.beds * 7 / 10) AND h.area >= %(lo)s AND h.area < %(hi)s),
late AS (  -- a few who died last month and whose home has not said so: the claims must find them
  SELECT r.person FROM {RECORDS} r WHERE r.life = 'dead' AND r.died_on >= %(month)s::date + 4 AND r.died_on < %(month)s::date + 25
    AND r.name <> ALL(%(cast)s) ORDER BY {chance("late", WHO)} LIMIT 3),
who AS (
  SELECT r.person, r.name, r.sex, coalesce(r.ability_result, '') AS ability, {chance("who", WHO)} AS luck,
    row_number() OVER (ORDER BY r.person IN (SELECT person FROM late) DESC,
      (r.ability_result IN ('中度失能', '重度失能', '完全失能')) IS TRUE DESC, {chance("order", WHO)}) AS k
  FROM {RECORDS} r JOIN {PERSONS} p ON p.uid = r.person AND p.alias_of IS NULL
  WHERE r.linked AND (r.life = 'alive' OR r.person IN (SELECT person FROM late)) AND r.born_on < %(on)s::date - 25567
    AND r.name <> ALL(%(cast)s)
    AND (r.ability_result IN ('中度失能', '重度失能', '完全失能') OR {chance("well", WHO)} < 0.12 OR r.person IN (SELECT person FROM late))
    AND NOT EXISTS (SELECT 1 FROM {OCCUPANCIES} o WHERE o.person = r.person AND NOT o.voided AND o.ends_on IS NULL))
SELECT gen_random_uuid() AS stay, place.home, place.area, place.bed, who.person, who.name,
  CASE WHEN who.ability = '未评估' THEN '' ELSE who.ability END AS ability, who.luck,
  CASE WHEN who.luck < 0.03 THEN 'trial' WHEN who.luck < 0.06 THEN 'away' WHEN who.luck < 0.08 THEN 'hospital' ELSE 'resident' END
    AS stage,
  CASE WHEN who.luck < 0.03 THEN %(on)s::date - 12 ELSE %(on)s::date - 70 - (who.luck * 900)::int END AS admitted_on
FROM place JOIN who USING (k)
"""
STAYS = """
INSERT INTO facility_stay (uid, home, area, person, name, phone_sealed, contact_name, contact_sealed, stage, level, ability,
  ability_source, ability_on, agreement, agreement_no, signed_on, deposit_fen, goals, bed, enquired_on, trial_until, admitted_on,
  confirmed_on, end_reason, photo_consent, changed_at)
SELECT stay, home, area, person, name, '', '', '', stage,
  CASE ability WHEN '完全失能' THEN '特级护理' WHEN '重度失能' THEN '一级护理' WHEN '中度失能' THEN '二级护理' ELSE '三级护理' END,
  ability, CASE WHEN ability = '' THEN '' ELSE '一人一档（能力评估登记）' END, admitted_on, %(agreement)s::jsonb,
  to_char(admitted_on, 'YYYY') || '-' || substr(md5(stay::text), 1, 6), admitted_on, 500000, '', bed, admitted_on - 7,
  admitted_on + 30, admitted_on, CASE WHEN stage = 'trial' THEN NULL ELSE admitted_on + 30 END, '', false, %(at)s
FROM facility_placing
"""
MOVES = """
INSERT INTO facility_stay_move (uid, home, area, stay, person, verb, from_stage, to_stage, on_date, at, by_name, note)
SELECT gen_random_uuid(), home, area, stay, person, 'admit', 'signed', 'trial', admitted_on, admitted_on + time '10:00', '邓华', ''
FROM facility_placing
"""
ABSENCES = """
INSERT INTO facility_absence (uid, home, area, stay, person, kind, from_on, until_on, note)
SELECT gen_random_uuid(), home, area, stay, person, CASE stage WHEN 'away' THEN 'leave' ELSE 'hospital' END,
  %(on)s::date - 1 - (luck * 40)::int, NULL, '' FROM facility_placing WHERE stage IN ('away', 'hospital')
UNION ALL
SELECT gen_random_uuid(), home, area, stay, person, CASE WHEN luck < 0.92 THEN 'leave' ELSE 'hospital' END,
  %(month)s::date + 5, %(month)s::date + 8, '' FROM facility_placing WHERE luck BETWEEN 0.88 AND 0.95
"""
FEES = """
INSERT INTO facility_agreed_fee (uid, home, area, stay, person, kind, name, unit, fen, while_away, since)
SELECT gen_random_uuid(), p.home, p.area, p.stay, p.person, f.kind, f.name, f.unit, f.fen, f.while_away, p.admitted_on
FROM facility_placing p JOIN facility_fee_item f ON f.home = p.home AND (f.kind <> 'care' OR f.name =
  CASE p.ability WHEN '完全失能' THEN '特级护理费' WHEN '重度失能' THEN '一级护理费' WHEN '中度失能' THEN '二级护理费' ELSE '三级护理费' END)
"""
DEPOSITS = """
INSERT INTO facility_entry (uid, home, area, stay, person, kind, fen, on_date, at, method, note, by_name)
SELECT gen_random_uuid(), home, area, stay, person, 'deposit_in', 500000, admitted_on, admitted_on + time '10:00', 'bank', '', '邓华'
FROM facility_placing
"""
PLANS = """
INSERT INTO facility_plan_item (uid, home, area, stay, person, kind, label, times, since, fee_name, fee_fen)
SELECT gen_random_uuid(), p.home, p.area, p.stay, p.person, c.kind, c.label, c.times::jsonb, p.admitted_on, c.fee_name, c.fee_fen
FROM facility_placing p JOIN (VALUES
  ('meal', '三餐', '["07:30","11:30","17:30"]', '', 0, ''), ('round', '夜间巡视', '["22:00","02:00"]', '', 0, ''),
  ('vitals', '测量生命体征', '["08:30"]', '', 0, ''), ('toilet', '协助如厕', '["09:30","14:30","20:30"]', '', 0, '重度失能'),
  ('turn', '翻身', '["00:00","04:00","08:00","12:00","16:00","20:00"]', '', 0, '完全失能'),
  ('wash', '助浴', '["15:00"]', '助浴', 800, '中度失能')) AS c (kind, label, times, fee_name, fee_fen, ability)
  ON c.ability = '' OR c.ability = p.ability OR (c.ability = '重度失能' AND p.ability = '完全失能')
"""
ORDERS = """
INSERT INTO facility_prescription (uid, home, area, stay, person, drug, drug_key, dose, units, times, since, prescriber,
  double_reason, ordered_at, by_name)
SELECT gen_random_uuid(), p.home, p.area, p.stay, p.person, m.drug, m.drug, m.dose, 1, m.times::jsonb, p.admitted_on, '李医生', '',
  p.admitted_on + time '11:00', '邓华'
FROM facility_placing p JOIN (VALUES (0, '氨氯地平', '5mg', '["08:00"]'), (1, '二甲双胍', '0.5g', '["07:30","17:30"]'),
  (2, '阿司匹林', '100mg', '["08:00"]')) AS m (n, drug, dose, times) ON m.n = floor(p.luck * 5)
"""
LOTS = """
INSERT INTO facility_lot (uid, home, area, stay, person, drug, drug_key, lot, expires_on, units, received_at)
SELECT gen_random_uuid(), o.home, o.area, o.stay, o.person, o.drug, o.drug_key, 'D1', %(on)s::date + 200, 60, %(at)s
FROM facility_prescription o WHERE NOT EXISTS (SELECT 1 FROM facility_lot l WHERE l.stay = o.stay)
"""
PAID = f"""
INSERT INTO facility_entry (uid, home, area, stay, person, kind, fen, on_date, at, method, note, by_name)
SELECT gen_random_uuid(), b.home, b.area, b.stay, b.person, 'payment', b.fen, %(on)s::date - 3, %(at)s, 'scan', b.month, '邓华'
FROM facility_bill b JOIN facility_stay s ON s.uid = b.stay
WHERE {chance("paid", "s.name || b.month")} < 0.93 AND NOT EXISTS (SELECT 1 FROM facility_entry e WHERE e.stay = b.stay AND e.note = b.month)
"""
DONE = f"""
UPDATE facility_task SET ended_at = due_at + interval '12 minutes', by_name = '邓华',
  state = CASE WHEN {chance("task", "due_at::text || label || left(stay::text, 4)")} < 0.98 THEN 'done' ELSE 'refused' END,
  reason = CASE WHEN {chance("task", "due_at::text || label || left(stay::text, 4)")} < 0.98 THEN '' ELSE '老人暂不愿意' END
WHERE state = 'due' AND due_at < %(before)s
"""
RECORDED = """
INSERT INTO facility_record (uid, home, area, stay, person, task, kind, at, figures, note, recorded_at, by_name)
SELECT gen_random_uuid(), t.home, t.area, t.stay, t.person, t.uid, t.kind, t.ended_at,
  CASE t.kind WHEN 'meal' THEN '{"quarters": 4}'::jsonb WHEN 'vitals' THEN
    jsonb_build_object('temperature', 36.2 + (extract(epoch FROM t.due_at)::bigint / 86400 %% 6) / 10.0, 'pulse', 72) ELSE '{}'::jsonb END,
  '', t.ended_at, '邓华'
FROM facility_task t WHERE t.state = 'done' AND NOT EXISTS (SELECT 1 FROM facility_record r WHERE r.task = t.uid)
"""
CHARGED = """
INSERT INTO facility_charge (uid, home, area, stay, person, record, on_date, name, fen)
SELECT gen_random_uuid(), r.home, r.area, r.stay, r.person, r.uid, r.at::date, i.fee_name, i.fee_fen
FROM facility_record r JOIN facility_task t ON t.uid = r.task JOIN facility_plan_item i ON i.uid = t.item
WHERE i.fee_fen > 0 AND NOT EXISTS (SELECT 1 FROM facility_charge c WHERE c.record = r.uid)
"""
GIVEN = """
UPDATE facility_dose SET state = 'given', ended_at = due_at + interval '6 minutes', by_name = '邓华'
WHERE state = 'due' AND due_at < %(before)s
"""
INCIDENTS = f"""
INSERT INTO facility_incident (uid, home, area, stay, person, risk, severity, at, place, happened, done, measures, reported_at,
  closed_at, closed_by_name, by_name)
SELECT gen_random_uuid(), s.home, s.area, s.uid, s.person, k.risk, k.severity, m.at, k.place, k.happened, k.done,
  CASE WHEN c.luck < 0.5 THEN k.measures ELSE '' END, m.at, CASE WHEN c.luck < 0.5 THEN m.at + interval '2 days' END,
  CASE WHEN c.luck < 0.5 THEN '邓华' ELSE '' END, '邓华'
FROM (SELECT s.*, {chance("incident", "s.name || s.agreement_no")} AS luck FROM facility_stay s WHERE s.stage = 'resident') AS s
CROSS JOIN LATERAL (SELECT s.luck * 100 AS luck) AS c
CROSS JOIN LATERAL (SELECT (%(on)s::date - 3 - (s.luck * 2000)::int)::timestamp AT TIME ZONE 'Asia/Shanghai' + interval '6 hours' AS at) AS m
JOIN (VALUES (0, 'fall', 2, '卫生间', '夜间如厕滑倒', '检查无骨折，冰敷', '加装扶手，夜间协助如厕'),
  (1, 'sore', 2, '房间', '骶尾部一期压红', '解除受压，涂护肤剂', '两小时翻身一次'),
  (2, 'choking', 1, '餐厅', '进餐呛咳', '拍背后缓解', '改软食，进餐看护')) AS k (n, risk, severity, place, happened, done, measures)
  ON k.n = floor(s.luck * 30000)::int %% 3
WHERE s.luck < 0.012
"""
HANDOVERS = """
INSERT INTO facility_handover (uid, home, area, shift_on, shift, closed_at, note, counts, by_name)
SELECT gen_random_uuid(), t.home, t.area, t.shift_on, t.shift, max(t.due_at) + interval '1 hour', '',
  jsonb_build_object('done', count(*) FILTER (WHERE state = 'done'), 'refused', count(*) FILTER (WHERE state = 'refused'),
    'missed', count(*) FILTER (WHERE state = 'missed'), 'dose_given', 0), '邓华'
FROM facility_task t WHERE t.shift_on < %(on)s::date - 1 AND t.state <> 'due'
  AND NOT EXISTS (SELECT 1 FROM facility_handover h WHERE h.home = t.home AND h.shift_on = t.shift_on AND h.shift = t.shift)
GROUP BY t.home, t.area, t.shift_on, t.shift
"""
