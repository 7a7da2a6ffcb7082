"""Addresses of the policy room, in the namespace `policy`."""

from __future__ import annotations

from django.urls import include, path

from . import pages

patterns = [
    path("policy/items", pages.items, name="items"),
    path("policy/items/<slug:key>", pages.item, name="item"),
    path("policy/national", pages.national, name="national"),
    path("policy/places", pages.places, name="places"),
    path("policy/versions", pages.versions, name="versions"),
    path("policy/versions/<uuid:uid>", pages.version, name="version"),
    path("policy/versions/<uuid:uid>/approve", pages.approve, name="approve"),
    path("policy/versions/<uuid:uid>/withdraw", pages.withdraw, name="withdraw"),
    path("policy/drafts", pages.drafts, name="drafts"),
    path("policy/drafts/new", pages.draft_new, name="draft_new"),
    path("policy/drafts/<uuid:uid>", pages.draft, name="draft"),
    path("policy/drafts/<uuid:uid>/save", pages.draft_save, name="draft_save"),
    path("policy/drafts/<uuid:uid>/text", pages.draft_text, name="draft_text"),
    path("policy/drafts/<uuid:uid>/examples", pages.draft_examples, name="draft_examples"),
    path("policy/drafts/<uuid:uid>/copy", pages.draft_copy, name="draft_copy"),
    path("policy/drafts/<uuid:uid>/submit", pages.draft_submit, name="draft_submit"),
    path("policy/drafts/<uuid:uid>/drop", pages.draft_drop, name="draft_drop"),
    path("policy/simulate", pages.simulate, name="simulate"),
    path("policy/simulate/result", pages.simulate_result, name="simulate_result"),
    path("policy/simulate/keep", pages.simulate_keep, name="simulate_keep"),
    path("policy/simulate/persons", pages.simulate_persons, name="simulate_persons"),
    path("policy/changes", pages.changes, name="changes"),
    path("policy/determine", pages.determine, name="determine"),
    path("policy/ahead", pages.ahead, name="ahead"),
    path("policy/night", pages.night, name="night"),
    path("policy/cards/<uuid:person>/<slug:key>", pages.card, name="card"),
]
urlpatterns = [path("", include((patterns, "policy")))]
