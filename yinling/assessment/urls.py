"""Addresses of assessment."""

from __future__ import annotations

from django.urls import include, path

from .pages import bedside, desk, persons, quality

patterns = [
    path("", desk.assessments, name="assessments"),
    path("bedside", bedside.shell, name="bedside"),
    path("bedside/day.json", bedside.day, name="day"),
    path("forms", bedside.take_form, name="take_form"),
    path("quality", quality.quality, name="quality"),
    path("quality/plans", quality.make_plan, name="make_plan"),
    path("quality/plans/<uuid:uid>/<slug:verb>", quality.ask_for_plan, name="plan_verb"),
    path("quality/assessors", quality.keep_assessor, name="keep_assessor"),
    path("quality/mappings/<slug:key>/approve", quality.approve, name="approve_mapping"),
    path("persons/<uuid:uid>/", persons.person, name="person"),
    path("persons/<uuid:uid>/ask", persons.ask, name="ask"),
    path("persons/<uuid:uid>/recognise", persons.recognise, name="recognise"),
    path("results/<uuid:uid>/document", persons.document, name="document"),
    path("files/<uuid:uid>", desk.file, name="file"),
    path("<uuid:uid>/", desk.assessment, name="assessment"),
    path("<uuid:uid>/<slug:verb>", desk.move, name="move"),
]
urlpatterns = [path("assessment/", include((patterns, "assessment")))]
