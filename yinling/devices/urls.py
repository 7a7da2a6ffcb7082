"""Addresses of the devices room, in the namespace `devices`."""

from __future__ import annotations

from django.urls import include, path

from .pages import alarms, desk, person, rules

patterns = [
    path("devices", desk.desk, name="desk"),
    path("devices/labels", desk.labels, name="labels"),
    path("devices/batches/new", desk.batch_new, name="batch_new"),
    path("devices/alarms", alarms.alarms, name="alarms"),
    path("devices/alarms/<uuid:uid>", alarms.alarm, name="alarm"),
    path("devices/alarms/<uuid:uid>/close", alarms.close, name="close"),
    path("devices/rules", rules.rules, name="rules"),
    path("devices/rules/<uuid:uid>", rules.rule, name="rule"),
    path("devices/rules/<uuid:uid>/change", rules.change, name="rule_change"),
    path("devices/rules/<uuid:uid>/<slug:step>", rules.step, name="rule_step"),
    path("devices/people/<uuid:uid>", person.person, name="person"),
    path("devices/people/<uuid:uid>/give", person.give, name="give"),
    path("devices/people/<uuid:uid>/absence", person.absence, name="absence"),
    path("devices/<uuid:uid>", desk.device, name="device"),
    path("devices/<uuid:uid>/release", desk.release, name="release"),
    path("my/devices", person.mine, name="mine"),
]
urlpatterns = [path("", include((patterns, "devices")))]
