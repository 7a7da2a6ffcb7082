"""数据中心: sources, freshness, quality, conflicts, duty; 数据目录: the datasets, their forms, the way back to a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, area_name, now, render, today, unit

from ..catalogue import datasets
from ..contracts import Dataset, DatasetField, World
from ..datasets import code_tables
from ..models import Delivery, Question
from ..queries.arrived import arrived_row, files_of, sample_rows
from ..queries.exporting import Reading, dataset_of, dataset_rows
from ..queries.files import register_of
from ..queries.sources import (
    SourceState,
    completeness,
    conflicts,
    quality_by_area,
    quality_by_field,
    source_states,
    uncovered,
)
from ..writers import template
from ..writers.values import text_of
from .questions import ANSWERERS
from .wording import row_words

KEEPERS = (Role.CITY, Role.DISTRICT)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLE_ROWS = 8
GOOD, FAIR = 0.98, 0.9
MEASURES = ("complete", "valid", "agree")


def work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


def tone(share: float | None) -> str:
    """Colour of a share: good, fair, poor, not counted."""
    if share is None:
        return "quiet"
    return "yes" if share >= GOOD else "warn" if share >= FAIR else "fail"


def spoken(item: Any) -> str:
    """A declaration's name in the language of the page."""
    return str(item.name_en) if (get_language() or "").startswith("en") else str(item.name)


@allow(*KEEPERS)
@require_GET
def centre(request: HttpRequest) -> HttpResponse:
    """One page from which every source, its lateness and its quality can be reached."""
    with work(request):
        states = source_states(today())
        open_questions = conflicts(now())
    context = {
        "states": states,
        "late": [one for one in states if one.late],
        "rows": sum(one.rows for one in states),
        "unlinked": sum(one.unlinked for one in states),
        "conflicts": [
            (str(Question.Kind(row["kind"]).label), row["open"], row["late"]) for row in open_questions
        ],
        "answers": reverse("people:questions") if request.grant.role in ANSWERERS else "",
        "duty": duty(states),
        "tone": tone,
        "spoken": spoken,
    }
    return render(request, "people/datacentre.html", context)


def duty(states: Iterable[SourceState]) -> list[dict[str, Any]]:
    """数据认责: per department the registers and fields it answers for, and how it keeps them."""
    found: dict[str, dict[str, Any]] = {}
    for one in states:
        row = found.setdefault(
            one.register.sender,
            {"registers": [], "late": 0, "fields": 0, "refused": 0, "rows": 0, "shares": []},
        )
        row["registers"].append(spoken(one.register))
        row["late"] += one.late
        row["refused"] += one.refused
        row["rows"] += one.rows
        row["fields"] += len(one.register.ranks)
        if "complete" in one.shares:
            row["shares"].append(one.shares["complete"])
    for row in found.values():
        row["complete"] = sum(row["shares"]) / len(row["shares"]) if row["shares"] else None
    return [{"owner": owner, **row} for owner, row in found.items()]


@allow(*KEEPERS)
@require_GET
def source(request: HttpRequest, key: str) -> HttpResponse:
    """One source: its fields, its streets, its files."""
    register = register_of(key)
    with work(request):
        state = next((one for one in source_states(today()) if one.register.key == key), None)
        if state is None:
            raise NotFound
        by_field, areas = quality_by_field(key), _by_area(quality_by_area(key))
        files = files_of(key)
        missing = uncovered(key, today()) if register.world == World.CLOSED else []
    names = {column.key: column.header for column in register.columns}
    context = {
        "state": state, "register": register, "areas": areas, "files": files, "missing": missing, "tone": tone,
        "spoken": spoken, "names": names,
        "complete": [row for row in by_field if row["measure"] in ("complete", "filled")],
        "agree": [(row, _agreement(row["field"], names)) for row in by_field if row["measure"] == "agree"],
    }  # fmt: skip
    return render(request, "people/source.html", context)


