"""What people type: names and passwords, new accounts, roles to give, reasons for emergency access."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yinling.base.contracts import pad_area

from .contracts import DUTY_NAMES, ROLE_CARDS, Duty, Role, ScopeKind
from .rules import EMERGENCY_MINUTES_MAX, EMERGENCY_REASON_LENGTH_MIN


class SignInForm(forms.Form):
    name = forms.CharField(
        label=_("账号"),
        max_length=64,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=_("原密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次新密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") != given.get("again"):
            self.add_error("again", _t("两次输入的新密码不一致。"))
        return given


class AccountForm(forms.Form):
    name = forms.CharField(
        label=_("账号名"), max_length=64, help_text=_("小写字母、数字或 . _ -，用于登录，以后不能更改。")
    )
    display_name = forms.CharField(label=_("姓名"), max_length=80, help_text=_("办理记录上显示的名字。"))


GRANTABLE = [
    card for card in ROLE_CARDS.values() if card.kind in (ScopeKind.AREA, ScopeKind.ORG, ScopeKind.PLATFORM)
]


class GrantForm(forms.Form):
    """A role by an administrator. Families and older people get theirs where their record is, not here."""

    role = forms.ChoiceField(label=_("身份"))
    area = forms.CharField(
        label=_("行政区划代码"),
        required=False,
        max_length=12,
        help_text=_("管辖范围，6、9 或 12 位数字；管理员和机构身份不填。"),
    )
    orgs = forms.CharField(
        label=_("机构编号"),
        required=False,
        max_length=400,
        help_text=_("服务中心、养老机构身份填写，多个用逗号隔开。"),
    )
    duties = forms.MultipleChoiceField(label=_("职责"), required=False, widget=forms.CheckboxSelectMultiple)
    title = forms.CharField(label=_("岗位名称"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [(card.role.value, _t(card.name)) for card in GRANTABLE]
        fields["duties"].choices = [(duty.value, _t(name)) for duty, name in DUTY_NAMES.items()]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean_area(self) -> str | None:
        text = self.cleaned_data["area"].strip()
        if not text:
            return None
        try:
            return pad_area(text)
        except ValueError as error:
            raise forms.ValidationError(_t("不是有效的行政区划代码。")) from error

    def clean_orgs(self) -> tuple[str, ...]:
        return tuple(
            part.strip() for part in self.cleaned_data["orgs"].replace("，", ",").split(",") if part.strip()
        )

    def clean_duties(self) -> tuple[Duty, ...]:
        return tuple(Duty(value) for value in self.cleaned_data["duties"])


class EmergencyForm(forms.Form):
    person = forms.UUIDField(label=_("人员编号"), help_text=_("从老人详情或上级告知的编号。"))
    reason = forms.CharField(
        label=_("事由"),
        min_length=EMERGENCY_REASON_LENGTH_MIN,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明为什么必须查看，将由安全管理员复查。"),
    )
    minutes = forms.IntegerField(
        label=_("时长（分钟）"), min_value=5, max_value=EMERGENCY_MINUTES_MAX, initial=60
    )


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("proper", "proper"), ("improper", "improper")])
    note = forms.CharField(required=False, max_length=500)
