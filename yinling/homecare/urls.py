"""Addresses of visiting care, in the namespace `homecare`."""

from __future__ import annotations

from django.urls import include, path

from .pages import care as pages
from .pages import door

patterns = [
    path("visits/route", pages.route, name="route"),
    path("visits/list", pages.listed, name="listed"),
    path("visits/records", pages.visits, name="visits"),
    path("visits/rate", pages.rate, name="rate"),
    path("visits/calls", pages.calls, name="calls"),
    path("visits/calls/<uuid:person>", pages.call, name="call"),
    path("visits/person/<uuid:uid>", pages.person, name="person"),
    path("visits/person/<uuid:uid>/stay", pages.stay, name="stay"),
    path("visits/door/<uuid:person>", pages.visit, name="visit"),
    path("visits/offline", door.shell, name="door"),
    path("visits/offline/day.json", door.day, name="day"),
    path("visits/offline/forms", door.take_form, name="take_form"),
    path("my/visits", pages.mine, name="mine"),
]
urlpatterns = [path("", include((patterns, "homecare")))]
