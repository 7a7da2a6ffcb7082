"""Addresses of the portal, in the namespace `portal`."""

from __future__ import annotations

from django.urls import include, path

from .pages import home, mine, tv, village
from .pages.tour import file as tour_file
from .pages.tour import tour

patterns = [
    path("", home.home, name="home"),
    path("mine", mine.mine, name="mine"),
    path("mine/why", mine.why, name="why"),
    path("mine/seen", mine.seen, name="seen"),
    path("mine/<uuid:person>/<slug:item>/<slug:choice>", mine.answer, name="answer"),
    path("tv", tv.tv, name="tv"),
    path("village", village.village, name="village"),
    path("tour", tour, name="tour"),
    path("tour/files/<slug:key>", tour_file, name="tour_file"),
]
urlpatterns = [path("", include((patterns, "portal")))]
