"""The family's phone: how the day was, what is owed, what the home told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import CHINA, allow, now, render
from yinling.providers import api as providers

from ..contracts import CARE_NAMES, STAGE_NAMES, Care, Stage
from ..models import Bill, Dose
from ..queries import care as care_queries
from ..queries import stays as queries
from ..services import money
from .shared import local_day, work


@allow(Role.FAMILY, Role.ELDER)
@require_GET
def family(request: HttpRequest) -> HttpResponse:
    """养老院的一天 of the own person."""
    with work(request):
        found = queries.stays_of(list(request.grant.persons))
        stay = next((one for one in found if one.admitted_on), None)
        context: dict[str, Any] = {
            "stay": stay,
            "clerk": None,
            "undo_url": "",
            "elder": request.grant.role is Role.ELDER,
        }
        if stay is not None:
            home = providers.home_of(stay.home)
            context |= {
                "home": home, "stage": _(STAGE_NAMES[Stage(stay.stage)]), "day": _day_in_words(stay.uid),
                "messages": queries.messages(stay.uid, 20), "balance": money.balance_of(stay.uid),
                "bills": list(Bill.objects.filter(stay=stay.uid).order_by("-month")[:6]),
            }  # fmt: skip
    return render(request, "facility/family.html", context)


def _day_in_words(stay: Any) -> list[str]:
    """Today's care as sentences: what was done how often, how meals went, what was drunk, which doses were taken."""
    start = datetime.combine(local_day(), datetime.min.time(), CHINA)
    records = care_queries.records_of(stay, start, most=200)
    counts = Counter(one.kind for one in records)
    words = [
        _("%(kind)s %(n)s 次") % {"kind": _(CARE_NAMES[Care(kind)]), "n": count}
        for kind, count in counts.most_common()
    ]
    drunk = sum(one.figures.get("ml", 0) for one in records if one.kind == Care.FLUID)
    if drunk:
        words.append(_("共饮水 %(ml)s 毫升") % {"ml": int(drunk)})
    vitals = next((one.figures for one in records if one.kind == Care.VITALS and one.figures), None)
    if vitals and "temperature" in vitals:
        words.append(_("体温 %(t)s ℃") % {"t": vitals["temperature"]})
    given = Dose.objects.filter(stay=stay, due_at__gte=start, due_at__lte=now(), state="given").count()
    if given:
        words.append(_("按时服药 %(n)s 次") % {"n": given})
    return words
