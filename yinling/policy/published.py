"""Named read-only tables of policy for bulk readers; the columns below stay, others may come and go.

What holds in a month: `superseded_by IS NULL AND from_month <= M AND (to_month IS NULL OR to_month >= M)`."""

VERDICTS = "policy_verdict"  # person, hukou_area, live_area, item, from_month, to_month, verdict (1 yes, 0 no, -1 unknown),
# amount_fen, reason (code of the deciding step in `version`), version, run, superseded_by
RUNS = "policy_run"  # uid, jurisdiction, month, version, known_at, decided, changed, counts {item: {yes, no, unknown, fen}}
VERSIONS = "policy_version"  # uid, jurisdiction, version, digest, title, label, effective_from, approved_at
