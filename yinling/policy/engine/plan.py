"""A pack compiled to one SQL statement that decides every item for every row of a table of facts.

Each month is decided from two states of a person: `b`, as the month begins, and `n`, as it ends; the item's
timing says which of the two counts."""

from __future__ import annotations

from dataclasses import dataclass

from yinling.policy import expression, rules
from yinling.policy.contracts import Catalogue, Expression, Fact, FactType, Item, Pack, Role, Step, Tier

STATES = ("b", "n")
CASTS = {
    FactType.BOOL: "BOOLEAN",
    FactType.TEXT: "VARCHAR",
    FactType.INT: "BIGINT",
    FactType.FEN: "BIGINT",
    FactType.DATE: "DATE",
}
MONTH = "month_index"
AREAS = ("hukou_area", "live_area")
KEPT = (*AREAS, "facts_digest")


@dataclass(frozen=True, slots=True)
class Plan:
    """The statement and the facts it reads."""

    sql: str
    facts: tuple[Fact, ...]


def met_column(item: str, state: str, code: int) -> str:
    """Column of a detailed plan that says whether one step is met."""
    return f"_{item}_{state}_met{code}"


class _Columns:
    """Gives every distinct expression one column, so that shared clauses are worked out once."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def of(self, text: str) -> str:
        return self.names.setdefault(text, f"e{len(self.names)}")

    def select(self) -> str:
        return "".join(f",\n    {text} AS {name}" for text, name in self.names.items())


def compile_pack(
    pack: Pack,
    *,
    approved: frozenset[str] = frozenset(),
    two_tables: bool = False,
    detail: bool = False,
    only: tuple[str, ...] = (),
    stored: bool = False,
) -> Plan:
    """The plan of a pack, or of some of its items.

    It reads a relation `facts_now` (and `facts_before` when `two_tables`) with `person`, one column per
    fact, and the column month_index. With `detail` every step's outcome is returned too; with `stored` the
    person's areas and a digest of the facts, as a kept verdict needs them."""
    facts = used_facts(pack)
    columns = _Columns()
    items = [item for item in pack.items if not only or item.key in only]
    parts = [_ItemPlan(item, pack, columns, approved, two_tables, detail) for item in items]
    layers = [
        "WITH source AS (",
        _source(facts, two_tables, stored),
        "), aged AS (SELECT *",
        _aged(pack, two_tables),
        " FROM source), judged AS (SELECT *",
        columns.select(),
        "\n  FROM aged), tiered AS (SELECT *",
    ]
    layers += [part.tiers() for part in parts]
    layers += ["\n  FROM judged), priced AS (SELECT *", *[part.amounts() for part in parts]]
    layers += ["\n  FROM tiered), weighed AS (SELECT *", *[part.weights() for part in parts]]
    layers += ["\n  FROM priced), stated AS (SELECT *", *[part.states() for part in parts]]
    person = "*" if detail else ", ".join(("person", *(KEPT if stored else ())))
    layers += ["\n  FROM weighed)\nSELECT ", person, *[part.result() for part in parts]]
    layers.append("\nFROM stated")
    return Plan(sql="".join(layers), facts=facts)


def used_facts(pack: Pack) -> tuple[Fact, ...]:
    """The supplied facts that any step of the pack needs, derived ones traced to their sources."""
    names: set[str] = set()
    for item in pack.items:
        for step in item.steps:
            if step.expression:
                names |= supplied(step.expression, pack)
    return tuple(fact for fact in pack.catalogue.supplied if fact.name in names)


def supplied(found: Expression, pack: Pack) -> set[str]:
    """The supplied facts behind an expression."""
    names: set[str] = set()
    for name in found.facts:
        names |= _behind(name, pack.catalogue) if pack.catalogue.facts[name].derived else {name}
    return names


_BEHIND: dict[tuple[str, str], set[str]] = {}


def _behind(derived: str, catalogue: Catalogue) -> set[str]:
    key = (catalogue.digest, derived)
    if key not in _BEHIND:
        _BEHIND[key] = set(expression.parse(catalogue.facts[derived].derived, catalogue).facts)
    return _BEHIND[key]


def _source(facts: tuple[Fact, ...], two_tables: bool, stored: bool) -> str:
    columns = [f"now.person, now.{MONTH}"]
    tables = {"b": "before", "n": "now"} if two_tables else {"n": "now"}
    for state, table in tables.items():
        columns += [f"{_clean(fact, table)} AS {state}_{fact.name}" for fact in facts]
    if stored:
        said = (
            f"coalesce(CAST({table}.\"{fact.name}\" AS VARCHAR), '?')"
            for table in tables.values()
            for fact in facts
        )
        columns += [
            *(f"now.{area}" for area in AREAS),
            f"md5(concat_ws('|', {', '.join(said)})) AS facts_digest",
        ]
    joined = " LEFT JOIN facts_before AS before ON before.person = now.person" if two_tables else ""
    return f"SELECT {', '.join(columns)} FROM facts_now AS now{joined}"


