"""Addresses of work orders."""

from __future__ import annotations

from django.urls import include, path

from .pages import many, one, today

patterns = [
    path("today", today.today, name="today"),
    path("orders/", many.orders, name="orders"),
    path("orders/board", many.board, name="board"),
    path("orders/batch/<slug:verb>", many.batch, name="batch"),
    path("orders/files/<uuid:uid>", one.file, name="file"),
    path("orders/<uuid:uid>/", one.order, name="order"),
    path("orders/<uuid:uid>/tick", one.tick, name="tick"),
    path("orders/<uuid:uid>/attach", one.attach, name="attach"),
    path("orders/<uuid:uid>/<slug:verb>", one.order_move, name="order_move"),
]
urlpatterns = [path("", include((patterns, "workorders")))]
