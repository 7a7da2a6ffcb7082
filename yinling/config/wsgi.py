"""What the web server runs."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.config.settings")
os.environ.setdefault("YINLING_PROCESS", "web")
application = get_wsgi_application()
# Every room's pages are imported here and not by the first request: an error shows at the start, and nobody waits for it.
get_resolver()._populate()  # type: ignore[attr-defined]
