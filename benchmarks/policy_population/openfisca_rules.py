"""The items of the national list in OpenFisca as its handbook teaches: one entity, a variable for each fact and each item.

OpenFisca gives sums and no reasons; an item without a sum gives whether the person is entitled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.entities import Entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from .population import OLD_AGE, ORDER, SUMS

PERIOD = "2026-09"
Person = Entity("person", "persons", "An individual.", "")
ENUMS = {
    "dibao_class": ["低保", "低收入", "低保边缘", "特困", "困难补助", "无"],
    "ability_result": ["未评估", "轻度失能", "中度失能", "重度失能", "完全失能", "能力完好"],
    "disability_kind": ["无", "视力", "听力", "言语", "肢体", "智力", "精神"],
    "support_form": ["无", "分散供养", "集中供养"],
}
KINDS = {
    name: Enum(name, {f"v{number}": value for number, value in enumerate(values)})
    for name, values in ENUMS.items()
}
FLAGS = (
    "alive", "hukou_local", "resident_here", "employee_pension", "other_state_pension", "family_carer", "tekun",
    "living_alone", "empty_nest", "left_behind", "special_family", "special_contribution", "preferential", "vagrant",
)  # fmt: skip


def _variable(name: str, **said: object) -> type[Variable]:
    usual = {"entity": Person, "definition_period": DateUnit.MONTH, "label": name}
    return type(name, (Variable,), usual | said)


def _is(person, period, fact: str, *values: str):
    kind, found = KINDS[fact], person(fact, period)
    wanted = [kind[f"v{ENUMS[fact].index(value)}"] for value in values]
    return np.logical_or.reduce([found == one for one in wanted])


def _reached(person, period, age: int):
    born = person("born_on", period.first_month).astype("datetime64[M]")
    return born <= np.datetime64(period.start.date, "M") - 12 * age


def _poor(person, period):
    return _is(person, period, "dibao_class", "低保", "低收入", "低保边缘", "特困", "困难补助")


def _dependent(person, period):
    return _is(person, period, "ability_result", "中度失能", "重度失能", "完全失能")


def _severe(person, period):
    return ~_is(person, period, "disability_kind", "无") & (person("disability_grade", period) <= 2)


def _old(person, period):
    return person("alive", period) & _reached(person, period, 60)


def _here(person, period):
    return _old(person, period) & person("hukou_local", period)


ENTITLED = {
    "employee_pension": lambda p, t: p("alive", t) & p("has_employee_pension", t),
    "resident_pension": lambda p, t: _old(p, t) & (p("resident_pension_years", t) >= 15) & ~p("other_state_pension", t),
    "health_management": lambda p, t: p("alive", t) & _reached(p, t, 65) & p("resident_here", t),
    "assessment": lambda p, t: p("alive", t) & _reached(p, t, 65),
    "service_subsidy": lambda p, t: _here(p, t) & _poor(p, t),
    "home_adaptation": lambda p, t: _here(p, t) & _poor(p, t),
    "dibao": lambda p, t: _here(p, t) & _is(p, t, "dibao_class", "低保"),
    "care_subsidy": lambda p, t: _here(p, t) & _poor(p, t) & _dependent(p, t),
    "family_support": lambda p, t: _old(p, t) & _dependent(p, t) & p("family_carer", t),
    "disability_care": lambda p, t: _here(p, t) & _severe(p, t),
    "disability_life": lambda p, t: _here(p, t) & _is(p, t, "dibao_class", "低保") & ~_is(p, t, "disability_kind", "无"),
    "support_scattered": lambda p, t: _here(p, t) & p("tekun", t) & _is(p, t, "support_form", "分散供养"),
    "support_central": lambda p, t: _here(p, t) & p("tekun", t) & _is(p, t, "support_form", "集中供养"),
    "visits": lambda p, t: _old(p, t) & (
        p("living_alone", t) | p("empty_nest", t) | p("left_behind", t) | _dependent(p, t)
        | _is(p, t, "ability_result", "轻度失能") | _severe(p, t) | p("special_family", t)),
    "priority_contribution": lambda p, t: _old(p, t) & (p("special_contribution", t) | p("preferential", t)),
    "priority_special_family": lambda p, t: _old(p, t) & p("special_family", t),
    "relief_vagrant": lambda p, t: _old(p, t) & p("vagrant", t),
}  # fmt: skip


def _old_age(person, period, parameters):
    """A change of tier counts from the month after, the first month at once."""
    amounts = parameters(period).old_age
    last = period.last_month
    fen = np.zeros(person.count, dtype=np.int64)
    for age, _fen in reversed(OLD_AGE):
        fen = np.where(_reached(person, period, age), amounts[f"age{age}"], fen)
    was = np.zeros(person.count, dtype=np.int64)
    for age, _fen in reversed(OLD_AGE):
        was = np.where(_reached_before(person, period, last, age), amounts[f"age{age}"], was)
    return np.where(was > 0, was, fen) * person("alive", period) * person("hukou_local", period)


def _reached_before(person, period, last, age: int):
    born = person("born_on", period.first_month).astype("datetime64[M]")
    return born <= np.datetime64(last.start.date, "M") - 12 * age


def _item(key: str) -> type[Variable]:
    if key == "old_age":
        return _variable(key, value_type=int, formula=_old_age)
    if key in SUMS:
        return _variable(key, value_type=int,
                         formula=lambda p, t, parameters: ENTITLED[key](p, t) * parameters(t).sums[key])  # fmt: skip
    return _variable(key, value_type=bool, formula=ENTITLED[key])


def system() -> TaxBenefitSystem:
    found = TaxBenefitSystem([Person])
    since = "2023-05-01"
    found.parameters = ParameterNode("", data={
        "sums": {key: {"values": {since: {"value": fen}}} for key, fen in SUMS.items()},
        "old_age": {f"age{age}": {"values": {since: {"value": fen}}} for age, fen in OLD_AGE},
    })  # fmt: skip
    facts = [_variable(_renamed(name), value_type=bool) for name in FLAGS]
    facts += [_variable(name, value_type=int) for name in ("resident_pension_years", "disability_grade")]
    facts += [
        _variable(name, value_type=Enum, possible_values=kind, default_value=kind["v0"])
        for name, kind in KINDS.items()
    ]
    from datetime import date

    facts.append(_variable("born_on", value_type=date, definition_period=DateUnit.MONTH))
    found.add_variables(*facts, *[_item(key) for key in ORDER])
    return found


def _renamed(name: str) -> str:
    return f"has_{name}" if name == "employee_pension" else name


def run(source: Path, out: Path, rules: TaxBenefitSystem) -> None:
    """A fresh simulation over the file; sums to a file."""
    table = pq.read_table(source)
    simulation = SimulationBuilder().build_default_simulation(rules, count=table.num_rows)
    for name in FLAGS:
        simulation.set_input(_renamed(name), PERIOD, table[name].to_numpy())
    for name in ("resident_pension_years", "disability_grade"):
        simulation.set_input(name, PERIOD, table[name].to_numpy())
    for name, values in ENUMS.items():
        codes = table[name].cast(pa.string()).combine_chunks().dictionary_encode()
        order = np.array([values.index(value) for value in codes.dictionary.to_pylist()], dtype=np.int16)
        simulation.set_input(name, PERIOD, KINDS[name].encode(order[codes.indices.to_numpy()]))
    simulation.set_input("born_on", PERIOD, table["born_on"].to_numpy().astype("datetime64[D]"))
    found = {key: simulation.calculate(key, PERIOD) for key in ORDER}
    pq.write_table(pa.table({"person": table["person"], **found}), out)
