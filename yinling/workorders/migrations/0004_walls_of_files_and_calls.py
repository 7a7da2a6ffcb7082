"""Who gave an order away still sees it; history, files and calls are seen with their order and only added to."""

from django.db import migrations

WALLS = """
DROP POLICY scope_app ON workorders_order;
DROP POLICY scope_worker ON workorders_order;
SELECT base_protect('workorders_order', ARRAY['hukou_area', 'live_area', 'area', 'from_area'], 'subject', '');
SELECT base_protect('workorders_evidence', ARRAY['hukou_area', 'live_area', 'area'], 'subject', '');
SELECT base_protect('workorders_call', ARRAY['hukou_area', 'live_area', 'area'], 'subject', '');
DO $$
DECLARE target text; own text := base_in_scope_sql(ARRAY['hukou_area', 'live_area', 'area'], 'subject', '');
BEGIN
  FOREACH target IN ARRAY ARRAY['workorders_move', 'workorders_evidence', 'workorders_call'] LOOP
    EXECUTE format('DROP POLICY scope_app ON %I', target);
    EXECUTE format(
      'CREATE POLICY scope_app ON %1$I FOR ALL TO yinling_app
         USING (%2$s OR EXISTS (SELECT FROM workorders_order o WHERE o.uid = %1$I.order_id))
         WITH CHECK (%2$s OR EXISTS (SELECT FROM workorders_order o WHERE o.uid = %1$I.order_id))', target, own);
  END LOOP;
END $$;
REVOKE UPDATE, DELETE ON workorders_evidence, workorders_call FROM yinling_app, yinling_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("workorders", "0003_checklists_evidence_callback")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop)]
