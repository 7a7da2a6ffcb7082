"""Beds are part of the public register; who has one is bound by area, home and person. Nobody shares a bed, nobody has two.

The exclusion is core PostgreSQL only: a uuid takes part as the range of its hash, of which two equal by chance once in
2^64; a collision would refuse a bed, never give one twice.
"""

from __future__ import annotations

from django.db import migrations

WALLS = """
SELECT base_protect('providers_building', ARRAY['area'], '', 'home');
SELECT base_protect('providers_room', ARRAY['area'], '', 'home');
SELECT base_protect('providers_bed', ARRAY['area'], '', 'home');
SELECT base_protect('providers_occupancy', ARRAY['area'], 'person', 'home');
CREATE POLICY read_any ON providers_building FOR SELECT TO yinling_app USING (true);
CREATE POLICY read_any ON providers_room FOR SELECT TO yinling_app USING (true);
CREATE POLICY read_any ON providers_bed FOR SELECT TO yinling_app USING (true);
REVOKE DELETE ON providers_building, providers_room, providers_bed, providers_occupancy FROM yinling_app, yinling_worker;
ALTER TABLE providers_occupancy ADD CONSTRAINT providers_occupancy_bed EXCLUDE USING gist (
  int8range(uuid_hash_extended(bed, 0), uuid_hash_extended(bed, 0), '[]') WITH &&,
  daterange(starts_on, ends_on) WITH &&) WHERE (NOT voided);
ALTER TABLE providers_occupancy ADD CONSTRAINT providers_occupancy_person EXCLUDE USING gist (
  int8range(uuid_hash_extended(person, 0), uuid_hash_extended(person, 0), '[]') WITH &&,
  daterange(starts_on, ends_on) WITH &&) WHERE (NOT voided);
"""


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_beds"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(WALLS, migrations.RunSQL.noop)]
