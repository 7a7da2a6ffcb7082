"""Tables of the facility room."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bill",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("month", models.CharField(db_collation="C", max_length=7)),
                ("nights", models.SmallIntegerField()),
                ("nights_leave", models.SmallIntegerField()),
                ("nights_hospital", models.SmallIntegerField()),
                ("fen", models.BigIntegerField()),
                ("issued_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "db_table": "facility_bill",
            },
        ),
        migrations.CreateModel(
            name="FeeItem",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=60)),
                ("unit", models.CharField(max_length=6)),
                ("fen", models.BigIntegerField()),
                ("while_away", models.BooleanField(default=False)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "db_table": "facility_fee_item",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("home", "kind", "name", "since"), name="facility_fee_item_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fen__gt", 0)), name="facility_fee_item_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("shift_on", models.DateField()),
                ("shift", models.CharField(max_length=6)),
                ("closed_at", models.DateTimeField()),
                ("note", models.CharField(default="", max_length=300)),
                ("counts", models.JSONField(default=dict)),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
            ],
            options={
                "db_table": "facility_handover",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("home", "shift_on", "shift"), name="facility_handover_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Point",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("place", models.CharField(max_length=60)),
                ("every_days", models.SmallIntegerField(default=1)),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "facility_point",
                "constraints": [
                    models.UniqueConstraint(fields=("home", "kind", "place"), name="facility_point_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("at", models.DateTimeField()),
                ("good", models.BooleanField()),
                ("note", models.CharField(default="", max_length=200)),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                (
                    "point",
                    models.ForeignKey(
                        db_column="point",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.point",
                    ),
                ),
            ],
            options={
                "db_table": "facility_round",
            },
        ),
        migrations.CreateModel(
            name="Hazard",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("place", models.CharField(max_length=60)),
                ("grade", models.CharField(max_length=8)),
                ("words", models.CharField(max_length=200)),
                ("found_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("mended_at", models.DateTimeField(null=True)),
                ("mended", models.CharField(default="", max_length=200)),
                ("mended_by", models.UUIDField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("checked_by_name", models.CharField(default="", max_length=80)),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                (
                    "round",
                    models.OneToOneField(
                        db_column="round",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.round",
                    ),
                ),
            ],
            options={
                "db_table": "facility_hazard",
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("name", models.CharField(max_length=60)),
                ("phone_sealed", models.BinaryField(default=bytes)),
                ("contact_name", models.CharField(default="", max_length=60)),
                ("contact_sealed", models.BinaryField(default=bytes)),
                ("stage", models.CharField(default="enquiry", max_length=12)),
                ("level", models.CharField(default="", max_length=20)),
                ("ability", models.CharField(default="", max_length=20)),
                ("ability_source", models.CharField(default="", max_length=80)),
                ("ability_on", models.DateField(null=True)),
                ("agreement", models.JSONField(default=dict)),
                ("agreement_no", models.CharField(default="", max_length=40)),
                ("signed_on", models.DateField(null=True)),
                ("deposit_fen", models.BigIntegerField(default=0)),
                ("goals", models.CharField(default="", max_length=300)),
                ("bed", models.UUIDField(null=True)),
                ("enquired_on", models.DateField()),
                ("trial_until", models.DateField(null=True)),
                ("admitted_on", models.DateField(null=True)),
                ("confirmed_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("end_reason", models.CharField(default="", max_length=120)),
                ("photo_consent", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "db_table": "facility_stay",
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("figures", models.JSONField(default=dict)),
                ("note", models.CharField(default="", max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_record",
            },
        ),
        migrations.CreateModel(
            name="Prescription",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("drug", models.CharField(max_length=60)),
                ("drug_key", models.CharField(max_length=60)),
                ("dose", models.CharField(max_length=40)),
                ("units", models.SmallIntegerField(default=1)),
                ("times", models.JSONField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("prescriber", models.CharField(max_length=60)),
                ("double_reason", models.CharField(default="", max_length=120)),
                ("ordered_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_prescription",
            },
        ),
        migrations.CreateModel(
            name="PlanItem",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("label", models.CharField(max_length=60)),
                ("times", models.JSONField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("fee_name", models.CharField(default="", max_length=60)),
                ("fee_fen", models.BigIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_plan_item",
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=16)),
                ("words", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_message",
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("drug", models.CharField(max_length=60)),
                ("drug_key", models.CharField(max_length=60)),
                ("lot", models.CharField(default="", max_length=40)),
                ("expires_on", models.DateField()),
                ("units", models.IntegerField()),
                ("received_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_lot",
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("risk", models.CharField(max_length=10)),
                ("severity", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                ("place", models.CharField(default="", max_length=60)),
                ("happened", models.CharField(max_length=300)),
                ("done", models.CharField(default="", max_length=300)),
                ("measures", models.CharField(default="", max_length=300)),
                ("reported_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by_name", models.CharField(default="", max_length=80)),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_incident",
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("fen", models.BigIntegerField()),
                ("on_date", models.DateField()),
                ("at", models.DateTimeField()),
                ("method", models.CharField(default="", max_length=20)),
                ("note", models.CharField(default="", max_length=120)),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_entry",
            },
        ),
        migrations.CreateModel(
            name="Dose",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("due_at", models.DateTimeField()),
                ("state", models.CharField(default="due", max_length=8)),
                ("ended_at", models.DateTimeField(null=True)),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                ("reason", models.CharField(default="", max_length=120)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_column="lot",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.lot",
                    ),
                ),
                (
                    "prescription",
                    models.ForeignKey(
                        db_column="prescription",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.prescription",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_dose",
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("month", models.CharField(db_collation="C", max_length=7)),
                ("nights", models.SmallIntegerField()),
                ("nights_paid", models.SmallIntegerField()),
                ("blocked", models.JSONField(default=dict)),
                ("verdict", models.SmallIntegerField()),
                ("reason", models.CharField(default="", max_length=120)),
                ("fen", models.BigIntegerField()),
                ("policy", models.CharField(max_length=80)),
                ("counted_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_claim",
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("on_date", models.DateField()),
                ("name", models.CharField(max_length=60)),
                ("fen", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "record",
                    models.OneToOneField(
                        db_column="record",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.record",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_charge",
            },
        ),
        migrations.CreateModel(
            name="BillLine",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=60)),
                ("quantity", models.IntegerField()),
                ("fen", models.BigIntegerField()),
                (
                    "bill",
                    models.ForeignKey(
                        db_column="bill",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.bill",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_bill_line",
            },
        ),
        migrations.AddField(
            model_name="bill",
            name="stay",
            field=models.ForeignKey(
                db_column="stay",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facility.stay",
            ),
        ),
        migrations.CreateModel(
            name="AgreedFee",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=60)),
                ("unit", models.CharField(max_length=6)),
                ("fen", models.BigIntegerField()),
                ("while_away", models.BooleanField(default=False)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_agreed_fee",
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=10)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_absence",
            },
        ),
        migrations.CreateModel(
            name="StayMove",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("person", models.UUIDField(null=True)),
                ("verb", models.CharField(max_length=16)),
                ("from_stage", models.CharField(default="", max_length=12)),
                ("to_stage", models.CharField(max_length=12)),
                ("on_date", models.DateField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                ("note", models.CharField(default="", max_length=200)),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_stay_move",
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("home", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("label", models.CharField(max_length=60)),
                ("due_at", models.DateTimeField()),
                ("shift_on", models.DateField()),
                ("shift", models.CharField(max_length=6)),
                ("state", models.CharField(default="due", max_length=8)),
                ("ended_at", models.DateTimeField(null=True)),
                ("by", models.UUIDField(null=True)),
                ("by_name", models.CharField(default="", max_length=80)),
                ("reason", models.CharField(default="", max_length=120)),
                (
                    "item",
                    models.ForeignKey(
                        db_column="item",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.planitem",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        db_column="stay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facility.stay",
                    ),
                ),
            ],
            options={
                "db_table": "facility_task",
            },
        ),
        migrations.AddField(
            model_name="record",
            name="task",
            field=models.OneToOneField(
                db_column="task",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="facility.task",
            ),
        ),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(fields=["point", "-at"], name="facility_round_point"),
        ),
        migrations.AddIndex(
            model_name="hazard",
            index=models.Index(fields=["home", "due_at"], name="facility_hazard_home"),
        ),
        migrations.AddConstraint(
            model_name="hazard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_at__isnull", True), ("mended_at__isnull", False), _connector="OR"
                ),
                name="facility_hazard_order",
            ),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["home", "stage"], name="facility_stay_home"),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["person"], name="facility_stay_person"),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stage__in", ("enquiry", "visited", "declined")),
                    ("person__isnull", False),
                    _connector="OR",
                ),
                name="facility_stay_known_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ("trial", "resident", "away", "hospital")), _negated=True),
                    models.Q(
                        ("admitted_on__isnull", False),
                        ("ended_on__isnull", True),
                        ("signed_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="facility_stay_admitted",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ("discharged", "died")), _negated=True),
                    ("ended_on__isnull", False),
                    _connector="OR",
                ),
                name="facility_stay_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="prescription",
            index=models.Index(fields=["stay"], name="facility_prescription_stay"),
        ),
        migrations.AddConstraint(
            model_name="prescription",
            constraint=models.CheckConstraint(
                condition=models.Q(("units__gte", 1)), name="facility_prescription_units"
            ),
        ),
        migrations.AddIndex(
            model_name="planitem",
            index=models.Index(fields=["stay"], name="facility_plan_stay"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["person", "-at"], name="facility_message_person"),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(fields=["stay", "drug_key"], name="facility_lot_stay"),
        ),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(
                condition=models.Q(("units__gte", 0)), name="facility_lot_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["home", "-at"], name="facility_incident_home"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", True), models.Q(("measures", ""), _negated=True), _connector="OR"
                ),
                name="facility_incident_measures",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", (1, 2, 3))), name="facility_incident_severity"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["stay"], name="facility_entry_stay"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("fen__gt", 0)), name="facility_entry_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="dose",
            index=models.Index(fields=["home", "due_at"], name="facility_dose_home"),
        ),
        migrations.AddIndex(
            model_name="dose",
            index=models.Index(fields=["stay", "due_at"], name="facility_dose_stay"),
        ),
        migrations.AddConstraint(
            model_name="dose",
            constraint=models.UniqueConstraint(fields=("prescription", "due_at"), name="facility_dose_once"),
        ),
        migrations.AddConstraint(
            model_name="dose",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "due")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ("given", "refused", "held", "missed")),
                        models.Q(("by_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="facility_dose_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="dose",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("due", "given")), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="facility_dose_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["home", "month"], name="facility_claim_home"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(fields=("stay", "month"), name="facility_claim_once"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict", 1), ("fen", 0), _connector="OR"),
                name="facility_claim_no_money_without_a_grant",
            ),
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(fields=["stay", "on_date"], name="facility_charge_stay"),
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(("fen__gt", 0)), name="facility_charge_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="billline",
            index=models.Index(fields=["bill"], name="facility_bill_line_bill"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["home", "month"], name="facility_bill_home"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(fields=("stay", "month"), name="facility_bill_once"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("fen__gte", 0)), name="facility_bill_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="agreedfee",
            index=models.Index(fields=["stay"], name="facility_agreed_fee_stay"),
        ),
        migrations.AddConstraint(
            model_name="agreedfee",
            constraint=models.CheckConstraint(
                condition=models.Q(("fen__gt", 0), ("unit__in", ("month", "day"))),
                name="facility_agreed_fee_sane",
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["stay", "from_on"], name="facility_absence_stay"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"
                ),
                name="facility_absence_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("leave", "hospital"))), name="facility_absence_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="staymove",
            index=models.Index(fields=["stay", "at"], name="facility_stay_move_stay"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["home", "shift_on", "shift"], name="facility_task_shift"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["stay", "due_at"], name="facility_task_stay"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(fields=("item", "due_at"), name="facility_task_once"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "due")),
                    models.Q(("ended_at__isnull", False), ("state__in", ("done", "refused", "missed"))),
                    _connector="OR",
                ),
                name="facility_task_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("refused", "missed")), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="facility_task_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["stay", "-at"], name="facility_record_stay"),
        ),
    ]
