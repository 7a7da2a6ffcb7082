import uuid

import django.db.models.deletion
from django.db import migrations, models

import yinling.assessment.contracts


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(max_length=60)),
                ("district", models.CharField(db_collation="C", max_length=12)),
                ("account", models.UUIDField()),
                ("name", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "assessment_approval",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key", "district", "account"), name="assessment_approval_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessor",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("account", models.UUIDField(unique=True)),
                ("name", models.CharField(max_length=60)),
                ("org", models.CharField(max_length=120)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("certificate", models.CharField(max_length=60)),
                ("qualified_from", models.DateField()),
                ("qualified_to", models.DateField()),
                ("medical", models.BooleanField(default=False)),
                ("stopped_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "assessment_assessor",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("qualified_to__gte", models.F("qualified_from"))),
                        name="assessment_assessor_dates",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=80)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("scale", models.CharField(max_length=12)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "assessment_plan",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="assessment_plan_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scale__in", ["gbt42195", "mzt039", "ltci2021", "selfcare", "cognition"])
                        ),
                        name="assessment_plan_scale_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(db_collation="C", max_length=160, unique=True)),
                ("person", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                ("scale", models.CharField(max_length=12)),
                ("reason", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=10)),
                ("assessor", models.UUIDField(null=True)),
                ("second", models.UUIDField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("visited_at", models.DateTimeField(null=True)),
                ("place", models.CharField(blank=True, default="", max_length=120)),
                ("informant", models.CharField(blank=True, default="", max_length=60)),
                ("informant_relation", models.CharField(blank=True, default="", max_length=30)),
                ("form_id", models.UUIDField(null=True, unique=True)),
                ("form_digest", models.CharField(blank=True, default="", max_length=64)),
                ("form", models.BinaryField(default=b"")),
                ("scores", models.JSONField(default=list)),
                ("total", models.SmallIntegerField(null=True)),
                ("preliminary", models.SmallIntegerField(null=True)),
                ("level", models.SmallIntegerField(null=True)),
                ("changes", models.JSONField(default=list)),
                ("reviewed_by", models.UUIDField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "again",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="assessment.assessment",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="assessment.plan",
                    ),
                ),
            ],
            options={
                "db_table": "assessment_assessment",
            },
        ),
        migrations.CreateModel(
            name="PlanPart",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("quota", models.IntegerField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="assessment.plan",
                    ),
                ),
            ],
            options={
                "db_table": "assessment_plan_part",
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("person", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                ("scale", models.CharField(max_length=12)),
                ("level", models.SmallIntegerField()),
                ("total", models.SmallIntegerField(null=True)),
                ("assessed_on", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("source", models.CharField(max_length=120)),
                ("source_area", models.CharField(db_collation="C", max_length=12)),
                ("recognised", models.BooleanField(default=False)),
                ("document", models.TextField(blank=True, default="")),
                ("document_id", models.UUIDField(null=True)),
                ("display_only", models.BooleanField(default=False)),
                ("confirmed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("ended_because", models.CharField(blank=True, default="", max_length=20)),
                (
                    "assessment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result",
                        to="assessment.assessment",
                    ),
                ),
            ],
            options={
                "db_table": "assessment_result",
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("person", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="assessment.assessor",
                    ),
                ),
            ],
            options={
                "db_table": "assessment_conflict",
                "constraints": [
                    models.UniqueConstraint(fields=("assessor", "person"), name="assessment_conflict_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="File",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=20)),
                ("media", models.CharField(max_length=40)),
                ("size", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("body", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("person", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="assessment.assessment",
                    ),
                ),
            ],
            options={
                "db_table": "assessment_file",
                "indexes": [models.Index(fields=["assessment"], name="assessment_file_of")],
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
                ("verb", models.CharField(max_length=10)),
                ("from_state", models.CharField(blank=True, default="", max_length=10)),
                ("to_state", models.CharField(max_length=10)),
                ("by", models.UUIDField(null=True)),
                ("by_role", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("person", models.UUIDField()),
                ("hukou_area", models.CharField(db_collation="C", max_length=12)),
                ("live_area", models.CharField(db_collation="C", max_length=12)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="assessment.assessment",
                    ),
                ),
            ],
            options={
                "db_table": "assessment_move",
                "indexes": [models.Index(fields=["assessment", "at"], name="assessment_move_of")],
            },
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["person", "asked_at"], name="assessment_of_person"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["assessor", "state", "due_on"], name="assessment_of_assessor"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["state", "live_area"], name="assessment_by_state"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["plan", "state"], name="assessment_of_plan"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "asked",
                            "submitted",
                            "returned",
                            "confirmed",
                            "disputed",
                            "replaced",
                            "annulled",
                            "cancelled",
                        ],
                    )
                ),
                name="assessment_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scale__in", ["gbt42195", "mzt039", "ltci2021", "selfcare", "cognition"])
                ),
                name="assessment_scale_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "state__in",
                            [
                                yinling.assessment.contracts.State["SUBMITTED"],
                                yinling.assessment.contracts.State["RETURNED"],
                                yinling.assessment.contracts.State["CONFIRMED"],
                                yinling.assessment.contracts.State["DISPUTED"],
                                yinling.assessment.contracts.State["REPLACED"],
                                yinling.assessment.contracts.State["ANNULLED"],
                            ],
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        ("assessor__isnull", False), ("level__isnull", False), ("visited_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="assessment_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second__isnull", True),
                    models.Q(("second", models.F("assessor")), _negated=True),
                    _connector="OR",
                ),
                name="assessment_two_assessors",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by__isnull", True),
                    models.Q(("reviewed_by", models.F("assessor")), _negated=True),
                    _connector="OR",
                ),
                name="assessment_reviewed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="planpart",
            constraint=models.UniqueConstraint(fields=("plan", "area"), name="assessment_plan_part_once"),
        ),
        migrations.AddConstraint(
            model_name="planpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("quota__gte", 0)), name="assessment_plan_quota_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(fields=["person", "assessed_on"], name="assessment_result_of"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["valid_to"],
                name="assessment_result_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("recognised", False)),
                fields=("person", "scale"),
                name="assessment_one_live_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document_id__isnull", False)),
                fields=("person", "document_id", "live_area"),
                name="assessment_document_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scale__in", ["gbt42195", "mzt039", "ltci2021", "selfcare", "cognition"])
                ),
                name="assessment_result_scale_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("assessed_on")), _connector="OR"
                ),
                name="assessment_result_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_on__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_on__isnull", False)),
                    _connector="OR",
                ),
                name="assessment_result_ended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("assessment__isnull", False), ("recognised", False)),
                    models.Q(("document_id__isnull", False), ("recognised", True)),
                    _connector="OR",
                ),
                name="assessment_result_has_its_source",
            ),
        ),
    ]
