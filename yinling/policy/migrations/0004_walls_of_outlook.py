"""Rows ahead are walled like verdicts; held facts by the area they were read for, and not written to the log."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("policy", "0003_drafts_and_outlook"), ("base", "0002_walls")]
    operations = [
        migrations.RunSQL(
            "SELECT base_protect('policy_outlook', ARRAY['hukou_area', 'live_area'], 'person', '')",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "SELECT base_protect('policy_held_facts', ARRAY['area'], '', '')", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "ALTER TABLE policy_held_facts SET UNLOGGED", "ALTER TABLE policy_held_facts SET LOGGED"
        ),
    ]
