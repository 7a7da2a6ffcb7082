"""Row-level security: the function that every room calls for its tables, and the rights on the trail."""

from __future__ import annotations

from django.db import migrations

PROTECT = """
CREATE FUNCTION base_in_scope_sql(areas text[], person text, org text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE parts text[] := '{}'; area text;
BEGIN
  FOREACH area IN ARRAY areas LOOP
    parts := parts || format(
      '(%1$I >= (SELECT current_setting(''yinling.lo'', true)) AND %1$I < (SELECT current_setting(''yinling.hi'', true)))',
      area);
  END LOOP;
  IF person <> '' THEN
    parts := parts || format(
      '%I = ANY (ARRAY(SELECT unnest(string_to_array(nullif(current_setting(''yinling.persons'', true), ''''), '',''))::uuid))',
      person);
  END IF;
  IF org <> '' THEN
    parts := parts || format(
      '%I::text = ANY (ARRAY(SELECT unnest(string_to_array(nullif(current_setting(''yinling.orgs'', true), ''''), '',''))))',
      org);
  END IF;
  IF parts = '{}' THEN RAISE EXCEPTION 'base_protect: a scoped table needs an area, person or organisation column'; END IF;
  RETURN array_to_string(parts, ' OR ');
END $$;

CREATE FUNCTION base_protect(target text, areas text[], person text, org text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE condition text := base_in_scope_sql(areas, person, org);
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY scope_app ON %I FOR ALL TO yinling_app USING (%s) WITH CHECK (%s)',
                 target, condition, condition);
  EXECUTE format('CREATE POLICY scope_worker ON %I FOR ALL TO yinling_worker USING (true) WITH CHECK (true)', target);
END $$;
"""

TRAIL = """
CREATE TABLE base_unsealed (event bigint PRIMARY KEY REFERENCES base_event (id));
REVOKE UPDATE, DELETE ON base_event FROM yinling_app, yinling_worker;
REVOKE ALL ON base_link FROM yinling_app;
GRANT SELECT ON base_link TO yinling_app;
REVOKE UPDATE, DELETE ON base_link FROM yinling_worker;
REVOKE ALL ON base_unsealed FROM yinling_app;
GRANT INSERT ON base_unsealed TO yinling_app;
REVOKE INSERT, UPDATE, DELETE ON base_area FROM yinling_app, yinling_worker;
ALTER TABLE base_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE base_event FORCE ROW LEVEL SECURITY;
CREATE POLICY write_any ON base_event FOR INSERT TO yinling_app WITH CHECK (true);
CREATE POLICY scope_worker ON base_event FOR ALL TO yinling_worker USING (true) WITH CHECK (true);
CREATE POLICY scope_app ON base_event FOR SELECT TO yinling_app USING (
  (area >= (SELECT current_setting('yinling.lo', true)) AND area < (SELECT current_setting('yinling.hi', true)))
  OR (subject_kind = 'person' AND subject = ANY (
      ARRAY(SELECT unnest(string_to_array(nullif(current_setting('yinling.persons', true), ''), ','))))));
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0001_first_tables")]
    operations = [migrations.RunSQL(PROTECT), migrations.RunSQL(TRAIL)]
