"""What a clerk says when moving an order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yinling.accounts.contracts import ROLE_CARDS, Role
from yinling.base.api import order_kinds

from .rules import QUEUE_LEVEL

HANDLERS = sorted(QUEUE_LEVEL, key=lambda one: -QUEUE_LEVEL[one])


class FinishForm(forms.Form):
    """办理完成 and 销号; a kind that declares its outcomes offers them, others take a few words."""

    outcome = forms.CharField(label=_("办理结果"), max_length=60)
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = order_kinds.get(kind).outcomes if kind in order_kinds else ()
        if offered:
            self.fields["outcome"] = forms.ChoiceField(label=_("办理结果"), choices=list(offered))


class NoteForm(forms.Form):
    note = forms.CharField(label=_("说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class HandOverForm(NoteForm):
    """转办 to a role here, or in another district of the same city."""

    role = forms.ChoiceField(label=_("转给"))
    area = forms.ChoiceField(label=_("办理地"), required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role, _t(ROLE_CARDS[Role(role)].name)) for role in HANDLERS]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", _t("老人所在地")), *(places or [])]  # type: ignore[attr-defined]


class CallBackForm(forms.Form):
    """回访: reached or not, content or not, in the person's words."""

    ANSWERS = (("yes", _("已联系上，满意")), ("no", _("已联系上，不满意")), ("unreached", _("没有联系上")))

    answer = forms.ChoiceField(label=_("回访结果"), choices=ANSWERS, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("本人怎么说"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("照片或文件（JPG、PNG、PDF，每个不超过 8 MB）"))
