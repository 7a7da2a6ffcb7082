"""Conditions as SQL expressions: parsed, typed against the catalogue of facts, able to reach nothing else.

Only operators under which an unknown can never turn into a firm answer by itself are allowed, so that
SQL's NULL means 待核实 in every engine."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError

from yinling.policy.contracts import Catalogue, Expression, FactType

LENGTH_MAX = 2000
DEPTH_MAX = 40
NUMBER_MAX = 10**12
NUMBERS = (FactType.INT, FactType.FEN)
ORDERED = (*NUMBERS, FactType.DATE)
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul)
FUNCTIONS = ("year", "month", "abs", "reached_age", "part", "higher_of", "lower_of")
PERCENT_MAX = 1000
HIDES_UNKNOWN = (
    exp.Is,
    exp.Null,
    exp.Coalesce,
    exp.Case,
    exp.If,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Greatest,
    exp.Least,
    exp.Nullif,
)


class ExpressionRefused(ValueError):
    """An expression that may not stand in a policy; `code` names the message, `said` fills it."""

    def __init__(self, code: str, **said: object) -> None:
        super().__init__(code)
        self.code = code
        self.said = said


@dataclass(frozen=True, slots=True)
class _Typed:
    """Type of a node and, for an enumerated text fact, the values it can take."""

    type: FactType
    values: tuple[str, ...] = ()
    literal: str | None = None


def parse(text: str, catalogue: Catalogue, *wanted: FactType) -> Expression:
    """Read one expression or refuse it with a reason."""
    if len(text) > LENGTH_MAX:
        raise ExpressionRefused("expression_too_long", limit=LENGTH_MAX)
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
        found = _type_of(tree, catalogue, 0)
        tree = _written_out(tree, catalogue)
        names = {column.name for column in tree.find_all(exp.Column)}
    except SqlglotError as error:
        raise ExpressionRefused("expression_unreadable", detail=_first_line(error)) from error
    except RecursionError as error:
        raise ExpressionRefused("expression_too_deep", limit=DEPTH_MAX) from error
    if wanted and found.type not in wanted:
        raise ExpressionRefused(
            "expression_type", found=found.type.value, wanted="/".join(w.value for w in wanted)
        )
    return Expression(
        text=text.strip(),
        type=found.type,
        facts=tuple(sorted(names & catalogue.facts.keys())),
        tree=tree,
        standards=tuple(sorted(names - catalogue.facts.keys())),
    )


def _written_out(tree: exp.Expr, catalogue: Catalogue) -> exp.Expr:
    """The tree with every named condition of the pack replaced by what it stands for."""

    def node(found: exp.Expr) -> exp.Expr:
        definition = catalogue.definitions.get(found.name) if isinstance(found, exp.Column) else None
        return exp.Paren(this=definition.tree.copy()) if definition else found

    return tree.transform(node) if catalogue.definitions else tree


def _first_line(error: SqlglotError) -> str:
    return str(error).splitlines()[0].split(" Line ")[0][:120]


def _type_of(node: exp.Expr, catalogue: Catalogue, depth: int) -> _Typed:
    if depth > DEPTH_MAX:
        raise ExpressionRefused("expression_too_deep", limit=DEPTH_MAX)
    for kinds, check in _CHECKS:
        if isinstance(node, kinds):
            return check(node, catalogue, depth + 1)
    if isinstance(node, HIDES_UNKNOWN):
        raise ExpressionRefused("expression_hides_unknown", part=_shown(node))
    if isinstance(node, exp.Func):
        raise ExpressionRefused("function_not_allowed", part=_shown(node), allowed="、".join(FUNCTIONS))
    raise ExpressionRefused("expression_not_allowed", part=_shown(node))


def _shown(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb")[:80]


def _bare(node: exp.Expr, *allowed: str) -> None:
    """Refuse every argument that this language does not use (aliases, filters, windows, tables)."""
    for name, value in node.args.items():
        if value and name not in allowed:
            raise ExpressionRefused("expression_not_allowed", part=_shown(node))


def _column(node: exp.Column, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this")
    if not isinstance(node.this, exp.Identifier):
        raise ExpressionRefused("expression_not_allowed", part=_shown(node))
    fact = catalogue.facts.get(node.name)
    if fact is not None:
        return _Typed(fact.type, fact.values)
    if node.name in catalogue.definitions:
        return _Typed(catalogue.definitions[node.name].type)
    if node.name in catalogue.standards:
        return _Typed(FactType.FEN)
    raise ExpressionRefused("fact_unknown", name=node.name, near=_near(node.name, catalogue))


def _near(name: str, catalogue: Catalogue) -> str:
    known = [*catalogue.facts, *catalogue.definitions, *catalogue.standards]
    close = difflib.get_close_matches(name, known, n=1)
    return close[0] if close else "—"


def _literal(node: exp.Literal, catalogue: Catalogue, depth: int) -> _Typed:
    if node.is_string:
        return _Typed(FactType.TEXT, literal=node.this)
    if not node.this.isdigit() or int(node.this) > NUMBER_MAX:
        raise ExpressionRefused("number_not_whole", part=node.this)
    return _Typed(FactType.INT, literal=node.this)


def _boolean(node: exp.Boolean, catalogue: Catalogue, depth: int) -> _Typed:
    return _Typed(FactType.BOOL)


def _inner(node: exp.Expr, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this")
    return _type_of(node.this, catalogue, depth)


def _logic(node: exp.Expr, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this", "expression")
    for side in (node.this, node.args.get("expression")):
        if side is not None:
            _need(_type_of(side, catalogue, depth), (FactType.BOOL,), side)
    return _Typed(FactType.BOOL)


def _need(found: _Typed, wanted: tuple[FactType, ...], node: exp.Expr) -> None:
    if found.type not in wanted:
        raise ExpressionRefused(
            "operand_type",
            part=_shown(node),
            found=found.type.value,
            wanted="/".join(kind.value for kind in wanted),
        )


def _comparison(node: exp.Expr, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this", "expression")
    left = _type_of(node.this, catalogue, depth)
    right = _type_of(node.expression, catalogue, depth)
    _comparable(left, right, node)
    if not isinstance(node, (exp.EQ, exp.NEQ)):
        _need(left, ORDERED, node.this)
    return _Typed(FactType.BOOL)


def _comparable(left: _Typed, right: _Typed, node: exp.Expr) -> None:
    same = left.type == right.type or (left.type in NUMBERS and right.type in NUMBERS)
    if not same:
        raise ExpressionRefused(
            "types_differ", part=_shown(node), left=left.type.value, right=right.type.value
        )
    for one, other in ((left, right), (right, left)):
        if one.values and other.literal is not None and other.literal not in one.values:
            raise ExpressionRefused("value_unknown", value=other.literal, values="、".join(one.values))


def _in(node: exp.In, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this", "expressions")
    left = _type_of(node.this, catalogue, depth)
    if not node.expressions:
        raise ExpressionRefused("expression_not_allowed", part=_shown(node))
    for option in node.expressions:
        if not isinstance(option, exp.Literal):
            raise ExpressionRefused("expression_not_allowed", part=_shown(option))
        _comparable(left, _type_of(option, catalogue, depth), node)
    return _Typed(FactType.BOOL)


def _between(node: exp.Between, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this", "low", "high")
    middle = _type_of(node.this, catalogue, depth)
    _need(middle, ORDERED, node.this)
    for edge in (node.args["low"], node.args["high"]):
        _comparable(middle, _type_of(edge, catalogue, depth), node)
    return _Typed(FactType.BOOL)


def _arithmetic(node: exp.Expr, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this", "expression")
    left = _type_of(node.this, catalogue, depth)
    right = _type_of(node.expression, catalogue, depth)
    _need(left, NUMBERS, node.this)
    _need(right, NUMBERS, node.expression)
    if isinstance(node, exp.Mul) and left.literal is None and right.literal is None:
        raise ExpressionRefused("product_of_facts", part=_shown(node))
    return _Typed(FactType.FEN if FactType.FEN in (left.type, right.type) else FactType.INT)


def _negative(node: exp.Neg, catalogue: Catalogue, depth: int) -> _Typed:
    found = _type_of(node.this, catalogue, depth)
    _need(found, NUMBERS, node.this)
    return _Typed(found.type)


def _date(node: exp.Cast, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this", "to")
    literal, target = node.this, node.args["to"]
    plain = isinstance(literal, exp.Literal) and literal.is_string and target.is_type("date")
    if not plain:
        raise ExpressionRefused("expression_not_allowed", part=_shown(node))
    try:
        date.fromisoformat(literal.this)
    except ValueError as error:
        raise ExpressionRefused("date_unreadable", value=literal.this) from error
    return _Typed(FactType.DATE)


def _date_part(node: exp.Func, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this")
    _need(_type_of(node.this, catalogue, depth), (FactType.DATE,), node.this)
    return _Typed(FactType.INT)


def _abs(node: exp.Abs, catalogue: Catalogue, depth: int) -> _Typed:
    _bare(node, "this")
    found = _type_of(node.this, catalogue, depth)
    _need(found, NUMBERS, node.this)
    return _Typed(found.type)


def _own_function(node: exp.Anonymous, catalogue: Catalogue, depth: int) -> _Typed:
    own = _OWN.get(str(node.this).lower())
    if own is None or len(node.expressions) != own[0]:
        raise ExpressionRefused("function_not_allowed", part=_shown(node), allowed="、".join(FUNCTIONS))
    _bare(node, "this", "expressions")
    return own[1](node, [_type_of(argument, catalogue, depth) for argument in node.expressions])


def _age_type(node: exp.Anonymous, found: list[_Typed]) -> _Typed:
    _need(found[0], (FactType.DATE,), node.expressions[0])
    return _Typed(FactType.INT)


def _part_type(node: exp.Anonymous, found: list[_Typed]) -> _Typed:
    """A percentage of a sum, rounded to the nearest whole fen, halves up."""
    _need(found[0], NUMBERS, node.expressions[0])
    percent = found[1].literal
    if found[1].type != FactType.INT or percent is None or not 1 <= int(percent) <= PERCENT_MAX:
        raise ExpressionRefused("number_not_whole", part=_shown(node))
    return _Typed(found[0].type)


def _extreme_type(node: exp.Anonymous, found: list[_Typed]) -> _Typed:
    for kind, argument in zip(found, node.expressions, strict=True):
        _need(kind, NUMBERS, argument)
    return _Typed(FactType.FEN if FactType.FEN in (found[0].type, found[1].type) else FactType.INT)


_OWN: dict[str, tuple[int, Callable[[exp.Anonymous, list[_Typed]], _Typed]]] = {
    "reached_age": (1, _age_type),
    "part": (2, _part_type),
    "higher_of": (2, _extreme_type),
    "lower_of": (2, _extreme_type),
}
_CHECKS: tuple[tuple[tuple[type[exp.Expr], ...], Callable[..., _Typed]], ...] = (
    ((exp.Column,), _column),
    ((exp.Literal,), _literal),
    ((exp.Boolean,), _boolean),
    ((exp.Paren,), _inner),
    ((exp.And, exp.Or, exp.Not), _logic),
    (COMPARISONS, _comparison),
    ((exp.In,), _in),
    ((exp.Between,), _between),
    (ARITHMETIC, _arithmetic),
    ((exp.Neg,), _negative),
    ((exp.Cast,), _date),
    ((exp.Year, exp.Month), _date_part),
    ((exp.Abs,), _abs),
    ((exp.Anonymous,), _own_function),
)


def sql(
    expression: Expression,
    column: Callable[[str], str],
    month: str,
    *,
    standard: Callable[[str], str] = str,
    dialect: str = "duckdb",
) -> str:
    """The expression in an engine's SQL, its facts and standards replaced by that engine's columns.

    `month` is the column or number of the month in which ages are reached (year × 12 + month − 1)."""
    names = {name: standard(name) for name in expression.standards}

    def engine_node(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            return exp.column(names[node.name] if node.name in names else column(node.name))
        if isinstance(node, exp.Anonymous):
            inner = [argument.copy().transform(engine_node) for argument in node.expressions]
            return _own_sql(str(node.this).lower(), [part.sql(dialect="duckdb") for part in inner], month)
        return node

    return str(expression.tree.copy().transform(engine_node).sql(dialect=dialect))


def _own_sql(function: str, parts: list[str], month: str) -> exp.Expr:
    """This language's own functions in plain SQL; an unknown argument gives an unknown result in each."""
    first, second = parts[0], parts[-1]
    text = {
        # whole years reached by the end of the month: only year and month of birth count
        "reached_age": f"CAST(FLOOR(({month} - YEAR({first}) * 12 - MONTH({first}) + 1) / 12) AS BIGINT)",
        "part": f"CAST(FLOOR((({first}) * ({second}) + 50) / 100) AS BIGINT)",
        "higher_of": f"CASE WHEN ({first}) >= ({second}) THEN {first} WHEN ({first}) < ({second}) THEN {second} END",
        "lower_of": f"CASE WHEN ({first}) <= ({second}) THEN {first} WHEN ({first}) > ({second}) THEN {second} END",
    }[function]
    return sqlglot.parse_one(text, read="duckdb")
