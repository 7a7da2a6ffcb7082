"""Orders and their history under row-level security; history is only added to."""

from django.db import migrations

WALLS = """
SELECT base_protect('workorders_order', ARRAY['hukou_area', 'live_area', 'area'], 'subject', '');
SELECT base_protect('workorders_move', ARRAY['hukou_area', 'live_area', 'area'], 'subject', '');
REVOKE DELETE ON workorders_order FROM yinling_app, yinling_worker;
REVOKE UPDATE, DELETE ON workorders_move FROM yinling_app, yinling_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0001_first_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop)]
