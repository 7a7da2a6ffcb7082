"""Rows by home, area of the home, and person; money and moves are only added to; absences of one stay never overlap."""

from __future__ import annotations

from django.db import migrations

RESIDENT = (
    "stay", "stay_move", "absence", "message", "plan_item", "task", "record", "charge", "incident", "prescription", "lot", "dose",
    "agreed_fee", "bill", "bill_line", "entry", "claim",
)  # fmt: skip
HOME = ("handover", "fee_item", "point", "round", "hazard")
KEPT = (
    "stay",
    "stay_move",
    "absence",
    "record",
    "charge",
    "incident",
    "prescription",
    "bill",
    "entry",
    "round",
    "hazard",
)
WALLS = "\n".join(
    [f"SELECT base_protect('facility_{name}', ARRAY['area'], 'person', 'home');" for name in RESIDENT]
    + [f"SELECT base_protect('facility_{name}', ARRAY['area'], '', 'home');" for name in HOME]
    + [f"REVOKE DELETE ON facility_{name} FROM yinling_app, yinling_worker;" for name in KEPT]
    + [
        (
            "REVOKE UPDATE ON facility_stay_move, facility_record, facility_charge, facility_entry, facility_round"
            " FROM yinling_app, yinling_worker;"
        ),
        """ALTER TABLE facility_absence ADD CONSTRAINT facility_absence_apart EXCLUDE USING gist (
             int8range(uuid_hash_extended(stay, 0), uuid_hash_extended(stay, 0), '[]') WITH &&,
             daterange(from_on, until_on) WITH &&);""",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("facility", "0001_first_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop)]
