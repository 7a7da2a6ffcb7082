"""One item in SQL, layer by layer: steps, tier, sum, first refusal, rivals, verdict of each state, result of the month."""

from __future__ import annotations

from yinling.policy import rules
from yinling.policy.contracts import Amount, Item, Pack, Role, Step, Tier
from yinling.policy.engine import standard_sql
from yinling.policy.engine.columns import MONTH, STATES, Columns, Naming, met_column


class ItemPlan:
    """The SQL of one item, layer by layer; each layer may use the columns of the one before."""

    def __init__(
        self,
        item: Item,
        pack: Pack,
        columns: Columns,
        naming: Naming,
        approved: frozenset[str],
        detail: bool,
    ):
        self.item, self.pack, self.approved, self.detail, self.naming = item, pack, approved, detail, naming
        self.steps = item.steps
        self.rivals = [
            (self.steps[number].code, [key for key in rule.items if key != item.key])
            for rule in pack.highests
            for number in range(len(self.steps))
            if self.steps[number].role == Role.HIGHEST and self.steps[number].key == rule.key
        ]
        self.outcomes: dict[tuple[str, str, int], str] = {}
        for state in STATES:
            for step in item.steps:
                text = self._step_sql(step, state)
                if text:
                    self.outcomes[(item.key, state, step.code)] = columns.of(text)

    def _step_sql(self, step: Step, state: str) -> str:
        if step.role == Role.FORCE:
            return self._in_force()
        return self.naming.sql(step.expression, state) if step.expression else ""

    def _in_force(self) -> str:
        """Within the item's dates; what a lapse means is the text's decision: no, not known, or carry on."""
        starts = rules.month_index(max(self.item.effective_from, self.pack.effective_from))
        begun, ends = f"{MONTH} >= {starts}", self.item.effective_to
        if ends is None or self.item.on_lapse == "continue":
            return begun
        lasting = f"{MONTH} <= {rules.month_index(ends)}"
        if self.item.on_lapse == "unknown":
            return f"CASE WHEN {lasting} THEN {begun} END"
        return f"{begun} AND {lasting}"

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
            arms = "".join(f" WHEN {step.code} THEN {self._amount(tier, state)}" for step, tier in tiers)
            said += f",\n    CASE {self._name('tier', state)}{arms} END AS {self._name('fen', state)}"
        return said

    def _amount(self, tier: Tier, state: str) -> str:
        arms = standard_sql.dated(
            tier.amounts,
            lapses=self.item.on_lapse != "continue",
            value=lambda amount: self._value(amount, state),
        )
        return f"CAST({arms} AS BIGINT)"

    def _value(self, amount: Amount, state: str) -> str:
        """A sum of a row; a formula that goes below zero is a fault of the text and pays nothing."""
        if not rules.payable(amount, self.approved):
            return "NULL"
        if amount.formula is None:
            return str(amount.fen)
        text = self.naming.sql(amount.formula, state)
        return f"CASE WHEN ({text}) >= 0 THEN {text} END"

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
            first = "0" if self.rivals else ""
            said += f",\n    CASE{refuses} ELSE 0 END AS {self._name('no', state)}{first}"
            said += f",\n    CASE{unknown} ELSE 0 END AS {self._name('open', state)}{first}"
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
        return [step for step in self.steps if step.role not in (Role.TIER, Role.HIGHEST)]

    def ranks(self) -> str:
        """What each of several rivals comes to before they are compared."""
        return "".join(
            f",\n    CASE WHEN {self._name('no', state)}0 > 0 THEN 0"
            f" WHEN {self._name('open', state)}0 > 0 THEN -1 ELSE 1 END AS {self._name('verdict', state)}0"
            for state in STATES
        )

    def beaten(self) -> str:
        """Refused where a rival has more; not known while a rival is not known, which might have more."""
        said = ""
        for state in STATES:
            beaten = opened = ""
            for code, keys in self.rivals:
                more = " OR ".join(self._loses_to(key, state) for key in keys)
                some = " OR ".join(f"_{key}_{state}_verdict0 = -1" for key in keys)
                mine = f"{self._name('verdict', state)}0 = 1"
                beaten += f" WHEN {mine} AND ({more}) THEN {code}"
                opened += f" WHEN {mine} AND ({some}) THEN {code}"
                if self.detail:
                    met = f"CASE WHEN {mine} AND ({more}) THEN FALSE WHEN {mine} AND ({some}) THEN NULL ELSE TRUE END"
                    said += f",\n    {met} AS {met_column(self.item.key, state, code)}"
            no, found = self._name("no", state), self._name("open", state)
            said += f",\n    CASE WHEN {no}0 > 0 THEN {no}0{beaten} ELSE 0 END AS {no}"
            said += f",\n    CASE WHEN {found}0 > 0 THEN {found}0{opened} ELSE 0 END AS {found}"
        return said

    def _loses_to(self, key: str, state: str) -> str:
        """The other has more; at equal sums the one named first in the text is given."""
        order = next(
            rule.items for rule in self.pack.highests if self.item.key in rule.items and key in rule.items
        )
        more = ">=" if order.index(key) < order.index(self.item.key) else ">"
        return f"(_{key}_{state}_verdict0 = 1 AND _{key}_{state}_fen {more} {self._name('fen', state)})"

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