def _clean(fact: Fact, table: str) -> str:
    """A value outside the catalogue is not known, rather than quietly different from every condition."""
    column = f'{table}."{fact.name}"'
    if not fact.values:
        return f"CAST({column} AS {CASTS[fact.type]})"
    options = ", ".join(_text(value) for value in fact.values)
    return f"CASE WHEN {column} IN ({options}) THEN {column} END"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _fact_column(pack: Pack, state: str, two_tables: bool):
    def column(name: str) -> str:
        if pack.catalogue.facts[name].derived:
            return f"{state}_{name}"
        return f"{state if two_tables else 'n'}_{name}"

    return column


def _month(state: str) -> str:
    return f"({MONTH} - 1)" if state == "b" else MONTH


def _aged(pack: Pack, two_tables: bool) -> str:
    """The derived facts, in both states."""
    used = {
        name
        for item in pack.items
        for step in item.steps
        if step.expression
        for name in step.expression.facts
    }
    said = ""
    for fact in pack.catalogue.derived:
        if fact.name in used:
            parsed = expression.parse(fact.derived, pack.catalogue)
            for state in STATES:
                text = expression.sql(parsed, _fact_column(pack, state, two_tables), _month(state))
                said += f",\n    {text} AS {state}_{fact.name}"
    return said


