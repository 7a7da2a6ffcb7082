"""Row-level security: staff and deliveries by area and home; homes and sites are a public register, written within the area."""

from __future__ import annotations

from django.db import migrations

SCOPED = """
SELECT base_protect('providers_delivery', ARRAY['area'], '', '');
SELECT base_protect('providers_staff', ARRAY['area'], '', 'home');
SELECT base_protect('providers_change', ARRAY['area'], '', 'subject');
SELECT base_protect('providers_home', ARRAY['area'], '', 'uid');
SELECT base_protect('providers_site', ARRAY['area'], '', 'uid');
CREATE POLICY read_any ON providers_home FOR SELECT TO yinling_app USING (true);
CREATE POLICY read_any ON providers_site FOR SELECT TO yinling_app USING (true);
REVOKE UPDATE, DELETE ON providers_change FROM yinling_app, yinling_worker;
REVOKE DELETE ON providers_home, providers_site, providers_staff, providers_delivery FROM yinling_app, yinling_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("providers", "0001_first_tables"), ("base", "0002_walls")]
    operations = [migrations.RunSQL(SCOPED)]
