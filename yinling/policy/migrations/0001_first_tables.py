"""Tables of the policy room."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("jurisdiction", models.CharField(db_collation="C", max_length=12)),
                ("name", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("label", models.CharField(default="", max_length=200)),
                ("version", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64)),
                ("texts", models.JSONField()),
                ("catalogue", models.TextField()),
                ("effective_from", models.DateField()),
                ("loaded_at", models.DateTimeField()),
                ("loaded_by", models.UUIDField(null=True)),
                ("loaded_by_name", models.CharField(max_length=80)),
                ("approved_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "policy_version",
                "constraints": [
                    models.UniqueConstraint(fields=("jurisdiction", "digest"), name="policy_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DeterminationRun",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("jurisdiction", models.CharField(db_collation="C", max_length=12)),
                ("month", models.CharField(db_collation="C", max_length=7)),
                ("known_at", models.DateTimeField()),
                ("seconds", models.FloatField(default=0)),
                ("persons", models.IntegerField(db_column="decided", default=0)),
                ("changed", models.IntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("by_account", models.UUIDField(null=True)),
                ("by_name", models.CharField(max_length=80)),
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
                "db_table": "policy_run",
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12, null=True)),
                ("live_area", models.CharField(db_collation="C", max_length=12, null=True)),
                ("item", models.CharField(db_collation="C", max_length=40)),
                ("from_month", models.CharField(db_collation="C", max_length=7)),
                ("to_month", models.CharField(db_collation="C", max_length=7, null=True)),
                ("verdict", models.SmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("reason", models.SmallIntegerField()),
                ("facts_digest", models.UUIDField()),
                ("superseded_by", models.UUIDField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        db_column="run",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.determinationrun",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_column="version",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policy.policyversion",
                    ),
                ),
            ],
            options={
                "db_table": "policy_verdict",
            },
        ),
        migrations.CreateModel(
            name="PolicyApproval",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row", models.CharField(default="", max_length=120)),
                ("account", models.UUIDField()),
                ("name", models.CharField(max_length=80)),
                ("paper", models.CharField(default="", max_length=200)),
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
                "db_table": "policy_approval",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "row", "account"), name="policy_approval_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("row", ""), models.Q(("paper", ""), _negated=True), _connector="OR"
                        ),
                        name="policy_approval_row_has_paper",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="determinationrun",
            index=models.Index(fields=["jurisdiction", "month", "-known_at"], name="policy_run_latest"),
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(("superseded_by__isnull", True), models.Q(("verdict", 0), _negated=True)),
                fields=["item", "hukou_area"],
                name="policy_verdict_area",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_by__isnull", True)),
                fields=("person", "item", "from_month"),
                name="policy_verdict_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", [-1, 0, 1])), name="policy_verdict_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_fen__gte", 0), ("verdict", 1)), ("amount_fen", 0), _connector="OR"
                ),
                name="policy_verdict_no_money_without_yes",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_month__isnull", True), ("to_month__gte", models.F("from_month")), _connector="OR"
                ),
                name="policy_verdict_months_in_order",
            ),
        ),
    ]
