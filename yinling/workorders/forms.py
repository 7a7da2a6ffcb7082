"""What a clerk says when moving an order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import ROLE_CARDS, Role

from .rules import QUEUE_LEVEL


class FinishForm(forms.Form):
    outcome = forms.CharField(label=_("办理结果"), max_length=60)
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoteForm(forms.Form):
    note = forms.CharField(label=_("说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class HandOverForm(NoteForm):
    role = forms.ChoiceField(label=_("转给"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (role, _t(ROLE_CARDS[Role(role)].name))
            for role in sorted(QUEUE_LEVEL, key=lambda one: -QUEUE_LEVEL[one])
        ]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
