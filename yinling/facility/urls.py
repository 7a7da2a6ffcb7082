"""Addresses of the facility room, in the namespace `facility`."""

from __future__ import annotations

from django.urls import include, path

from .pages import billing, claims, desk, family, residents, safety, shift

patterns = [
    path("facility", desk.desk, name="desk"),
    path("facility/beds", desk.beds, name="beds"),
    path("facility/form", desk.monthly_form, name="form"),
    path("facility/residents", residents.residents, name="residents"),
    path("facility/residents/new", residents.enquiry, name="enquiry"),
    path("facility/residents/<uuid:uid>", residents.resident, name="resident"),
    path("facility/residents/<uuid:uid>/plan", residents.plan, name="plan"),
    path("facility/residents/<uuid:uid>/prescribe", residents.prescribe, name="prescribe"),
    path("facility/residents/<uuid:uid>/receive", residents.receive, name="receive"),
    path("facility/residents/<uuid:uid>/account", billing.account, name="account"),
    path("facility/residents/<uuid:uid>/planned/<slug:choice>", residents.planned, name="planned"),
    path("facility/residents/<uuid:uid>/step/<slug:verb>", residents.step, name="step"),
    path("facility/plan/<uuid:uid>/end", residents.plan_end, name="plan_end"),
    path("facility/prescriptions/<uuid:uid>/end", residents.prescription_end, name="prescription_end"),
    path("facility/shift", shift.shift, name="shift"),
    path("facility/handover", shift.handover, name="handover"),
    path("facility/bed/<uuid:uid>", shift.bed, name="bed"),
    path("facility/care/<uuid:uid>", shift.resident_care, name="care"),
    path("facility/care/<uuid:uid>/record", shift.record, name="record"),
    path("facility/care/<uuid:uid>/incident", shift.report, name="report"),
    path("facility/tasks/<uuid:uid>/<slug:outcome>", shift.task_end, name="task_end"),
    path("facility/doses/<uuid:uid>/<slug:outcome>", shift.dose_end, name="dose_end"),
    path("facility/incidents", shift.incidents, name="incidents"),
    path("facility/incidents/<uuid:uid>", shift.incident, name="incident"),
    path("facility/incidents/<uuid:uid>/close", shift.incident_close, name="incident_close"),
    path("facility/bills", billing.bills, name="bills"),
    path("facility/bills/make", billing.bills_make, name="bills_make"),
    path("facility/bills/<uuid:uid>", billing.bill, name="bill"),
    path("facility/claims", claims.claims, name="claims"),
    path("facility/claims/count", claims.count, name="claims_count"),
    path("facility/prices", billing.prices, name="prices"),
    path("facility/prices/new", billing.price_new, name="price_new"),
    path("facility/prices/<uuid:uid>/end", billing.price_end, name="price_end"),
    path("facility/safety", safety.rounds, name="rounds"),
    path("facility/safety/new", safety.point_new, name="point_new"),
    path("facility/safety/<uuid:uid>", safety.go_round, name="go_round"),
    path("facility/hazards", safety.hazards, name="hazards"),
    path("facility/hazards/<uuid:uid>", safety.hazard, name="hazard"),
    path("facility/hazards/<uuid:uid>/mend", safety.hazard_mend, name="hazard_mend"),
    path("facility/hazards/<uuid:uid>/check", safety.hazard_check, name="hazard_check"),
    path("mine/home", family.family, name="family"),
]
urlpatterns = [path("", include((patterns, "facility")))]
