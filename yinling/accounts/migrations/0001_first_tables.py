import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(db_collation="C", max_length=64, unique=True)),
                ("display_name", models.CharField(max_length=80)),
                ("password", models.CharField(max_length=256)),
                ("password_changed_at", models.DateTimeField()),
                ("must_change", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                ("disabled_at", models.DateTimeField(null=True)),
                ("unlocked_at", models.DateTimeField(null=True)),
                ("demo", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "accounts_account",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[a-z0-9][a-z0-9._-]{1,63}$")),
                        name="accounts_name_form",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GrantRow",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("role", models.CharField(max_length=20)),
                ("area", models.CharField(blank=True, db_collation="C", default="", max_length=12)),
                ("orgs", models.JSONField(default=list)),
                ("duties", models.JSONField(default=list)),
                ("title", models.CharField(blank=True, default="", max_length=80)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("granted_by", models.UUIDField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.UUIDField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "db_table": "accounts_grant",
            },
        ),
        migrations.CreateModel(
            name="GrantPerson",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("person", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.grantrow"
                    ),
                ),
            ],
            options={
                "db_table": "accounts_grant_person",
            },
        ),
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("persons", models.JSONField()),
                ("reason", models.CharField(max_length=500)),
                ("opened_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.UUIDField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("proper", "proper"), ("improper", "improper")],
                        default="",
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.grantrow"
                    ),
                ),
            ],
            options={
                "db_table": "accounts_emergency_access",
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("token_hash", models.BinaryField(unique=True)),
                ("created_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("idle_end", models.DateTimeField()),
                ("absolute_end", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, default="", max_length=20)),
                ("address", models.CharField(max_length=45)),
                ("device", models.CharField(blank=True, default="", max_length=120)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="accounts.account",
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.grantrow"
                    ),
                ),
            ],
            options={
                "db_table": "accounts_session",
            },
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name_key", models.BinaryField()),
                ("address", models.CharField(max_length=45)),
                ("network", models.CharField(max_length=49)),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("testing", "testing"),
                            ("wrong", "wrong"),
                            ("right", "right"),
                            ("shut", "shut"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "db_table": "accounts_sign_in_attempt",
            },
        ),
        migrations.AddIndex(
            model_name="grantrow",
            index=models.Index(fields=["role", "area"], name="accounts_grant_role_area"),
        ),
        migrations.AddConstraint(
            model_name="grantrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"
                ),
                name="accounts_grant_period",
            ),
        ),
        migrations.AddIndex(
            model_name="grantperson",
            index=models.Index(fields=["person"], name="accounts_grant_person_person"),
        ),
        migrations.AddConstraint(
            model_name="grantperson",
            constraint=models.UniqueConstraint(fields=("grant", "person"), name="accounts_grant_person_once"),
        ),
        migrations.AddIndex(
            model_name="emergencyaccess",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["account", "until"],
                name="accounts_emergency_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("opened_at"))), name="accounts_emergency_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at__isnull", True), ("reviewed_by__isnull", True), ("verdict", "")),
                    models.Q(
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                        models.Q(("verdict", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="accounts_emergency_review_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by__isnull", True),
                    models.Q(("reviewed_by", models.F("account")), _negated=True),
                    _connector="OR",
                ),
                name="accounts_emergency_not_own_judge",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["account"],
                name="accounts_session_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("idle_end__lte", models.F("absolute_end"))), name="accounts_session_ends"
            ),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(
                condition=models.Q(("outcome__in", ["testing", "wrong"])),
                fields=["name_key", "at"],
                name="accounts_wrong_name",
            ),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(
                condition=models.Q(("outcome__in", ["testing", "wrong"])),
                fields=["network", "at"],
                name="accounts_wrong_net",
            ),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(
                condition=models.Q(("outcome", "right")),
                fields=["name_key", "at"],
                name="accounts_right_name",
            ),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(fields=["account", "at"], name="accounts_attempt_account"),
        ),
    ]
