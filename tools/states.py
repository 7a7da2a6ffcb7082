"""Writes docs/states.md: one diagram for each table of moves, read off the tables themselves; `make states`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from yinling.assessment import contracts as assessment
from yinling.assessment import rules as assessment_rules
from yinling.benefits import contracts as benefits
from yinling.benefits.contracts import cases as benefit_cases
from yinling.benefits.rules import moves as benefit_moves
from yinling.benefits.rules.cases import CASE_MOVES
from yinling.facility import contracts as facility
from yinling.facility.rules import moves as facility_moves
from yinling.workorders import contracts as workorders
from yinling.workorders import rules as workorder_rules

PAGE = Path(__file__).resolve().parents[1] / "docs" / "states.md"
HEAD = """# 状态图 · State diagrams

Written by `make states` from the tables of moves in the rooms' rules; a test holds this page to them. Every pair of state and
verb that is not drawn is refused with a sentence and changes nothing. The first state of each diagram is where it begins.
"""
Names = Mapping[StrEnum, str]
Table = tuple[str, str, Mapping[tuple[StrEnum, str], StrEnum], Names, Mapping[str, str], StrEnum]

TABLES: tuple[Table, ...] = (
    ("工单 · Work orders", "yinling/workorders/rules.py", workorder_rules.MOVES, workorders.STATE_NAMES, workorders.VERB_NAMES,
     workorders.State.OPEN),
    ("能力评估 · Assessment", "yinling/assessment/rules/process.py", assessment_rules.MOVES, assessment.STATE_NAMES,
     assessment.VERB_NAMES, assessment.State.ASKED),
    ("办件 · Cases", "yinling/benefits/rules/cases.py", CASE_MOVES, benefit_cases.CASE_NAMES, benefit_cases.VERB_NAMES,
     next(iter(CASE_MOVES))[0]),
    ("补贴津贴名单行 · Lines of the list", "yinling/benefits/rules/moves.py", benefit_moves.LINE_MOVES, benefits.LINE_NAMES, {},
     benefits.LineState.PROPOSED),
    ("发放批次 · Payment batches", "yinling/benefits/rules/moves.py", benefit_moves.BATCH_MOVES, benefits.BATCH_NAMES, {},
     next(iter(benefit_moves.BATCH_MOVES))[0]),
    ("追回 · Recoveries", "yinling/benefits/rules/moves.py", benefit_moves.RECOVERY_MOVES, benefits.RECOVERY_NAMES, {},
     next(iter(benefit_moves.RECOVERY_MOVES))[0]),
    ("入住 · Stays in a home", "yinling/facility/rules/moves.py", facility_moves.MOVES, facility.STAGE_NAMES, facility.VERB_NAMES,
     facility.Stage.ENQUIRY),
)  # fmt: skip


def diagram(table: Table) -> str:
    """One table as a Mermaid state diagram; verbs between the same two states share an arrow."""
    title, path, moves, states, verbs, first = table
    arrows: dict[tuple[str, str], list[str]] = {}
    for (start, verb), end in moves.items():
        arrows.setdefault((start.value, end.value), []).append(verbs.get(verb, str(verb)))
    places = {state.value: place for place, state in enumerate(states)}
    arrows = dict(sorted(arrows.items(), key=lambda pair: (places[pair[0][0]], places[pair[0][1]])))
    used = {name for pair in arrows for name in pair}
    lines = [f'  state "{name}" as {state.value}' for state, name in states.items() if state.value in used]
    lines += [f"  [*] --> {first.value}"]
    lines += [f"  {start} --> {end} : {' / '.join(sorted(words))}" for (start, end), words in arrows.items()]
    last = sorted({end for _start, end in arrows} - {start for start, _end in arrows})
    lines += [f"  {end} --> [*]" for end in last]
    return "\n".join([f"## {title}", "", f"`{path}`", "", "```mermaid", "stateDiagram-v2", *lines, "```", ""])


def written() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(diagram(table) for table in TABLES)])


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}\n")
