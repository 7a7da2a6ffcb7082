"""The address table: every room's pages and the one API."""

from __future__ import annotations

from importlib import import_module

from django.urls import include, path

from yinling.base.rest import api
from yinling.config.rooms import rooms_with

for _room in rooms_with("rest"):
    if _room != "base":
        api.add_router("", import_module(f"yinling.{_room}.rest").router)

urlpatterns = [
    path("api/v1/", api.urls),
    *(path("", include(f"yinling.{room}.urls")) for room in rooms_with("urls")),
]

handler400 = "yinling.base.kit.pages.bad_request"
handler403 = "yinling.base.kit.pages.forbidden"
handler404 = "yinling.base.kit.pages.not_found"
handler500 = "yinling.base.kit.pages.server_error"
