"""Drafts, withdrawals, the month a version counts from, the look ahead, facts held for simulations."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldFacts",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("sealed", models.BinaryField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "db_table": "policy_held_facts",
            },
        ),
        migrations.AddField(
            model_name="policyversion",
            name="base",
            field=models.ForeignKey(
                db_column="base",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="policy.policyversion",
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="counts_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="note",
            field=models.CharField(db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Outlook",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("jurisdiction", models.CharField(db_collation="C", max_length=12)),
                ("person", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12, null=True)),
                ("live_area", models.CharField(db_collation="C", max_length=12, null=True)),
                ("item", models.CharField(db_collation="C", max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("lost", "Lost"),
                            ("amount", "Amount"),
                            ("other", "Other"),
                            ("one_fact", "One Fact"),
                        ],
                        max_length=10,
                    ),
                ),
                ("month", models.CharField(db_collation="C", max_length=7)),
                ("was", models.SmallIntegerField()),
                ("was_fen", models.BigIntegerField()),
                ("becomes", models.SmallIntegerField()),
                ("becomes_fen", models.BigIntegerField()),
                ("fact", models.CharField(default="", max_length=40)),
                ("since", models.DateField()),
            ],
            options={
                "db_table": "policy_outlook",
                "indexes": [models.Index(fields=["kind", "item", "hukou_area"], name="policy_outlook_kind")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("jurisdiction", "person", "item", "kind"), name="policy_outlook_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "one_fact"), ("fact", ""), _connector="XOR"),
                        name="policy_outlook_names_the_fact",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutlookRun",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("jurisdiction", models.CharField(db_collation="C", max_length=12)),
                ("month", models.CharField(db_collation="C", max_length=7)),
                ("at", models.DateTimeField()),
                ("seconds", models.FloatField(default=0)),
                ("persons", models.IntegerField(db_column="decided", default=0)),
                ("changed", models.IntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "policy_outlook_run",
                "indexes": [models.Index(fields=["jurisdiction", "-at"], name="policy_outlook_run_latest")],
            },
        ),
        migrations.CreateModel(
            name="PolicyDraft",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("jurisdiction", models.CharField(db_collation="C", max_length=12)),
                ("title", models.CharField(max_length=120)),
                ("texts", models.JSONField()),
                ("counts_from", models.CharField(db_collation="C", max_length=7)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("submitted", "Submitted"), ("dropped", "Dropped")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("revision", models.IntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("made_by_name", models.CharField(max_length=80)),
                ("changed_at", models.DateTimeField()),
                (
                    "base",
                    models.ForeignKey(
                        db_column="base",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.policyversion",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_column="version",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.policyversion",
                    ),
                ),
            ],
            options={
                "db_table": "policy_draft",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "submitted"), ("version__isnull", False)),
                            models.Q(
                                models.Q(("state", "submitted"), _negated=True), ("version__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="policy_draft_submitted_is_a_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyWithdrawal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("name", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        db_column="version",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.policyversion",
                    ),
                ),
            ],
            options={
                "db_table": "policy_withdrawal",
                "constraints": [
                    models.UniqueConstraint(fields=("version", "account"), name="policy_withdrawal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="policy_withdrawal_has_reason"
                    ),
                ],
            },
        ),
    ]
