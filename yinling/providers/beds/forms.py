"""Forms of the bed pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .rules import BEDS_MAX, FLOORS_MAX, ROOMS_MAX


class LayoutForm(forms.Form):
    number = forms.IntegerField(label=_("楼栋号"), min_value=1, max_value=99, initial=1)
    name = forms.CharField(label=_("楼栋名称"), max_length=60, required=False)
    floors = forms.IntegerField(label=_("楼层数"), min_value=1, max_value=FLOORS_MAX)
    rooms = forms.IntegerField(label=_("每层房间数"), min_value=1, max_value=ROOMS_MAX)
    beds = forms.IntegerField(label=_("每间床位数"), min_value=1, max_value=BEDS_MAX, initial=2)
    nursing = forms.BooleanField(label=_("护理型床位"), required=False)
