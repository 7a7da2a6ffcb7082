"""Addresses of work orders."""

from __future__ import annotations

from django.urls import include, path

from . import pages

patterns = [
    path("today", pages.today, name="today"),
    path("orders/<uuid:uid>/", pages.order, name="order"),
    path("orders/<uuid:uid>/<slug:verb>", pages.order_move, name="order_move"),
]
urlpatterns = [path("", include((patterns, "workorders")))]
