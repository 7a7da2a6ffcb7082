"""Tables of the cube."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="People",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area", models.CharField(db_collation="C", db_index=True, max_length=12)),
                ("sex", models.CharField(max_length=1)),
                ("band", models.SmallIntegerField()),
                ("ability", models.CharField(max_length=20)),
                ("count", models.IntegerField()),
            ],
            options={
                "db_table": "insight_people",
            },
        ),
        migrations.CreateModel(
            name="Register",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("register", models.CharField(max_length=40)),
                ("sender", models.CharField(max_length=80)),
                ("mode", models.CharField(default="", max_length=5)),
                ("as_of", models.DateField()),
                ("applied_at", models.DateTimeField()),
                ("rows", models.IntegerField()),
                ("refused", models.IntegerField()),
            ],
            options={
                "db_table": "insight_register",
            },
        ),
        migrations.CreateModel(
            name="State",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("made_on", models.DateField()),
                ("trail_mark", models.BigIntegerField()),
                ("months", models.JSONField(default=list)),
                ("seconds", models.FloatField()),
            ],
            options={
                "db_table": "insight_state",
            },
        ),
        migrations.CreateModel(
            name="Payments",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("month", models.CharField(db_collation="C", max_length=7)),
                ("item", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=10)),
                ("block", models.CharField(default="", max_length=24)),
                ("count", models.IntegerField()),
                ("fen", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "insight_payments",
                "indexes": [models.Index(fields=["month", "area"], name="insight_payments_month")],
            },
        ),
        migrations.CreateModel(
            name="Verdicts",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area", models.CharField(db_collation="C", max_length=12)),
                ("month", models.CharField(db_collation="C", max_length=7)),
                ("item", models.CharField(max_length=40)),
                ("verdict", models.SmallIntegerField()),
                ("reason", models.SmallIntegerField(default=0)),
                ("version", models.UUIDField(null=True)),
                ("count", models.IntegerField()),
                ("fen", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "insight_verdicts",
                "indexes": [models.Index(fields=["month", "area"], name="insight_verdicts_month")],
            },
        ),
    ]
