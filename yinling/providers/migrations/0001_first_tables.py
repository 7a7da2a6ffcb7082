"""Tables of the providers room."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("register", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=80)),
                ("as_of", models.DateField()),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.BinaryField()),
                ("content", models.BinaryField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                (
                    "state",
                    models.CharField(
                        choices=[("received", "待确认"), ("applied", "已入库"), ("dropped", "已放弃")],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("rows", models.IntegerField()),
                ("counts", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("received_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("by_account", models.UUIDField(null=True)),
                ("by_name", models.CharField(max_length=80)),
            ],
            options={
                "db_table": "providers_delivery",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "dropped"), _negated=True),
                        fields=("register", "sha256", "area"),
                        name="providers_delivery_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at__isnull", False), ("state", "applied")),
                            models.Q(
                                models.Q(("state", "applied"), _negated=True), ("applied_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="providers_delivery_applied_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Home",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                ("uscc", models.CharField(db_collation="C", max_length=18, unique=True)),
                ("kind", models.CharField(default="", max_length=60)),
                ("area", models.CharField(db_collation="C", db_index=True, max_length=12)),
                ("address", models.CharField(default="", max_length=200)),
                ("longitude", models.FloatField(null=True)),
                ("latitude", models.FloatField(null=True)),
                ("beds", models.IntegerField(null=True)),
                ("beds_used", models.IntegerField(null=True)),
                ("beds_nursing", models.IntegerField(null=True)),
                ("legal_person", models.CharField(default="", max_length=200)),
                ("phone", models.CharField(default="", max_length=20)),
                ("filed_on", models.DateField(null=True)),
                ("grade", models.CharField(default="", max_length=60)),
                ("as_of", models.DateField()),
                ("missing_since", models.DateField(null=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        db_column="delivery",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.delivery",
                    ),
                ),
            ],
            options={
                "db_table": "providers_home",
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("subject", models.UUIDField()),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("field", models.CharField(max_length=40)),
                ("was", models.CharField(default="", max_length=200)),
                ("became", models.CharField(default="", max_length=200)),
                ("as_of", models.DateField()),
                (
                    "delivery",
                    models.ForeignKey(
                        db_column="delivery",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.delivery",
                    ),
                ),
            ],
            options={
                "db_table": "providers_change",
                "indexes": [models.Index(fields=["subject", "as_of"], name="providers_change_subject")],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                ("kind", models.CharField(default="", max_length=60)),
                ("area", models.CharField(db_collation="C", db_index=True, max_length=12)),
                ("address", models.CharField(default="", max_length=200)),
                ("longitude", models.FloatField(null=True)),
                ("latitude", models.FloatField(null=True)),
                ("square_metres", models.FloatField(null=True)),
                ("phone", models.CharField(default="", max_length=20)),
                ("opening", models.CharField(default="", max_length=200)),
                ("as_of", models.DateField()),
                ("missing_since", models.DateField(null=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        db_column="delivery",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.delivery",
                    ),
                ),
            ],
            options={
                "db_table": "providers_site",
                "constraints": [models.UniqueConstraint(fields=("area", "name"), name="providers_site_once")],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("name", models.CharField(max_length=200)),
                ("id_sealed", models.BinaryField()),
                ("id_blind", models.BinaryField()),
                ("post", models.CharField(default="", max_length=60)),
                ("level", models.CharField(default="", max_length=60)),
                ("certificate", models.CharField(default="", max_length=60)),
                ("certificate_until", models.DateField(null=True)),
                ("phone_sealed", models.BinaryField(default=bytes)),
                ("phone_blind", models.BinaryField(default=bytes)),
                ("as_of", models.DateField()),
                ("missing_since", models.DateField(null=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        db_column="delivery",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.delivery",
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        db_column="home",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.home",
                    ),
                ),
            ],
            options={
                "db_table": "providers_staff",
                "indexes": [models.Index(fields=["area"], name="providers_staff_area")],
                "constraints": [
                    models.UniqueConstraint(fields=("home", "id_blind"), name="providers_staff_once")
                ],
            },
        ),
    ]
