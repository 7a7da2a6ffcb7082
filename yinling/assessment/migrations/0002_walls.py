"""Everything about a person under row-level security; history and files are only added to."""

from django.db import migrations

WALLS = """
SELECT base_protect('assessment_assessor', ARRAY['area'], '', '');
SELECT base_protect('assessment_plan', ARRAY['area'], '', '');
SELECT base_protect('assessment_plan_part', ARRAY['area'], '', '');
SELECT base_protect('assessment_conflict', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('assessment_assessment', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('assessment_file', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('assessment_move', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('assessment_result', ARRAY['hukou_area', 'live_area'], 'person', '');
REVOKE DELETE ON assessment_assessment, assessment_result FROM yinling_app, yinling_worker;
REVOKE UPDATE, DELETE ON assessment_file, assessment_move, assessment_approval FROM yinling_app, yinling_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_first_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop)]
