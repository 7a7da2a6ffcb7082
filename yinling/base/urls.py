"""Addresses of base: health and figures for machines; the kit adds language, jobs and the gallery."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("healthz", pages.healthz, name="healthz"),
    path("metrics", pages.metrics, name="metrics"),
    *pages.kit_urls(),
]