def _by_area(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        place = found.setdefault(row["area"], {"name": row["name"] or area_name(row["area"]) or row["area"]})
        place[row["measure"]] = float(row["good"]) / float(row["total"]) if row["total"] else None
    return list(found.values())


def _agreement(field: str, names: dict[str, str]) -> str:
    """ "born_on=population.id_born" in words."""
    mine, _sign, other = field.partition("=")
    register, _dot, column = other.partition(".")
    made = {"id_born": _("身份证号中的出生日期"), "id_sex": _("身份证号中的性别")}
    declared = register_of(register)
    known = made.get(column) or next((one.header for one in declared.columns if one.key == column), column)
    return _("%(mine)s 与 %(register)s的%(other)s") % {
        "mine": names.get(mine, mine), "register": spoken(declared), "other": known,
    }  # fmt: skip


@allow(*KEEPERS, Role.FINANCE, Role.STREET, Role.VILLAGE, Role.AUDITOR)
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """数据目录: the six datasets."""
    with work(request):
        filled = completeness()
    rows = [
        (one, _known_share(one, filled), sum(bool(field.origin) for field in one.fields)) for one in datasets
    ]
    return render(request, "people/catalogue.html", {"rows": rows, "tone": tone, "spoken": spoken})


def _known_share(dataset: Dataset, filled: dict[str, float]) -> float | None:
    shares = [filled[field.origin] for field in dataset.fields if field.origin in filled]
    return sum(shares) / len(shares) if shares else None


@allow(*KEEPERS, Role.FINANCE, Role.STREET, Role.VILLAGE, Role.AUDITOR)
@require_GET
def dataset(request: HttpRequest, key: str) -> HttpResponse:
    """One dataset: fields with owner, origin, completeness, clause; checks, codes; a sample for who may see rows."""
    declared = dataset_of(key)
    role = request.grant.role  # type: ignore[attr-defined]
    with work(request):
        filled = completeness()
        rows = _sample(declared, request.grant.area) if role in KEEPERS else []  # type: ignore[attr-defined]
    tables = [
        code_tables()[name] for name in dict.fromkeys(one.table for one in declared.fields if one.table)
    ]
    context = {
        "dataset": declared, "fields": [(one, filled.get(one.origin), _origin(one)) for one in declared.fields],
        "tables": tables, "sample": rows, "tone": tone, "spoken": spoken, "may_import": role in KEEPERS,
    }  # fmt: skip
    return render(request, "people/dataset.html", context)


def _origin(field: DatasetField) -> str:
    """The register and heading a field comes from, in words."""
    if not field.origin:
        return ""
    key, _dot, column = field.origin.partition(".")
    other = {
        "homes": _("养老机构名册"),
        "centres": _("社区养老服务设施名册"),
        "staff": _("养老机构从业人员名册"),
    }
    if key in other:
        return other[key]
    declared = register_of(key)
    head = next((one.header for one in declared.columns if one.key == column), "")
    return f"{spoken(declared)} · {head}" if head else spoken(declared)


def _sample(declared: Dataset, area: str) -> list[list[str]]:
    if datasets.source(declared.key) is None:
        return []
    return [
        [text_of(value) for value in row] for row in dataset_rows(declared, Reading(area, limit=SAMPLE_ROWS))
    ]


@allow(*KEEPERS, Role.FINANCE, Role.STREET, Role.VILLAGE, Role.AUDITOR)
@require_GET
def blank(request: HttpRequest, key: str) -> HttpResponse:
    """The blank form of a dataset."""
    declared = dataset_of(key)
    answer = HttpResponse(template(declared), content_type=SHEET)
    answer.headers["Content-Disposition"] = f'attachment; filename="{declared.key}-template.xlsx"'
    return answer


@allow(*KEEPERS)
@require_GET
def lineage(request: HttpRequest, key: str, field: str) -> HttpResponse:
    """From a field back to register, file and row."""
    declared = dataset_of(key)
    found = next((one for one in declared.fields if one.key == field), None)
    if found is None:
        raise NotFound
    register, _dot, column = found.origin.partition(".")
    with work(request):
        files = files_of(register) if found.origin else []
        rows = sample_rows(register, column) if found.origin and not found.column.sealed else []
    context = {"dataset": declared, "field": found, "origin": _origin(found), "files": files, "rows": rows,
               "spoken": spoken, "checkers": [_checker(one) for one in found.checked_by]}  # fmt: skip
    return render(request, "people/lineage.html", context)


def _checker(said: str) -> str:
    register = register_of(said.partition(".")[0])
    return f"{spoken(register)}（{register.sender}）"


@allow(*KEEPERS)
@require_GET
def row(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """One row of a file as it arrived."""
    with work(request):
        delivery = Delivery.objects.filter(uid=uid).first()
        found = arrived_row(delivery, number) if delivery else None
        if delivery is None or found is None:
            raise NotFound
        stated = [
            (one, row_words({"register": delivery.register, "data": one["data"]})) for one in found.stated
        ]
    context = {"delivery": delivery, "number": number, "found": found, "stated": stated, "spoken": spoken}
    return render(request, "people/row.html", context)
