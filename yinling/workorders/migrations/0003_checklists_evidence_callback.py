import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workorders", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("reached", models.BooleanField()),
                ("satisfied", models.BooleanField(null=True)),
                ("words", models.CharField(blank=True, default="", max_length=500)),
                ("subject", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                ("area", models.CharField(db_collation="C", max_length=12)),
            ],
            options={
                "db_table": "workorders_call",
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=120)),
                ("media", models.CharField(max_length=40)),
                ("size", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("body", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("subject", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                ("area", models.CharField(db_collation="C", max_length=12)),
            ],
            options={
                "db_table": "workorders_evidence",
            },
        ),
        migrations.RemoveIndex(
            model_name="order",
            name="workorders_waiting_area",
        ),
        migrations.AddField(
            model_name="order",
            name="callback",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="order",
            name="checklist",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="order",
            name="effects",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="order",
            name="files_min",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="from_area",
            field=models.CharField(blank=True, db_collation="C", db_default="", default="", max_length=12),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "taken"])),
                fields=["role", "area", "due_at"],
                name="workorders_waiting_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "taken"])),
                fields=["role", "area", "kind", "due_at"],
                name="workorders_waiting_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("callback__in", ["", "due", "done", "unreached"])),
                name="workorders_order_callback_known",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="workorders.order"
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="workorders.order"
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["order", "at"], name="workorders_call_order"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reached", True), ("satisfied__isnull", False)),
                    models.Q(("reached", False), ("satisfied__isnull", True)),
                    _connector="OR",
                ),
                name="workorders_call_answer_when_reached",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(fields=("order", "digest"), name="workorders_evidence_once"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0)), name="workorders_evidence_not_empty"
            ),
        ),
    ]
