"""The SELECTs behind the lists; each runs in the page's unit of work, so row-level security says which rows there are."""

# Area of a line: community and street by name.
PLACES = """LEFT JOIN base_area community ON community.code = l.hukou_area
    LEFT JOIN base_area street ON street.code = left(l.hukou_area, 9) || '000'"""

LINES = f"""SELECT l.uid, l.person, p.name, l.item, l.month, l.kind, l.fen, l.state, l.block, l.note, l.payee_tail,
    l.hukou_area, l.policy_version, coalesce(b.number, '') AS number, l.batch_id, l.paid_at, l.changed_at, l.proposed_at,
    coalesce(street.name, '') AS street, coalesce(community.name, '') AS community
    FROM benefits_line l JOIN people_record p ON p.person = l.person
    LEFT JOIN benefits_batch b ON b.uid = l.batch_id {PLACES}
    WHERE l.hukou_area >= %(lo)s AND l.hukou_area < %(hi)s AND l.state <> 'withdrawn'"""

# One row a person and item, however many months wait.
WAITING = f"""SELECT DISTINCT ON (w.person, w.item) w.*, count(*) OVER (PARTITION BY w.person, w.item) AS months
    FROM ({LINES}) w WHERE w.state = 'awaiting' ORDER BY w.person, w.item, w.month"""

BATCH_LINES = f"""SELECT l.uid, l.person, p.name, l.item, l.month, l.kind, l.fen, l.state, l.block, l.note, l.payee_tail,
    coalesce(street.name, '') AS street, coalesce(community.name, '') AS community, l.hukou_area
    FROM benefits_line l JOIN people_record p ON p.person = l.person {PLACES} WHERE l.batch_id = %(batch)s"""

BATCHES = """SELECT uid, number, month, state, rows, fen, funded_fen, made_at, changed_at, note FROM benefits_batch
    WHERE area >= %(lo)s AND area < %(hi)s"""

PUBLICITY = """SELECT p.uid, p.number, p.month, p.rows, p.fen, p.start_on, p.end_on, p.closed_at, p.closed_early, p.area,
    coalesce(street.name, '') AS street, coalesce(community.name, '') AS community
    FROM benefits_publicity p LEFT JOIN base_area community ON community.code = p.area
    LEFT JOIN base_area street ON street.code = left(p.area, 9) || '000'
    WHERE p.area >= %(lo)s AND p.area < %(hi)s"""

PUBLIC_LINES = """SELECT l.uid, p.name, l.item, l.month, l.kind, l.fen, l.state, l.block FROM benefits_line l
    JOIN people_record p ON p.person = l.person
    WHERE l.batch_id = %(batch)s AND l.hukou_area = %(area)s AND l.kind <> 'offset'
    AND (l.state NOT IN ('stopped', 'withdrawn', 'blocked') OR l.block = 'objection')"""

OBJECTIONS = f"""SELECT o.uid, o.line_id, o.text, o.raised_at, o.settled_at, o.upheld, p.name, l.item, l.month, l.fen,
    l.person, coalesce(street.name, '') AS street, coalesce(community.name, '') AS community
    FROM benefits_objection o JOIN benefits_line l ON l.uid = o.line_id JOIN people_record p ON p.person = l.person
    {PLACES}"""

FILES = """SELECT f.uid, f.reference, f.rows, f.fen, f.pay_on, f.state, f.made_at, f.sent_at, f.booked_at, f.refusal,
    b.number, b.uid AS batch,
    (SELECT count(*) FROM benefits_result r JOIN benefits_file_row w ON w.uid = r.row_id
     WHERE w.file_id = f.uid AND r.paid) AS paid,
    (SELECT count(*) FROM benefits_result r JOIN benefits_file_row w ON w.uid = r.row_id
     WHERE w.file_id = f.uid AND NOT r.paid) AS returned
    FROM benefits_file f JOIN benefits_batch b ON b.uid = f.batch_id"""

FILE_ROWS = """SELECT w.uid, w.seq, w.row_ref, w.fen, w.payee_tail, p.name, w.person, l.item, l.month,
    CASE WHEN r.uid IS NULL THEN 'waiting' WHEN r.paid THEN 'paid' ELSE 'returned' END AS said,
    coalesce(r.reason, '') AS reason, coalesce(r.serial, '') AS serial, r.booked_on
    FROM benefits_file_row w JOIN benefits_line l ON l.uid = w.line_id JOIN people_record p ON p.person = w.person
    LEFT JOIN benefits_result r ON r.row_id = w.uid WHERE w.file_id = %(file)s"""

RETURNED = f"""SELECT l.uid, l.person, p.name, l.item, l.month, l.fen, l.note, l.payee_tail,
    coalesce(b.number, '') AS number, l.batch_id, l.changed_at, l.state, l.block,
    coalesce(street.name, '') AS street, coalesce(community.name, '') AS community,
    CASE WHEN c.uid IS NULL THEN 'none' WHEN c.confirmed_at IS NULL THEN 'proposed' ELSE 'confirmed' END AS correction
    FROM benefits_line l JOIN people_record p ON p.person = l.person LEFT JOIN benefits_batch b ON b.uid = l.batch_id
    LEFT JOIN benefits_payee c ON c.person = l.person AND c.ended_at IS NULL {PLACES}
    WHERE (l.state = 'returned' OR l.state = 'blocked' AND l.block IN ('bad_account', 'no_account')) AND l.kind <> 'offset'"""

RECOVERIES = f"""SELECT l.uid, l.person, p.name, l.item, l.month, l.fen, l.settled_fen, l.fen - l.settled_fen AS left_fen,
    l.cause, l.fact_on, l.known_at, l.state, l.opened_at,
    coalesce(street.name, '') AS street, coalesce(community.name, '') AS community
    FROM benefits_recovery l JOIN people_record p ON p.person = l.person {PLACES}"""

LEDGER = """SELECT t.uid, t.at, t.kind, t.debit, t.credit, t.fen, coalesce(b.number, '') AS number
    FROM benefits_transfer t LEFT JOIN benefits_batch b ON b.uid = t.batch
    WHERE t.person IS NULL AND t.area >= %(lo)s AND t.area < %(hi)s"""
