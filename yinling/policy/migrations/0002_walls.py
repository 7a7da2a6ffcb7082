"""Verdicts are walled by both areas and by person."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_first_tables"), ("base", "0002_walls")]
    operations = [
        migrations.RunSQL(
            "SELECT base_protect('policy_verdict', ARRAY['hukou_area', 'live_area'], 'person', '')",
            migrations.RunSQL.noop,
        )
    ]
