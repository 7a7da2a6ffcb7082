"""Visiting care under row-level security by 户籍 and 常住; visits and stays are only added, their consequences noted."""

from django.db import migrations

WALLS = """
SELECT base_protect('homecare_visitee', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('homecare_visit', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('homecare_stay', ARRAY['hukou_area', 'live_area'], 'person', '');
REVOKE DELETE ON homecare_visitee, homecare_visit, homecare_stay FROM yinling_app, yinling_worker;
REVOKE UPDATE ON homecare_stay FROM yinling_app, yinling_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("homecare", "0001_first_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop)]
