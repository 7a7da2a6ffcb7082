"""Forms of payments."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yinling.base.contracts import Month, fen
from yinling.benefits.contracts.cases import PROXIES
from yinling.benefits.rules.terms import items


class YuanField(forms.CharField):
    """A sum in yuan on the screen, fen inside."""

    def clean(self, value: object) -> int:
        text = super().clean(value)
        try:
            amount = fen(text)
        except ValueError:
            raise forms.ValidationError(_("请填写金额，例如 100.00。")) from None
        if amount <= 0:
            raise forms.ValidationError(_("金额须大于零。"))
        return amount


class MonthForm(forms.Form):
    month = forms.CharField(label=_("月份"), widget=forms.TextInput(attrs={"type": "month"}))

    def clean_month(self) -> Month:
        try:
            return Month.parse(self.cleaned_data["month"])
        except ValueError:
            raise forms.ValidationError(_("请选择月份。")) from None


class WhyForm(forms.Form):
    why = forms.CharField(label=_("事由"), max_length=200)


class FundForm(forms.Form):
    amount = YuanField(label=_("拨付金额（元）"))


class RepayForm(forms.Form):
    amount = YuanField(label=_("退回金额（元）"))
    reference = forms.CharField(label=_("收款凭证号"), max_length=30)


class PayeeForm(forms.Form):
    account = forms.CharField(label=_("收款账号"), max_length=30, help_text=_("社保卡金融账户或银行卡号"))
    bank = forms.CharField(label=_("开户行"), max_length=60)
    reason = forms.CharField(label=_("更正依据"), max_length=200, help_text=_("例如：本人持新卡到社区登记"))


class ObjectionForm(forms.Form):
    text = forms.CharField(label=_("异议内容"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class ReturnForm(forms.Form):
    file = forms.FileField(label=_("回盘文件"), help_text=_("银行返回的文本文件（GB18030）"))


def _items() -> list[tuple[str, object]]:
    return [(key, _(one.name)) for key, one in items().items()]


class ApplicationForm(forms.Form):
    """一件事: which benefits, and who acts for the person."""

    items = forms.MultipleChoiceField(
        label=_("申请的项目"),
        choices=_items,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可以一次申请几项，材料只交一次。"),
    )
    proxy_name = forms.CharField(
        label=_("代办人姓名"), max_length=40, required=False, help_text=_("本人办理的不填。")
    )
    proxy_relation = forms.ChoiceField(
        label=_("与本人的关系"), required=False, choices=[(one, _(one) if one else "—") for one in PROXIES]
    )


class FarApplicationForm(ApplicationForm):
    """跨区通办: whom the application is about, as stated at the counter, and where it is decided."""

    name = forms.CharField(label=_("姓名"), max_length=80)
    id_number = forms.CharField(
        label=_("公民身份号码"), max_length=18, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    district = forms.ChoiceField(label=_("户籍所在区县"), choices=())
    field_order = ["name", "id_number", "district", "items", "proxy_name", "proxy_relation"]


class CaseNoteForm(forms.Form):
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class AppealForm(forms.Form):
    note = forms.CharField(
        label=_("为什么不同意"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("说清楚就行，也可以请社区代写。"),
    )


class FactForm(forms.Form):
    note = forms.CharField(
        label=_("核到了什么"), max_length=200, help_text=_("例如：看过低保证原件，编号尾号 032")
    )
