"""Alarm rules as dated data: drafted, tried on their own tables, approved by another person, retired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yinling.base.api import NotFound, current, record
from yinling.base.contracts import Event, Refusal

from .. import catalogue
from ..contracts import AlarmCode, Grade
from ..models import Rule
from ..rules.conditions import BadRule, read_body, try_tests

TRUSTED = frozenset("AB")  # rows of any other confidence judge nothing until a person approves them


BODY = ("terms", "join", "for", "clear", "hold", "between", "ask", "fresh", "inactivity", "tests")


class RuleUnreadable(Refusal):
    code, status = "devices.rule_unreadable", 422
    zh, en = "规则有误：{what}", "The rule is wrong: {what}"


class OwnDraft(Refusal):
    code, status = "devices.own_draft", 409
    zh, en = "启用须由起草人以外的人确认。", "A rule is put in force by somebody else than who drafted it."


class NotADraft(Refusal):
    code, status = "devices.not_a_draft", 409
    zh, en = "这一版规则不是草稿。", "This version is not a draft."


def checked(data: Mapping[str, Any]) -> None:
    """Refuse a rule that cannot be read, names no channel of the catalogue, or fails its own table."""
    if "inactivity" in data:
        missing = {"hours_min", "hours_default", "hours_max", "margin", "days_known", "away_hours"} - set(
            data["inactivity"]
        )
        if missing:
            raise RuleUnreadable(what=f"inactivity: {', '.join(sorted(missing))}")
        return
    try:
        unknown = read_body(data).channels - set(catalogue.channels())
        wrong = [f"{name}?" for name in sorted(unknown)] or try_tests(data)
    except (BadRule, KeyError, TypeError, ValueError) as error:
        raise RuleUnreadable(what=str(error)) from error
    if wrong:
        raise RuleUnreadable(what="; ".join(wrong))


def draft(*, key: str, data: Mapping[str, Any], at: datetime) -> UUID:
    """A new version of a rule, tried on its own table; it judges nothing before it is put in force."""
    checked(data)
    last = Rule.objects.filter(key=key).order_by("-version").first()
    body = {name: data[name] for name in BODY if name in data}
    row = Rule.objects.create(
        key=key, version=last.version + 1 if last else 1, title=data["zh"], title_en=data.get("en", ""),
        code=AlarmCode(data["code"]), grade=Grade(data["grade"]), body=body, effective_from=data["effective_from"],
        source=data["source"], confidence=data["confidence"], made_at=at, made_by=current().by.account,
    )  # fmt: skip
    record(
        Event("devices.rule_drafted", "device_rule", str(row.uid), data={"key": key, "version": row.version})
    )
    uid: UUID = row.uid
    return uid


def put_in_force(*, rule: UUID, at: datetime) -> None:
    """Approve a draft; the version in force before it is retired in the same moment."""
    row = Rule.objects.select_for_update().filter(uid=rule).first()
    if row is None:
        raise NotFound
    if row.state != "draft":
        raise NotADraft
    by = current().by.account
    if by is not None and row.made_by == by:
        raise OwnDraft
    Rule.objects.filter(key=row.key, state="live").update(state="retired")
    row.state, row.approved_at, row.approved_by = "live", at, by
    row.save(update_fields=["state", "approved_at", "approved_by"])
    record(
        Event(
            "devices.rule_in_force", "device_rule", str(rule), data={"key": row.key, "version": row.version}
        )
    )


def retire(*, rule: UUID, at: datetime) -> None:
    """Take a rule out of force."""
    if not Rule.objects.filter(uid=rule, state="live").update(state="retired"):
        raise NotFound
    record(Event("devices.rule_retired", "device_rule", str(rule), data={"at": at.isoformat()}))


def load_rules(*, at: datetime, trust: bool = False) -> int:
    """Bring the catalogue's rules in where their key is new; those of confidence A or B (all with `trust`) go in force."""
    fresh = 0
    for data in catalogue.rules():
        if Rule.objects.filter(key=data["key"]).exists():
            continue
        uid = draft(key=data["key"], data=data, at=at)
        fresh += 1
        if trust or data["confidence"] in TRUSTED:
            put_in_force(rule=uid, at=at)
    return fresh


def inactivity_rule(day: date) -> Rule | None:
    """The rule of inactivity in force."""
    return Rule.objects.filter(key="inactivity", state="live", effective_from__lte=day).first()
