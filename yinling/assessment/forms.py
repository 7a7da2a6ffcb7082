"""What officials say on the pages of assessment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from .contracts import REASON_NAMES, Reason, ScaleKey
from .scales import scale

ASKED_REASONS = (Reason.FIRST, Reason.ROUTINE, Reason.PROMPT, Reason.OTHER)
PLANNED = (ScaleKey.GBT42195, ScaleKey.SELFCARE, ScaleKey.COGNITION)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class NoteForm(forms.Form):
    note = forms.CharField(label=_("说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ConfirmForm(forms.Form):
    note = forms.CharField(
        label=_("复核意见"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DisputeForm(forms.Form):
    by_whom = forms.CharField(label=_("提出人"), max_length=60)
    words = forms.CharField(label=_("异议理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class AskForm(forms.Form):
    scale = forms.ChoiceField(label=_("评估量表"))
    reason = forms.ChoiceField(label=_("评估原因"))
    detail = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scales = [(key.value, f"{scale(key).title}（{scale(key).standard}）") for key in ScaleKey]
        self.fields["scale"].choices = scales  # type: ignore[attr-defined]
        reasons = [(reason.value, _t(REASON_NAMES[reason])) for reason in ASKED_REASONS]
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]


class RecogniseForm(forms.Form):
    document = forms.FileField(label=_("评估结果文件"), required=False)
    text = forms.CharField(
        label=_("或粘贴文件内容"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class PlanForm(forms.Form):
    title = forms.CharField(label=_("计划名称"), max_length=80)
    scale = forms.ChoiceField(label=_("评估量表"))
    quota = forms.IntegerField(label=_("名额（人）"), min_value=1, max_value=200_000)
    starts_on = _day(_("开始日期"))
    ends_on = _day(_("完成日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key.value, f"{scale(key).title}（{scale(key).standard}）") for key in PLANNED]
        self.fields["scale"].choices = choices  # type: ignore[attr-defined]


class AssessorForm(forms.Form):
    account = forms.ChoiceField(label=_("账号"))
    org = forms.CharField(label=_("评估机构"), max_length=120)
    certificate = forms.CharField(label=_("证书编号"), max_length=60)
    qualified_from = _day(_("资格生效"))
    qualified_to = _day(_("资格到期"))
    medical = forms.BooleanField(label=_("有医疗护理背景"), required=False)

    def __init__(self, *args: Any, accounts: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = accounts or []  # type: ignore[attr-defined]