class _ItemPlan:
    """The SQL of one item, layer by layer; each layer may use the columns of the one before."""

    def __init__(
        self,
        item: Item,
        pack: Pack,
        columns: _Columns,
        approved: frozenset[str],
        two_tables: bool,
        detail: bool,
    ):
        self.item, self.pack, self.approved, self.detail = item, pack, approved, detail
        self.steps = item.steps
        self.outcomes: dict[tuple[str, str, int], str] = {}
        for state in STATES:
            for step in item.steps:
                text = self._step_sql(step, state, two_tables)
                if text:
                    self.outcomes[(item.key, state, step.code)] = columns.of(text)

    def _step_sql(self, step: Step, state: str, two_tables: bool) -> str:
        if step.role == Role.FORCE:
            return self._in_force()
        if step.expression is None:
            return ""
        return expression.sql(step.expression, _fact_column(self.pack, state, two_tables), _month(state))

    def _in_force(self) -> str:
        starts = rules.month_index(max(self.item.effective_from, self.pack.effective_from))
        ends = self.item.effective_to
        return f"{MONTH} >= {starts}" + (f" AND {MONTH} <= {rules.month_index(ends)}" if ends else "")

    def _name(self, what: str, state: str) -> str:
        return f"_{self.item.key}_{state}_{what}"

    def _outcome(self, state: str, step: Step) -> str:
        return self.outcomes[(self.item.key, state, step.code)]

    def tiers(self) -> str:
        """The first tier that applies as its code, negative when that cannot be known, 0 when none applies."""
        said = ""
        for state in STATES:
            arms = ""
            for step in self._of(Role.TIER):
                name = self._outcome(state, step)
                arms += f" WHEN {name} THEN {step.code} WHEN {name} IS NULL THEN -{step.code}"
            said += f",\n    CASE{arms} ELSE 0 END AS {self._name('tier', state)}"
        return said

    def _of(self, *roles: Role) -> list[Step]:
        return [step for step in self.steps if step.role in roles]

    def amounts(self) -> str:
        """The sum of that tier in the month paid for; NULL when no approved row is in force."""
        said = ""
        for state in STATES:
            tiers = zip(self._of(Role.TIER), self.item.tiers, strict=True)
            arms = "".join(f" WHEN {step.code} THEN {self._amount(tier)}" for step, tier in tiers)
            said += f",\n    CASE {self._name('tier', state)}{arms} END AS {self._name('fen', state)}"
        return said

    def _amount(self, tier: Tier) -> str:
        arms = ""
        for amount in reversed(tier.amounts):
            fen = str(amount.fen) if rules.payable(amount, self.approved) else "NULL"
            arms += f" WHEN {MONTH} >= {rules.month_index(amount.starts)} THEN {fen}"
        return f"CAST(CASE{arms} END AS BIGINT)"

    def weights(self) -> str:
        """Code of the first step that refuses, and of the first that is not known; 0 when there is none."""
        said = ""
        for state in STATES:
            refuses = "".join(
                f" WHEN {self._refuses(step, state)} THEN {step.code}" for step in self._deciding()
            )
            unknown = "".join(
                f" WHEN {self._unknown(step, state)} THEN {self._unknown_code(step, state)}"
                for step in self._deciding()
            )
            said += f",\n    CASE{refuses} ELSE 0 END AS {self._name('no', state)}"
            said += f",\n    CASE{unknown} ELSE 0 END AS {self._name('open', state)}"
            said += self._each_step(state) if self.detail else ""
        return said

    def _each_step(self, state: str) -> str:
        """Whether each single step is met, for the explanation of one person."""
        said = ""
        for step in self._deciding():
            met = (
                f"CASE WHEN {self._refuses(step, state)} THEN FALSE"
                f" WHEN {self._unknown(step, state)} THEN NULL ELSE TRUE END"
            )
            said += f",\n    {met} AS {met_column(self.item.key, state, step.code)}"
        for step in self._of(Role.TIER):
            said += f",\n    {self._outcome(state, step)} AS {met_column(self.item.key, state, step.code)}"
        return said

    def _deciding(self) -> list[Step]:
        return [step for step in self.steps if step.role != Role.TIER]

    def _refuses(self, step: Step, state: str) -> str:
        if step.role == Role.TIERS:
            return f"{self._name('tier', state)} = 0"
        if step.role == Role.STANDARD:
            return "FALSE"
        if step.role == Role.HIGHER:
            return self._higher(step, state)
        return self._outcome(state, step) if step.never else f"NOT {self._outcome(state, step)}"

    def _higher(self, step: Step, state: str) -> str:
        other = self._outcome(state, step)
        return f"({other} > 0 AND {other} >= {self._name('fen', state)})"

    def _unknown(self, step: Step, state: str) -> str:
        if step.role == Role.TIERS:
            return f"{self._name('tier', state)} < 0"
        if step.role == Role.STANDARD:
            return f"{self._name('fen', state)} IS NULL"
        if step.role == Role.HIGHER:
            return f"{self._higher(step, state)} IS NULL"
        return f"{self._outcome(state, step)} IS NULL"

    def _unknown_code(self, step: Step, state: str) -> str:
        return f"-{self._name('tier', state)}" if step.role == Role.TIERS else str(step.code)

    def states(self) -> str:
        """The verdict of each state."""
        said = ""
        for state in STATES:
            said += (
                f",\n    CASE WHEN {self._name('no', state)} > 0 THEN 0 WHEN {self._name('open', state)} > 0"
                f" THEN -1 ELSE 1 END AS {self._name('verdict', state)}"
            )
        return said

    def result(self) -> str:
        """The month's verdict, sum and reason from the state that counts."""
        before = f"({self._uses_before()})"
        verdict = (
            f"CASE WHEN {before} THEN {self._name('verdict', 'b')} ELSE {self._name('verdict', 'n')} END"
        )
        arms = ""
        for state, when in (("b", before), ("n", "TRUE")):
            yes, no, opened = (self._name(what, state) for what in ("verdict", "no", "open"))
            arms += (
                f" WHEN {when} THEN CASE {yes} WHEN 1 THEN {self._name('tier', state)}"
                f" WHEN 0 THEN {no} ELSE {opened} END"
            )
        fen = (
            f"CASE WHEN {before} THEN CASE WHEN {self._name('verdict', 'b')} = 1 THEN {self._name('fen', 'b')}"
            f" ELSE 0 END WHEN {self._name('verdict', 'n')} = 1 THEN {self._name('fen', 'n')} ELSE 0 END"
        )
        key = self.item.key
        return (
            f",\n  CAST({verdict} AS TINYINT) AS {key}_verdict, CAST({fen} AS BIGINT) AS {key}_fen,"
            f" CAST(CASE{arms} END AS SMALLINT) AS {key}_reason, {before} AS {key}_before"
        )

    def _uses_before(self) -> str:
        timing = self.item.timing
        was, is_now = (f"{self._name('verdict', state)} = 1" for state in STATES)
        change = "TRUE" if timing.change == "next_month" else "FALSE"
        stop = "TRUE" if timing.stop == "next_month" else "FALSE"
        start = "TRUE" if timing.start == "next_month" else "FALSE"
        return (
            f"CASE WHEN {was} AND {is_now} THEN {change} WHEN {was} THEN {stop}"
            f" WHEN {is_now} THEN {start} ELSE FALSE END"
        )
