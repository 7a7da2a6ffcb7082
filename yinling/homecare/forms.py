"""What a visitor says at the door or on the telephone; every choice comes from the room's dated data."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .contracts import EVENT_NAMES
from .rules import terms


def _conditions() -> list[tuple[str, object]]:
    return [(key, _(name)) for key, name in terms.conditions().items()]


def _needs() -> list[tuple[str, object]]:
    return [(need.key, _(need.name)) for need in terms.needs().values()]


class SeenForm(forms.Form):
    """What is the same at the door and on the telephone."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    condition = forms.ChoiceField(
        label=_("情况"), choices=_conditions, widget=forms.RadioSelect, initial="well"
    )
    needs = forms.MultipleChoiceField(
        label=_("需要什么"), choices=_needs, widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(
        label=_("补充说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class VisitForm(SeenForm):
    """探访登记: two taps when all is well."""

    met = forms.ChoiceField(
        label=_("见到本人了吗"),
        choices=[("yes", _("见到了")), ("no", _("没见到"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    alone = forms.ChoiceField(
        label=_("是不是独居"),
        choices=[("", _("没问")), ("yes", _("独居")), ("no", _("不是独居"))],
        required=False,
    )
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    field_order = ["met", "condition", "needs", "alone", "note", "uid", "at", "lon", "lat"]


class CallForm(SeenForm):
    """主动关爱: what was said on the telephone."""

    answer = forms.ChoiceField(
        label=_("打通了吗"),
        choices=lambda: [(key, _(name)) for key, name in terms.answers().items()],
        widget=forms.RadioSelect,
        initial="answered",
    )
    script = forms.ChoiceField(
        choices=lambda: [(one.key, one.name) for one in terms.scripts().values()], widget=forms.HiddenInput
    )
    field_order = ["answer", "condition", "needs", "note", "uid", "script"]


class StayForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("情况"), choices=[(kind.value, _(name)) for kind, name in EVENT_NAMES.items()]
    )
    on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
