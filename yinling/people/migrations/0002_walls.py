"""Row-level security on every table about persons or offices; what arrived and life facts can only be added."""

from __future__ import annotations

from django.db import migrations

PROTECT = """
SELECT base_protect('people_delivery', ARRAY['area'], '', '');
SELECT base_protect('people_delivery_part', ARRAY['area'], '', '');
SELECT base_protect('people_arrival', ARRAY['area'], '', '');
SELECT base_protect('people_person', ARRAY['hukou_area', 'live_area'], 'uid', '');
SELECT base_protect('people_statement', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('people_doubt', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('people_vital', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('people_record', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('people_question', ARRAY['hukou_area', 'live_area'], 'person', '');
"""

RIGHTS = """
REVOKE UPDATE, DELETE ON people_arrival, people_delivery_part FROM yinling_app, yinling_worker;
REVOKE DELETE ON people_vital, people_statement, people_person, people_delivery FROM yinling_app, yinling_worker;
REVOKE INSERT, UPDATE ON people_arrival, people_statement, people_doubt, people_identity, people_coverage FROM yinling_app;
REVOKE DELETE ON people_identity, people_coverage FROM yinling_app, yinling_worker;
"""

# Most updates of a record touch no indexed column; room on the page keeps them cheap.
ROOM = """
ALTER TABLE people_record SET (fillfactor = 70);
ALTER TABLE people_statement SET (fillfactor = 90);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_first_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(PROTECT), migrations.RunSQL(RIGHTS), migrations.RunSQL(ROOM)]
