"""Row-level security of the cube: every row belongs to a community; when it was made is no secret."""

from __future__ import annotations

from django.db import migrations

SCOPED = """
SELECT base_protect('insight_people', ARRAY['area'], '', '');
SELECT base_protect('insight_verdicts', ARRAY['area'], '', '');
SELECT base_protect('insight_payments', ARRAY['area'], '', '');
ALTER TABLE insight_register ENABLE ROW LEVEL SECURITY;
ALTER TABLE insight_register FORCE ROW LEVEL SECURITY;
CREATE POLICY scope_worker ON insight_register FOR ALL TO yinling_worker USING (true) WITH CHECK (true);
-- A street looks at the freshness of what its district receives: the sender's area lies around it or inside it.
CREATE POLICY scope_app ON insight_register FOR SELECT TO yinling_app USING (
  (area >= (SELECT current_setting('yinling.lo', true)) AND area < (SELECT current_setting('yinling.hi', true)))
  OR left(area, 6) = left((SELECT current_setting('yinling.lo', true)), 6));
REVOKE INSERT, UPDATE, DELETE ON insight_people, insight_verdicts, insight_payments, insight_register, insight_state
  FROM yinling_app;
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_first_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(SCOPED)]
