"""Who sees which rows: persons of a grant behind a wall, the session's own read of them, the audit's read of the trail."""

from django.db import migrations

PERSONS = """
SELECT base_protect('accounts_grant_person', ARRAY['area'], 'person', '');
CREATE POLICY read_for_session ON accounts_grant_person FOR SELECT TO CURRENT_USER USING (true);

-- The scope of a session is made of these rows, so they must be read before there is a scope. Runs with the owner's rights
-- and answers only to somebody who has the digest of a session's token.
CREATE FUNCTION accounts_persons_of(session_token_hash bytea) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT array_agg(p.person ORDER BY p.person)
  FROM public.accounts_session s JOIN public.accounts_grant_person p ON p.grant_id = s.grant_id
  WHERE s.token_hash = session_token_hash
$$;
REVOKE ALL ON FUNCTION accounts_persons_of(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_persons_of(bytea) TO yinling_app, yinling_worker;
"""

AUDIT = """
CREATE POLICY audit_app ON base_event FOR SELECT TO yinling_app
  USING ((SELECT current_setting('yinling.audit', true)) = 'on');
"""

NO_DELETES = """
REVOKE DELETE ON accounts_account, accounts_grant, accounts_grant_person, accounts_emergency_access, accounts_sign_in_attempt
  FROM yinling_app, yinling_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_first_tables"), ("base", "0002_walls")]
    operations = [
        migrations.RunSQL(PERSONS, migrations.RunSQL.noop),
        migrations.RunSQL(AUDIT, "DROP POLICY audit_app ON base_event"),
        migrations.RunSQL(NO_DELETES, migrations.RunSQL.noop),
    ]
