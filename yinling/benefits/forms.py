"""Forms of payments."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yinling.base.contracts import Month, fen


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
