from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workorders", "0004_walls_of_files_and_calls"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="order",
            name="workorders_waiting_kind",
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "taken"])),
                fields=["role", "kind", "area", "due_at"],
                name="workorders_waiting_kinds",
            ),
        ),
    ]
