"""Telemetry by Beijing day, row-level security on every table, no overlap of bindings, and the maker of day partitions."""

from django.db import migrations

READING = """
CREATE TABLE devices_reading (
  at timestamptz NOT NULL, seq bigint NOT NULL, value double precision NOT NULL,
  device integer NOT NULL, channel smallint NOT NULL, flags smallint NOT NULL DEFAULT 0
) PARTITION BY RANGE (at);
CREATE INDEX devices_reading_device ON devices_reading (device, channel, at);
ALTER TABLE devices_state SET (fillfactor = 60);
ALTER TABLE devices_condition SET (fillfactor = 70);
CREATE SEQUENCE devices_number AS integer START 1;
ALTER TABLE devices_device ALTER COLUMN number SET DEFAULT nextval('devices_number');
ALTER TABLE devices_binding ADD CONSTRAINT devices_binding_never_two
  EXCLUDE USING gist (int4range(number, number, '[]') WITH &&, tstzrange(from_at, to_at) WITH &&);
"""

# Only the owner may make tables; the ingest asks for one day by its date and can ask for nothing else.
DAYS = """
CREATE FUNCTION devices_day_name(day date) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT 'devices_reading_' || to_char(day, 'YYYYMMDD') $$;
CREATE FUNCTION devices_make_day(day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE part text := devices_day_name(day);
DECLARE lo text := day::text || ' 00:00:00+08'; hi text := (day + 1)::text || ' 00:00:00+08';
BEGIN
  IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(7005001);
  IF to_regclass(part) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE devices_reading INCLUDING DEFAULTS INCLUDING INDEXES)', part);
  EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, yinling_app', part);
  EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO yinling_worker', part);
  EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (at >= %L AND at < %L)', part, part || '_day', lo, hi);
  EXECUTE format('ALTER TABLE devices_reading ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, lo, hi);
  EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', part, part || '_day');
END $$;
CREATE FUNCTION devices_drop_day(day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS %I', devices_day_name(day));
END $$;
REVOKE ALL ON FUNCTION devices_make_day(date), devices_drop_day(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION devices_make_day(date), devices_drop_day(date) TO yinling_worker;
"""

WALLS = """
SELECT base_protect('devices_batch', ARRAY['area'], '', '');
SELECT base_protect('devices_device', ARRAY['area', 'hukou_area'], 'person', 'org');
SELECT base_protect('devices_binding', ARRAY['area', 'hukou_area'], 'person', 'org');
SELECT base_protect('devices_mapping', ARRAY['area'], '', '');
SELECT base_protect('devices_activity', ARRAY['area', 'hukou_area'], 'person', '');
SELECT base_protect('devices_absence', ARRAY['area', 'hukou_area'], 'person', '');
SELECT base_protect('devices_fence', ARRAY['area', 'hukou_area'], 'person', '');
SELECT base_protect('devices_alarm', ARRAY['area', 'hukou_area'], 'person', 'org');
DO $$
DECLARE target text;
BEGIN
  -- what carries only a device's number is as visible as the device
  FOREACH target IN ARRAY ARRAY['devices_reading', 'devices_hour', 'devices_state', 'devices_condition'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY scope_app ON %I FOR SELECT TO yinling_app
                    USING (device IN (SELECT number FROM devices_device))', target);
    EXECUTE format('CREATE POLICY scope_worker ON %I FOR ALL TO yinling_worker USING (true) WITH CHECK (true)', target);
  END LOOP;
END $$;
ALTER TABLE devices_signal ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices_signal FORCE ROW LEVEL SECURITY;
CREATE POLICY scope_app ON devices_signal FOR ALL TO yinling_app USING (alarm_id IN (SELECT uid FROM devices_alarm))
  WITH CHECK (alarm_id IN (SELECT uid FROM devices_alarm));
CREATE POLICY scope_worker ON devices_signal FOR ALL TO yinling_worker USING (true) WITH CHECK (true);
REVOKE DELETE ON devices_alarm, devices_signal, devices_device, devices_binding, devices_rule FROM yinling_app, yinling_worker;
REVOKE UPDATE ON devices_signal FROM yinling_app, yinling_worker;
REVOKE INSERT, UPDATE, DELETE ON devices_reading, devices_hour, devices_state, devices_dirty, devices_refused FROM yinling_app;
"""


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_first_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(READING), migrations.RunSQL(DAYS), migrations.RunSQL(WALLS)]
