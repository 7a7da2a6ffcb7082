"""Forms of the facility room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from .contracts import CARE_NAMES, CLAUSES, ENTRY_NAMES, RISK_NAMES, Care, EntryKind, Risk
from .rules.safety import CLOCKS, ROUND_KINDS

FEN_OF_YUAN = 100


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


def yuan(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=10, decimal_places=2, min_value=0, **more)


def fen(value: Any) -> int:
    """Yuan of a form as integer fen."""
    return int(value * FEN_OF_YUAN)


class EnquiryForm(forms.Form):
    name = forms.CharField(label=_("老人姓名"), max_length=60)
    phone = forms.CharField(label=_("老人电话"), max_length=20, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("联系人电话"), max_length=20, required=False)


class StepForm(forms.Form):
    on = day(_("日期"))
    note = forms.CharField(label=_("说明"), max_length=120, required=False)


class AssessForm(forms.Form):
    number = forms.CharField(
        label=_("身份证号"), max_length=20, help_text=_("核对证件后填写，用于调取已有评估结果，不另存。")
    )
    on = day(_("日期"))
    level = forms.CharField(label=_("照护等级"), max_length=20, required=False)
    goals = forms.CharField(
        label=_("照护目标"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class SignForm(forms.Form):
    agreement_no = forms.CharField(label=_("协议编号"), max_length=40)
    on = day(_("日期"))
    deposit = yuan(_("押金（元）"))
    fees = forms.MultipleChoiceField(label=_("收费项目"), widget=forms.CheckboxSelectMultiple)
    photo_consent = forms.BooleanField(label=_("同意向家属展示照护照片"), required=False)

    def __init__(self, *args: Any, fees: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fees"].choices = fees
        for key, words in CLAUSES:
            self.fields[f"clause_{key}"] = forms.CharField(
                label=_now(words), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def clauses(self) -> dict[str, str]:
        return {key: self.cleaned_data.get(f"clause_{key}", "") for key, _words in CLAUSES}


class BedForm(forms.Form):
    bed = forms.ChoiceField(label=_("床位"))
    on = day(_("日期"))
    note = forms.CharField(label=_("说明"), max_length=120, required=False)

    def __init__(self, *args: Any, beds: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bed"].choices = beds


class PlanForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("照护内容"), choices=[(key.value, _(words)) for key, words in CARE_NAMES.items()]
    )
    label = forms.CharField(label=_("名称"), max_length=60, required=False)
    times = forms.CharField(label=_("每天时间"), max_length=200, help_text=_("如 08:00,12:00,18:00"))
    fee = yuan(_("每次收费（元）"), required=False)

    def values(self) -> dict[str, Any]:
        read = self.cleaned_data
        return {
            "kind": Care(read["kind"]), "label": read["label"], "times": read["times"].replace("，", ",").split(","),
            "fee_fen": fen(read["fee"] or 0), "fee_name": read["label"],
        }  # fmt: skip


class PrescriptionForm(forms.Form):
    drug = forms.CharField(label=_("药品"), max_length=60)
    dose = forms.CharField(label=_("每次用量"), max_length=40)
    units = forms.IntegerField(label=_("每次数量（片、粒）"), min_value=1, max_value=50, initial=1)
    times = forms.CharField(label=_("每天时间"), max_length=200, help_text=_("如 08:00,12:00,18:00"))
    prescriber = forms.CharField(label=_("开方医生"), max_length=60)
    since = day(_("自何日起"))
    until = day(_("到何日止（不含）"), required=False)
    double_reason = forms.CharField(label=_("重复用药理由"), max_length=120, required=False)


class LotForm(forms.Form):
    drug = forms.CharField(label=_("药品"), max_length=60)
    lot = forms.CharField(label=_("批号"), max_length=40, required=False)
    expires_on = day(_("有效期至"))
    units = forms.IntegerField(label=_("数量（片、粒）"), min_value=1, max_value=10_000)


class EntryForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("事项"), choices=[(key.value, _(words)) for key, words in ENTRY_NAMES.items()]
    )
    yuan = yuan(_("金额（元）"))
    method = forms.ChoiceField(
        label=_("方式"), choices=[("bank", _("银行转账")), ("scan", _("扫码支付")), ("cash", _("现金"))]
    )
    note = forms.CharField(label=_("说明"), max_length=120, required=False)

    def kind_of(self) -> EntryKind:
        return EntryKind(self.cleaned_data["kind"])


class PriceForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[("bed", _("床位费")), ("care", _("护理费")), ("meal", _("膳食费")), ("other", _("其他"))],
    )
    name = forms.CharField(label=_("名称"), max_length=60)
    unit = forms.ChoiceField(label=_("单位"), choices=[("month", _("每月")), ("day", _("每天"))])
    price = yuan(_("价格（元）"))
    while_away = forms.BooleanField(label=_("请假、住院期间照收"), required=False)


class IncidentForm(forms.Form):
    risk = forms.ChoiceField(
        label=_("风险"), choices=[(key.value, _(words)) for key, words in RISK_NAMES.items()]
    )
    severity = forms.ChoiceField(
        label=_("程度"), choices=[("1", _("无伤害")), ("2", _("有伤害")), ("3", _("严重"))]
    )
    place = forms.CharField(label=_("地点"), max_length=60, required=False)
    happened = forms.CharField(label=_("经过"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    done = forms.CharField(
        label=_("已做处理"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def risk_of(self) -> Risk:
        return Risk(self.cleaned_data["risk"])


class WordsForm(forms.Form):
    words = forms.CharField(label=_("说明"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class PointForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=[(key, _(words)) for key, words in ROUND_KINDS.items()])
    place = forms.CharField(label=_("位置"), max_length=60)
    every_days = forms.IntegerField(label=_("每几天巡查一次"), min_value=1, max_value=90, initial=1)


class RoundForm(forms.Form):
    good = forms.ChoiceField(
        label=_("结果"),
        choices=[("yes", _("正常")), ("no", _("发现隐患"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    grade = forms.ChoiceField(
        label=_("隐患等级"),
        choices=[(key, _(words)) for key, (words, _hours) in CLOCKS.items()],
        required=False,
    )
    words = forms.CharField(label=_("隐患说明"), max_length=200, required=False)
