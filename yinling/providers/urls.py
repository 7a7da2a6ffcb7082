"""Addresses of the providers room, in the namespace `providers`."""

from __future__ import annotations

from django.urls import include, path

from . import pages
from .beds import pages as beds

patterns = [
    path("providers/mine", pages.mine, name="mine"),
    path("providers/homes", pages.homes, name="homes"),
    path("providers/homes/<uuid:uid>", pages.home, name="home"),
    path("providers/sites", pages.sites, name="sites"),
    path("providers/sites/<uuid:uid>", pages.site, name="site"),
    path("providers/staff", pages.staff, name="staff"),
    path("providers/registers", pages.deliveries, name="deliveries"),
    path("providers/registers/send", pages.send, name="send"),
    path("providers/registers/<uuid:uid>", pages.delivery, name="delivery"),
    path("providers/registers/<uuid:uid>/apply", pages.apply, name="apply"),
    path("providers/registers/<uuid:uid>/drop", pages.drop, name="drop"),
    path("providers/registers/<uuid:uid>/problems", pages.problems, name="problems"),
    path("beds", beds.board, name="beds"),
    path("beds/layout", beds.bed_layout, name="bed_layout"),
    path("beds/codes", beds.codes, name="bed_codes"),
    path("beds/of/<uuid:uid>", beds.bed_map, name="bed_map"),
    path("beds/<uuid:uid>", beds.bed, name="bed"),
    path("beds/<uuid:uid>/<slug:step>", beds.bed_step, name="bed_step"),
    path("c/<slug:code>/<slug:mark>", beds.scan, name="scan"),
]
urlpatterns = [path("", include((patterns, "providers")))]
