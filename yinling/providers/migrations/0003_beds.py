"""Beds of homes and who has them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_walls"),
        ("providers", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bed",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("number", models.SmallIntegerField()),
                ("code", models.CharField(db_collation="C", max_length=40, unique=True)),
                ("issue", models.SmallIntegerField(default=1)),
                ("nursing", models.BooleanField(default=False)),
                ("closed_on", models.DateField(null=True)),
                ("closed_reason", models.CharField(default="", max_length=80)),
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
                "db_table": "providers_bed",
            },
        ),
        migrations.CreateModel(
            name="Building",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("number", models.SmallIntegerField()),
                ("name", models.CharField(max_length=60)),
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
                "db_table": "providers_building",
            },
        ),
        migrations.CreateModel(
            name="Occupancy",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("stay", models.UUIDField(db_index=True)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("planned", models.BooleanField(default=False)),
                (
                    "presence",
                    models.CharField(
                        choices=[("in", "在院"), ("leave", "请假"), ("hospital", "住院")],
                        default="in",
                        max_length=10,
                    ),
                ),
                ("voided", models.BooleanField(default=False)),
                (
                    "bed",
                    models.ForeignKey(
                        db_column="bed",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.bed",
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
                "db_table": "providers_occupancy",
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "uid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("floor", models.SmallIntegerField()),
                ("number", models.SmallIntegerField()),
                ("label", models.CharField(max_length=40)),
                (
                    "building",
                    models.ForeignKey(
                        db_column="building",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.building",
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
                "db_table": "providers_room",
            },
        ),
        migrations.AddField(
            model_name="bed",
            name="room",
            field=models.ForeignKey(
                db_column="room",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.room",
            ),
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.UniqueConstraint(fields=("home", "number"), name="providers_building_once"),
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 99)), name="providers_building_number"
            ),
        ),
        migrations.AddIndex(
            model_name="occupancy",
            index=models.Index(fields=["home", "starts_on"], name="providers_occupancy_home"),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="providers_occupancy_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(
                fields=("building", "floor", "number"), name="providers_room_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("floor__gte", 1), ("floor__lte", 99), ("number__gte", 1), ("number__lte", 999)
                ),
                name="providers_room_numbers",
            ),
        ),
        migrations.AddIndex(
            model_name="bed",
            index=models.Index(fields=["home", "code"], name="providers_bed_home"),
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.UniqueConstraint(fields=("room", "number"), name="providers_bed_once"),
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 99)), name="providers_bed_number"
            ),
        ),
    ]
