from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workorders", "0005_kinds_in_a_queue"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "taken"])),
                fields=["live_area", "due_at"],
                name="workorders_waiting_place",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "taken"])),
                fields=["due_at", "uid"],
                name="workorders_waiting_oldest",
            ),
        ),
    ]
