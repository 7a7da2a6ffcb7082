"""Cases under row-level security by 户籍, 常住 and the area that took them in; steps are only added."""

from django.db import migrations

WALLS = """
CREATE SEQUENCE benefits_case_number;
GRANT USAGE ON SEQUENCE benefits_case_number TO yinling_app, yinling_worker;
SELECT base_protect('benefits_case', ARRAY['hukou_area', 'live_area', 'taken_area'], 'person', '');
SELECT base_protect('benefits_case_move', ARRAY['hukou_area', 'live_area', 'taken_area'], 'person', '');
SELECT base_protect('benefits_case_fact', ARRAY['hukou_area', 'live_area', 'taken_area'], 'person', '');
REVOKE DELETE ON benefits_case, benefits_case_fact FROM yinling_app, yinling_worker;
REVOKE UPDATE, DELETE ON benefits_case_move FROM yinling_app, yinling_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("benefits", "0003_cases"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, "DROP SEQUENCE IF EXISTS benefits_case_number")]
