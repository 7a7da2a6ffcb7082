"""Named read-only tables of insight for bulk readers; the columns below stay, others may come and go."""

PEOPLE = "insight_people"  # area (community), sex, band, ability, count
VERDICTS = (
    "insight_verdicts"  # area, month, item ('*' each person once), verdict, reason, version, count, fen
)
PAYMENTS = "insight_payments"  # area, month, item ('*' each person once), state, block, count, fen
