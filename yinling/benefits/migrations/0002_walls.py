"""Row-level security on every table of payments, and a ledger that nobody changes."""

from django.db import migrations

PROTECT = """
SELECT base_protect('benefits_month', ARRAY['area'], '', '');
SELECT base_protect('benefits_batch', ARRAY['area'], '', '');
SELECT base_protect('benefits_approval', ARRAY['area'], '', '');
SELECT base_protect('benefits_publicity', ARRAY['area'], '', '');
SELECT base_protect('benefits_line', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('benefits_consent', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('benefits_objection', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('benefits_notice', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('benefits_file', ARRAY['area'], '', '');
SELECT base_protect('benefits_file_row', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('benefits_result', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('benefits_payee', ARRAY['hukou_area', 'live_area'], 'person', '');
SELECT base_protect('benefits_transfer', ARRAY['area'], 'person', '');
SELECT base_protect('benefits_recovery', ARRAY['hukou_area', 'live_area'], 'person', '');
"""

# Rights alone would not stop the owner's own slip, so the ledger also refuses by trigger.
RIGHTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON benefits_transfer, benefits_approval, benefits_result, benefits_file_row
  FROM yinling_app, yinling_worker;
REVOKE DELETE ON benefits_line, benefits_batch, benefits_file, benefits_recovery, benefits_consent,
  benefits_objection, benefits_payee, benefits_publicity, benefits_month FROM yinling_app, yinling_worker;
CREATE FUNCTION benefits_ledger_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'benefits_transfer: rows are inserted, never changed or deleted';
END $$;
CREATE TRIGGER benefits_ledger_stands BEFORE UPDATE OR DELETE ON benefits_transfer
  FOR EACH ROW EXECUTE FUNCTION benefits_ledger_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("benefits", "0001_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(PROTECT), migrations.RunSQL(RIGHTS)]
