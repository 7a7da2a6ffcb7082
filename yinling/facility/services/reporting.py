"""What leaves the home by itself: a death to the community that confirms it, a severe incident and a grave hazard to the street.

Runs as a subscriber in the worker, because a home may not write into a queue of an area; each event opens its order once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from yinling.base.api import Recorded, now
from yinling.people import api as people
from yinling.providers import api as providers
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Cause, Subject

from ..contracts import RISK_NAMES, Risk
from ..models import Hazard, Incident
from ..rules.safety import CLOCKS, SUPERVISED
from .care import SEVERE

DEATH, INCIDENT, HAZARD = "facility.death", "facility.incident", "facility.hazard"
TAKES = (
    "facility.die", "facility.incident", "facility.incident_closed", "facility.hazard_found", "facility.hazard_checked",
)  # fmt: skip


def take(event: Recorded) -> None:
    """Turn one event of a home into the order that somebody outside must handle, or end it."""
    if event.verb == "facility.die":
        _death(event)
    elif event.verb == "facility.incident" and event.data.get("severity") == SEVERE:
        _incident(event)
    elif event.verb == "facility.hazard_found" and event.data.get("grade") in SUPERVISED:
        _hazard(event)
    elif event.verb in ("facility.incident_closed", "facility.hazard_checked"):
        kind = "incident" if event.verb == "facility.incident_closed" else "hazard"
        cause = Cause(f"facility_{kind}", str(event.data[kind]))
        workorders.close_by_cause(cause=cause, outcome="机构已办结", at=now())


def _death(event: Recorded) -> None:
    person = UUID(event.subject)
    card = people.person_card(person)
    home = providers.home_of(UUID(event.data["home"]))
    if card is None or home is None or not card.hukou_area:
        return
    workorders.open_order(
        kind=DEATH, key=f"{person}", subject=Subject("person", person, card.hukou_area, card.live_area), role="village", at=now(),
        title="机构报告去世，请核实并登记", detail=f"{home.name}登记老人于{event.data['on']}去世。核实后相关待遇自动停发。",
        cause=Cause("facility_stay", str(event.data["stay"])), url=reverse("people:person", args=[person]),
    )  # fmt: skip


def _home_order(event: Recorded, kind: str, ref: UUID, **words: Any) -> None:
    workorders.open_order(
        kind=kind, key=str(ref), subject=Subject("home", ref, event.area, event.area), role="street", at=now(),
        cause=Cause(kind.replace(".", "_"), str(ref)), **words,
    )  # fmt: skip


def _incident(event: Recorded) -> None:
    found = Incident.objects.get(uid=event.data["incident"])
    home = providers.home_of(found.home)
    title = f"{home.name if home else ''}：{RISK_NAMES[Risk(found.risk)]}（严重）"
    _home_order(event, INCIDENT, found.uid, title=title, detail=found.happened)


def _hazard(event: Recorded) -> None:
    found = Hazard.objects.get(uid=event.data["hazard"])
    home = providers.home_of(found.home)
    title = f"{home.name if home else ''}：{CLOCKS[found.grade][0]}"
    _home_order(
        event,
        HAZARD,
        found.uid,
        title=title,
        detail=found.words,
        due_at=max(found.due_at, now() + timedelta(minutes=1)),
    )
