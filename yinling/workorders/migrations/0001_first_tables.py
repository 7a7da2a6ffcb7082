import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(db_collation="C", max_length=160, unique=True)),
                ("kind", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=120)),
                ("detail", models.CharField(blank=True, default="", max_length=500)),
                ("url", models.CharField(blank=True, default="", max_length=200)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("taken", "taken"),
                            ("done", "done"),
                            ("closed", "closed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("assignee", models.UUIDField(null=True)),
                ("level", models.SmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("escalate_at", models.DateTimeField(null=True)),
                ("cause_kind", models.CharField(max_length=60)),
                ("cause_ref", models.CharField(max_length=120)),
                ("evidence", models.JSONField(default=dict)),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=60)),
                ("done_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "workorders_order",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "taken"])),
                        fields=["role", "due_at", "area"],
                        name="workorders_waiting_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "taken"])),
                        fields=["role", "area"],
                        name="workorders_waiting_area",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "taken"])),
                        fields=["assignee", "due_at"],
                        name="workorders_waiting_mine",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "taken"])),
                        fields=["escalate_at"],
                        name="workorders_clocks",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["open", "taken"]), _negated=True),
                        fields=["role", "changed_at"],
                        name="workorders_ended",
                    ),
                    models.Index(fields=["cause_kind", "cause_ref"], name="workorders_cause"),
                    models.Index(fields=["subject"], name="workorders_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "taken", "done", "closed"])),
                        name="workorders_order_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="workorders_order_closed_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True),
                            ("assignee__isnull", False),
                            _connector="OR",
                        ),
                        name="workorders_order_taken_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=12)),
                ("from_state", models.CharField(blank=True, default="", max_length=8)),
                ("to_state", models.CharField(max_length=8)),
                ("by", models.UUIDField(null=True)),
                ("by_role", models.CharField(max_length=20)),
                ("to_role", models.CharField(blank=True, default="", max_length=20)),
                ("to_area", models.CharField(blank=True, db_collation="C", default="", max_length=12)),
                ("to_assignee", models.UUIDField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("subject", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="workorders.order",
                    ),
                ),
            ],
            options={
                "db_table": "workorders_move",
                "indexes": [models.Index(fields=["order", "at"], name="workorders_move_order")],
            },
        ),
    ]
