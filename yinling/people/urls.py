"""Addresses of the people room, in the namespace `people`."""

from __future__ import annotations

from django.urls import include, path

from .pages import datacentre, deliveries, groups, pairs, persons, questions

patterns = [
    path("people", persons.find, name="search"),
    path("people/<uuid:uid>", persons.person, name="person"),
    path("people/<uuid:uid>/unmask", persons.unmask, name="unmask"),
    path("people/<uuid:uid>/known", pairs.known, name="known"),
    path("people/<uuid:uid>/merges", pairs.merges, name="merges"),
    path("people/pairs", pairs.pairs, name="pairs"),
    path("people/pairs/weights", pairs.weights, name="weights"),
    path("people/pairs/<uuid:uid>", pairs.pair, name="pair"),
    path("people/pairs/<uuid:uid>/answer", pairs.settle, name="settle"),
    path("people/merges/<uuid:uid>/undo", pairs.unmerge, name="unmerge"),
    path("people/questions", questions.questions, name="questions"),
    path("people/questions/<uuid:uid>", questions.ask, name="question"),
    path("people/questions/<uuid:uid>/answer", questions.answer, name="answer"),
    path("people/deliveries", deliveries.deliveries, name="deliveries"),
    path("people/deliveries/upload", deliveries.upload, name="upload"),
    path("people/deliveries/<uuid:uid>", deliveries.delivery, name="delivery"),
    path("people/deliveries/<uuid:uid>/confirm", deliveries.confirm, name="confirm"),
    path("people/deliveries/<uuid:uid>/undo", deliveries.undo, name="undo"),
    path("people/deliveries/<uuid:uid>/headings", deliveries.headings, name="headings"),
    path("people/deliveries/<uuid:uid>/cancel", deliveries.cancel, name="cancel"),
    path("people/deliveries/<uuid:uid>/rows/<int:number>", datacentre.row, name="row"),
    path("people/data", datacentre.centre, name="centre"),
    path("people/data/<slug:key>", datacentre.source, name="source"),
    path("people/groups", groups.groups, name="groups"),
    path("people/<uuid:uid>/contacts", groups.contact, name="contact"),
    path("people/catalogue", datacentre.catalogue, name="catalogue"),
    path("people/catalogue/<slug:key>", datacentre.dataset, name="dataset"),
    path("people/catalogue/<slug:key>/template.xlsx", datacentre.blank, name="blank"),
    path("people/catalogue/<slug:key>/<slug:field>", datacentre.lineage, name="lineage"),
    path("people/deliveries/<uuid:uid>/problems.<str:form>", deliveries.report, name="report"),
]
urlpatterns = [path("", include((patterns, "people")))]
