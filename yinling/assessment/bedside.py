"""The questions of the bedside form as data, and the form that comes back, checked field by field."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yinling.base.contracts import Refusal

from . import scales
from .contracts import RISK_KINDS, Findings, Photo, ScaleKey, Submission

PHOTOS_MAX = 2
TEXT_MAX = 500
DATA_URL = "data:image/"
SIGNATURES = ("signature_assessor", "signature_informant")


class FormUnreadable(Refusal):
    code, status = "assessment.form_unreadable", 422
    zh = "表单内容无法识别：{field_name}。请重新打开表单填写。"
    en = "The form cannot be read: {field_name}. Open it anew."


def steps_of(key: ScaleKey, colleagues: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """One question a screen: who answers, what happened, the items of the scale, photos, two signatures."""
    return [*_before(key), *_items(key), *_after(colleagues)]


def _before(key: ScaleKey) -> list[dict[str, Any]]:
    yes_no = [{"value": False, "label": _("没有")}, {"value": True, "label": _("有")}]
    about = _("基本信息")
    steps: list[dict[str, Any]] = [
        {"key": "informant", "kind": "text", "title": _("信息提供者姓名"), "section": about, "required": True, "most": 60,
         "help": _("由老人本人回答的，填老人姓名。")},
        {"key": "informant_relation", "kind": "text", "title": _("与老年人的关系"), "section": about, "required": True,
         "most": 30},
        {"key": "place", "kind": "text", "title": _("评估地点"), "section": about, "required": True, "most": 120,
         "help": _("例如：家中、养老机构、医院病房。")},
    ]  # fmt: skip
    if scales.adjustment_on(key, datetime.now().astimezone().date()) is None:
        return steps
    risk = [{"value": name, "label": _(words)} for name, words in RISK_KINDS.items()]
    return [
        *steps,
        {"key": "risk_events", "kind": "counts", "title": _("近30天内发生过几次？"), "section": _("照护风险"), "options": risk,
         "help": _("没有发生的不用点。")},
        {"key": "mental_diagnosis", "kind": "choice", "title": _("是否确诊痴呆（F00至F03）或其他精神和行为障碍（F04至F99）？"),
         "section": _("疾病"), "options": yes_no, "required": True, "help": _("以医疗机构的诊断为准。")},
        {"key": "coma", "kind": "choice", "title": _("是否昏迷？"), "section": _("疾病"), "options": yes_no, "required": True,
         "help": _("昏迷的不再逐项评估。")},
    ]  # fmt: skip


def _items(key: ScaleKey) -> list[dict[str, Any]]:
    return [
        {
            "key": f"item:{item.key}",
            "kind": "choice",
            "title": f"{item.code} {item.name}",
            "section": section.name,
            "required": True,
            "unless": "coma",
            "options": [{"value": option.score, "label": option.label} for option in item.options],
        }
        for section in scales.scale(key).sections
        for item in section.items
    ]


def _after(colleagues: list[tuple[str, str]]) -> list[dict[str, Any]]:
    sign = _("签名")
    nobody = [{"value": "", "label": _("只有我一人")}]
    second = nobody + [{"value": uid, "label": name} for uid, name in colleagues]
    return [
        {"key": "notes", "kind": "text", "title": _("补充说明"), "section": _("其他"), "long": True, "most": TEXT_MAX},
        {"key": "photos", "kind": "photo", "title": _("现场照片"), "section": _("其他"), "most": PHOTOS_MAX,
         "help": _("经本人或家属同意后拍摄，最多两张。")},
        {"key": "second_assessor", "kind": "choice", "title": _("另一名评估员"), "section": sign, "options": second},
        {"key": "signature_assessor", "kind": "signature", "title": _("评估员签名"), "section": sign, "required": True},
        {"key": "signature_informant", "kind": "signature", "title": _("信息提供者签名"), "section": sign, "required": True},
    ]  # fmt: skip


def read_form(body: Mapping[str, Any]) -> tuple[UUID, Submission, list[Photo]]:
    """The assessment, the submission and its files; FormUnreadable names the field that is not what it should be."""
    values = body.get("values")
    if not isinstance(values, dict):
        raise FormUnreadable(field_name="values", field="values")
    form = Submission(
        form_id=_uid(body, "id"),
        answers=_answers(values),
        findings=Findings(_flag(values, "coma"), _flag(values, "mental_diagnosis"), _counts(values)),
        visited_at=_moment(body, "visited_at"),
        place=_text(values, "place"),
        informant=_text(values, "informant"),
        informant_relation=_text(values, "informant_relation"),
        second_assessor=_uid(values, "second_assessor") if values.get("second_assessor") else None,
        notes=_text(values, "notes"),
    )
    if form.findings.coma:
        form = _without_items(form)
    return _uid(body, "task"), form, _files(values)


def _without_items(form: Submission) -> Submission:
    from dataclasses import replace

    return replace(form, answers={})


def _uid(body: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(body.get(name, "")))
    except ValueError as error:
        raise FormUnreadable(field_name=name, field=name) from error


def _moment(body: Mapping[str, Any], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(body.get(name, "")))
    except ValueError as error:
        raise FormUnreadable(field_name=name, field=name) from error
    if found.tzinfo is None:
        raise FormUnreadable(field_name=name, field=name)
    return found


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name, "")
    if not isinstance(found, str) or len(found) > TEXT_MAX or "\x00" in found:
        raise FormUnreadable(field_name=name, field=name)
    return found.strip()


def _flag(values: Mapping[str, Any], name: str) -> bool:
    found = values.get(name, False)
    if not isinstance(found, bool):
        raise FormUnreadable(field_name=name, field=name)
    return found


def _number(found: object, name: str, most: int = 1_000) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
        raise FormUnreadable(field_name=name, field=name)
    return found


def _answers(values: Mapping[str, Any]) -> dict[str, int]:
    return {
        name.removeprefix("item:"): _number(found, name)
        for name, found in values.items()
        if name.startswith("item:")
    }


def _counts(values: Mapping[str, Any]) -> dict[str, int]:
    found = values.get("risk_events") or {}
    if not isinstance(found, dict) or not set(found) <= set(RISK_KINDS):
        raise FormUnreadable(field_name="risk_events", field="risk_events")
    return {kind: _number(count, "risk_events", 99) for kind, count in found.items() if count}


def _files(values: Mapping[str, Any]) -> list[Photo]:
    photos = values.get("photos") or []
    if not isinstance(photos, list) or len(photos) > PHOTOS_MAX:
        raise FormUnreadable(field_name="photos", field="photos")
    found = [
        Photo("photo", f"photo-{place}.jpg", _picture(one, "photos"))
        for place, one in enumerate(photos, start=1)
    ]
    return found + [
        Photo(name, f"{name}.png", _picture(values[name], name)) for name in SIGNATURES if values.get(name)
    ]


def _picture(given: object, name: str) -> bytes:
    head, _comma, body = given.partition(",") if isinstance(given, str) else ("", "", "")
    try:
        if not head.startswith(DATA_URL) or not head.endswith(";base64"):
            raise ValueError
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        raise FormUnreadable(field_name=name, field=name) from error
