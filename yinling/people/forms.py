"""Forms of the people room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .contracts import About, Mode
from .registry import registers

MODES = (("", _("按名册规定")), (Mode.FULL.value, _("全量")), (Mode.DELTA.value, _("增量")))


def _registers() -> list[tuple[str, Any]]:
    return [
        (register.key, _(register.name))
        for register in registers.all()
        if register.about == About.PERSON or register.dataset
    ]


class UploadForm(forms.Form):
    """Which register, who sends it, the day it stands for, and the file."""

    register = forms.ChoiceField(label=_("名册"), choices=_registers)
    as_of = forms.DateField(label=_("数据日期"), widget=forms.DateInput(attrs={"type": "date"}),
                            help_text=_("数据所反映的日期，不是上传日期。"))  # fmt: skip
    mode = forms.ChoiceField(label=_("报送方式"), choices=MODES, required=False,
                             help_text=_("全量：名册中没有的人视为不在册。增量：只有变化的人。"))  # fmt: skip
    file = forms.FileField(
        label=_("文件"),
        help_text=_("CSV（UTF-8 或 GB18030）、XLSX，或体检数据 JSON Lines；表头上方可以有标题行。"),
    )


class ConfirmForm(forms.Form):
    strict = forms.BooleanField(label=_("严格模式：有一行问题就全部不导入"), required=False)


class UnmaskForm(forms.Form):
    kind = forms.ChoiceField(choices=(("id", ""), ("phone", ""), ("account", "")))
    reason = forms.CharField(label=_("事由"), max_length=200)


class AnswerForm(forms.Form):
    answer = forms.CharField(max_length=20)
    note = forms.CharField(max_length=500, required=False)


class UndoMergeForm(forms.Form):
    """Why a merge is taken back."""

    reason = forms.CharField(label=_("撤销事由"), max_length=200)


class KnownForm(forms.Form):
    """For which day, and as of whose knowledge."""

    on = forms.DateField(label=_("事实所在日"), widget=forms.DateInput(attrs={"type": "date"}))
    known = forms.DateField(label=_("截至哪天所知"), widget=forms.DateInput(attrs={"type": "date"}))
