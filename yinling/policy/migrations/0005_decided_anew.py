"""How many a determination decided anew, and the ground its results rest on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0004_walls_of_outlook"),
    ]

    operations = [
        migrations.AddField(
            model_name="determinationrun",
            name="anew",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="determinationrun",
            name="ground",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
    ]
