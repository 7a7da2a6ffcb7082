"""Addresses of the policy room, in the namespace `policy`."""

from __future__ import annotations

from django.urls import include, path

from . import pages

patterns = [
    path("policy/items", pages.items, name="items"),
    path("policy/items/<slug:key>", pages.item, name="item"),
    path("policy/national", pages.national, name="national"),
    path("policy/changes", pages.changes, name="changes"),
    path("policy/determine", pages.determine, name="determine"),
    path("policy/versions/<uuid:uid>/approve", pages.approve, name="approve"),
    path("policy/cards/<uuid:person>/<slug:key>", pages.card, name="card"),
]
urlpatterns = [path("", include((patterns, "policy")))]
