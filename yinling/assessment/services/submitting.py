"""A form from the bedside: late or twice, it has one effect; scored here by the tables, never by the phone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from yinling.base.api import CHINA, clean_file, current, seal, sm3
from yinling.base.contracts import Refusal, mask_name
from yinling.people.api import person_card
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Subject

from .. import rules, scales
from ..contracts import REVIEW_KIND, Outcome, Photo, Reason, ScaleKey, State, Submission, Verb
from ..models import Assessment, Assessor, Conflict
from .asking import cause_of
from .files import keep_file
from .moving import check_move, locked, move

FILES_MAX = 8
SIGNATURES = ("signature_assessor", "signature_informant")
SIGNATURE_NAMES = {"signature_assessor": "评估员签名", "signature_informant": "信息提供者签名"}
FILE_KINDS = frozenset({"photo", "signature_second", *SIGNATURES})


class FormWrong(Refusal):
    code, status = "assessment.form_wrong", 422
    zh = "评估表还不完整：{what}"
    en = "The form is not complete: {what_en}"


class FormReused(Refusal):
    code, status = "assessment.form_reused", 409
    zh = "这份表单编号已用于另一份内容，请重新打开表单填写。"
    en = "This form number was already used with another content; open the form anew."


class NotQualified(Refusal):
    code, status = "assessment.not_qualified", 409
    zh = "{name}在评估当日没有有效的评估员资格，不能提交。"
    en = "{name} had no valid certificate on the day of the visit."


class ConflictOfInterest(Refusal):
    code, status = "assessment.conflict", 409
    zh = "{name}与这位老人存在利益关系，须由其他评估员评估。"
    en = "{name} has a conflict of interest with this person; another assessor must visit."


class VisitTooLate(Refusal):
    code, status = "assessment.too_late", 409
    zh = "评估日期须在提交之前 {days} 天以内。过期的须重新上门。"
    en = "The visit must lie within the {days} days before the form arrives; otherwise visit again."


class ForAnother(Refusal):
    code, status = "assessment.for_another", 409
    zh = "这次评估已指派给其他评估员。"
    en = "This assessment is assigned to another assessor."


class SameHands(Refusal):
    code, status = "assessment.same_hands", 409
    zh = "复评、复测须由没有参加原评估的评估员进行。"
    en = "A review or re-test is made by assessors who took no part in the first one."


class TooManyFiles(Refusal):
    code, status = "assessment.too_many_files", 422
    zh = "一次评估最多 {most} 个附件，且只收照片和签名。"
    en = "An assessment takes at most {most} files, photos and signatures only."


def submit(*, assessment: UUID, form: Submission, files: Sequence[Photo] = (), at: datetime) -> Outcome:
    """Take one form; the same form again (late answer, second try) gives the same outcome and changes nothing."""
    digest = _digest(form, files)
    row = locked(assessment)
    if row.form_id == form.form_id:
        if row.form_digest != digest:
            raise FormReused(field="form_id")
        return outcome_of(row)
    check_move(row, Verb.SUBMIT)
    by = current().by.account
    if row.assessor is not None and row.assessor != by and row.state == State.ASKED:
        raise ForAnother
    _check_hands(row, form)
    if rules.too_late(_day(form.visited_at), _day(at), scales.limits()["late_days_max"]):
        raise VisitTooLate(days=scales.limits()["late_days_max"], field="visited_at")
    clean = [(photo.kind, clean_file(photo.name, photo.body)) for photo in _checked_files(files)]
    outcome = scored(ScaleKey(row.scale), form)
    _keep(row, form, outcome, digest, at)
    for kind, file in clean:
        keep_file(row, kind, file, at=at)
    _to_review(row, at)
    return outcome


def scored(key: ScaleKey, form: Submission) -> Outcome:
    """The outcome by the tables in force on the day of the visit; FormWrong names what is missing."""
    try:
        return rules.score(
            scales.scale(key),
            form.answers,
            form.findings,
            scales.adjustment_on(key, _day(form.visited_at)),
        )
    except rules.AnswersWrong as wrong:
        said = [("未作答", "not answered", wrong.missing), ("选项不对", "no such option", wrong.outside),
                ("没有这个问题", "no such question", wrong.unknown)]  # fmt: skip
        raise FormWrong(
            what="；".join(f"{zh} {'、'.join(names)}" for zh, _en, names in said if names),
            what_en="; ".join(f"{en}: {', '.join(names)}" for _zh, en, names in said if names),
            field="answers",
        ) from wrong


def _digest(form: Submission, files: Sequence[Photo]) -> str:
    said = _said(form) | {
        "visited_at": form.visited_at.astimezone(CHINA).isoformat(), "place": form.place, "informant": form.informant,
        "relation": form.informant_relation, "second": str(form.second_assessor),
    }  # fmt: skip
    body = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return sm3(body.encode() + b"".join(sm3(photo.kind.encode() + photo.body) for photo in files)).hex()


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def _checked_files(files: Sequence[Photo]) -> Sequence[Photo]:
    kinds = [photo.kind for photo in files]
    missing = [kind for kind in SIGNATURES if kind not in kinds]
    if missing:
        words = "、".join(SIGNATURE_NAMES[kind] for kind in missing)
        raise FormWrong(what=f"缺少{words}", what_en=f"{', '.join(missing)} missing", field="files")
    if len(files) > FILES_MAX or not set(kinds) <= FILE_KINDS:
        raise TooManyFiles(most=FILES_MAX, field="files")
    return files


def _check_hands(row: Assessment, form: Submission) -> None:
    """Certificates on the day of the visit, conflicts of interest, and other hands for a review or re-test."""
    by = current().by.account
    hands = [account for account in (by, form.second_assessor) if account is not None]
    known = {one.account: one for one in Assessor.objects.filter(account__in=hands)}
    day = _day(form.visited_at)
    for account in hands:
        one = known.get(account)
        stopped = one is None or (one.stopped_on is not None and one.stopped_on <= day)
        if one is None or stopped or not rules.qualified(one.qualified_from, one.qualified_to, day):
            raise NotQualified(name=one.name if one else current().by.name)
        if Conflict.objects.filter(assessor=one, person=row.person).exists():
            raise ConflictOfInterest(name=one.name)
    if form.second_assessor is not None and form.second_assessor == by:
        raise FormWrong(
            what="两名评估员须是不同的人", what_en="the two assessors must differ", field="second_assessor"
        )
    if row.again is not None and {row.again.assessor, row.again.second} & set(hands):
        raise SameHands


def _said(form: Submission) -> dict[str, object]:
    """What was answered, as it is sealed."""
    return {
        "answers": dict(form.answers),
        "coma": form.findings.coma,
        "mental_diagnosis": form.findings.mental_diagnosis,
        "risk_events": dict(form.findings.risk_events),
        "notes": form.notes,
    }


def _keep(row: Assessment, form: Submission, outcome: Outcome, digest: str, at: datetime) -> None:
    move(
        row, Verb.SUBMIT, at=at, assessor=current().by.account, second=form.second_assessor, visited_at=form.visited_at,
        place=form.place[:120], informant=form.informant[:60], informant_relation=form.informant_relation[:30],
        form_id=form.form_id, form_digest=digest,
        form=seal("assessment", json.dumps(_said(form), ensure_ascii=False), f"assessment_assessment:{row.uid}"),
        scores=list(outcome.scores), total=outcome.total, preliminary=outcome.preliminary, level=outcome.level,
        changes=[asdict(change) for change in outcome.changes], reviewed_by=None, reviewed_at=None,
    )  # fmt: skip


def outcome_of(row: Assessment) -> Outcome:
    """The outcome as it was kept."""
    from ..contracts import Change

    scale = scales.scale(ScaleKey(row.scale))
    assert row.level is not None, "a form that was taken has its level"
    return Outcome(
        scale.key, tuple(row.scores), row.total, row.preliminary, row.level, scale.levels[row.level],
        tuple(Change(**change) for change in row.changes), scale.display_only,
    )  # fmt: skip


def _to_review(row: Assessment, at: datetime) -> None:
    """The visit is done; the district reviews."""
    workorders.close_by_cause(cause=cause_of(row.uid), outcome="submitted", at=at)
    card = person_card(row.person)
    kind_key = f"{row.uid}:{row.form_id}"
    workorders.open_order(
        kind=REVIEW_KIND,
        key=kind_key,
        subject=Subject("person", row.person, row.hukou_area, row.live_area),
        title=f"评估复核：{mask_name(card.name)}" if card else "评估复核",
        detail=_review_words(row),
        cause=cause_of(row.uid),
        role="district",
        url=f"/assessment/{row.uid}/",
        at=at,
    )


def _review_words(row: Assessment) -> str:
    outcome = outcome_of(row)
    reason = {Reason.REVIEW: "复评", Reason.RETEST: "复测"}.get(Reason(row.reason), "评估")
    return f"{reason}结论待复核：{outcome.level_name}"
