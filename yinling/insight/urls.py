"""Addresses of the insight room, in the namespace `insight`."""

from __future__ import annotations

from django.urls import include, path

from .pages import board, persons, wall

patterns = [
    path("board", board.board, name="board"),
    path("board/cards", board.cards, name="cards"),
    path("board/<str:area>", board.board, name="board_of"),
    path("board/<str:area>/persons", persons.persons, name="persons"),
    path("board/<str:area>/shapes.json", board.shapes, name="shapes"),
    path("wall", wall.wall, name="wall"),
]
urlpatterns = [path("", include((patterns, "insight")))]
