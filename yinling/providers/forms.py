"""The form with which a register of this room is sent in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .contracts import REGISTER_NAMES


class SendForm(forms.Form):
    """Which register, who sends it, the day it was cut, and the file."""

    register = forms.ChoiceField(
        label=_("名册"), choices=[(key.value, _(name)) for key, name in REGISTER_NAMES.items()]
    )
    source = forms.CharField(label=_("报送单位"), max_length=80)
    as_of = forms.DateField(
        label=_("数据截止日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    file = forms.FileField(
        label=_("文件"), help_text=_("Excel 工作簿（XLSX），第一张工作表；表头上方可以有标题行。")
    )
