"""Pairs that may be one person, and merges that can be taken back; neither is ever deleted."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

WALLS = """
SELECT base_protect('people_pair', ARRAY['area'], '', '');
SELECT base_protect('people_merge', ARRAY['area'], '', '');
REVOKE INSERT ON people_pair FROM yinling_app;
REVOKE DELETE ON people_pair, people_merge FROM yinling_app, yinling_worker;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_undo_and_headings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("loose", models.BooleanField()),
                ("kept", models.UUIDField()),
                ("other", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "合并中"),
                            ("applied", "已合并"),
                            ("undoing", "撤销中"),
                            ("undone", "已撤销"),
                        ],
                        max_length=7,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("by_name", models.CharField(max_length=80)),
                ("reason", models.CharField(default="", max_length=200)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(default="", max_length=80)),
                ("undone_reason", models.CharField(default="", max_length=200)),
            ],
            options={
                "db_table": "people_merge",
            },
        ),
        migrations.CreateModel(
            name="Pair",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("left", models.UUIDField()),
                ("right", models.UUIDField()),
                ("loose", models.BooleanField()),
                ("score", models.FloatField()),
                ("most", models.SmallIntegerField()),
                ("levels", models.JSONField()),
                ("weights", models.CharField(max_length=40)),
                ("verdict", models.CharField(max_length=5)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待核对"),
                            ("joined", "同一人"),
                            ("apart", "不是同一人"),
                            ("void", "已不再相似"),
                        ],
                        default="open",
                        max_length=6,
                    ),
                ),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(default="", max_length=80)),
                ("note", models.CharField(default="", max_length=200)),
            ],
            options={
                "db_table": "people_pair",
            },
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["account_blind"], name="people_record_account"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["born_on"], name="people_record_born"),
        ),
        migrations.AddIndex(
            model_name="pair",
            index=models.Index(fields=["right"], name="people_pair_right"),
        ),
        migrations.AddIndex(
            model_name="pair",
            index=models.Index(
                condition=models.Q(("state", "open"), ("verdict", "ask")),
                fields=["due_at"],
                name="people_pair_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.UniqueConstraint(fields=("left", "right"), name="people_pair_once"),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.CheckConstraint(
                condition=models.Q(("left", models.F("right")), _negated=True), name="people_pair_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", False), ("state__in", ("joined", "apart"))),
                    models.Q(("state__in", ("open", "void")), ("answered_at__isnull", True)),
                    _connector="OR",
                ),
                name="people_pair_answer_has_time",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="pair",
            field=models.ForeignKey(
                db_column="pair",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.pair",
            ),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["kept"], name="people_merge_kept"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "undone"), _negated=True),
                fields=("other",),
                name="people_merge_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("undoing", "undone")), ("undone_at__isnull", False)),
                    models.Q(("state__in", ("asked", "applied")), ("undone_at__isnull", True)),
                    _connector="OR",
                ),
                name="people_merge_undone_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("other")), _negated=True), name="people_merge_of_two"
            ),
        ),
        migrations.RunSQL(WALLS),
    ]
