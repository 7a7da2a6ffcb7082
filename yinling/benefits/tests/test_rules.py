"""The pure rules: every move and every other move, what is due, publicity, rosters, and the layouts of files."""

from __future__ import annotations

import io
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from yinling.benefits.contracts import (
    BATCH_NAMES,
    BLOCK_NAMES,
    KIND_NAMES,
    LINE_NAMES,
    RECOVERY_NAMES,
    BatchState,
    Block,
    Due,
    FrozenLine,
    Kind,
    LineState,
    PayHead,
    PayRow,
    RecoveryState,
    Roster,
    RosterRow,
)
from yinling.benefits.rules.due import dues, months_lost, offset_share, row_reference
from yinling.benefits.rules.files import BadReturnFile, bank_txt, bank_xlsx, read_return, txt_to_xlsx
from yinling.benefits.rules.moves import (
    BATCH_ENDS,
    BATCH_MOVES,
    LINE_DEAD,
    LINE_ENDS,
    LINE_MOVES,
    LINE_OPEN,
    RECOVERY_MOVES,
    WrongMove,
    batch_after,
    line_after,
    line_sources,
)
from yinling.benefits.rules.publicity import is_workday, last_day_of_publicity, public_name
from yinling.benefits.rules.roster import roster_digest, roster_xlsx
from yinling.benefits.rules.terms import NoTerm, items, jurisdiction, term

BATCH_VERBS = sorted({move for _state, move in BATCH_MOVES})
LINE_VERBS = sorted({move for _state, move in LINE_MOVES})


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("move", BATCH_VERBS)
def test_a_batch_moves_only_as_the_table_says(state, move):
    if (state, move) in BATCH_MOVES:
        assert batch_after(state, move) is BATCH_MOVES[state, move]
    else:
        with pytest.raises(WrongMove):
            batch_after(state, move)


@pytest.mark.parametrize("state", LineState)
@pytest.mark.parametrize("move", LINE_VERBS)
def test_a_line_moves_only_as_the_table_says(state, move):
    assert line_after(state, move) is LINE_MOVES.get((state, move))
    assert (state.value in line_sources(move)) == ((state, move) in LINE_MOVES)


def _reach(moves, start):
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for (state, _move), after in moves.items():
            if state is here and after not in seen:
                seen.add(after)
                todo.append(after)
    return seen


@pytest.mark.parametrize(
    ("moves", "states", "ends", "start"),
    [
        (BATCH_MOVES, BatchState, BATCH_ENDS, BatchState.DRAFT),
        (LINE_MOVES, LineState, LINE_ENDS, LineState.PROPOSED),
        (RECOVERY_MOVES, RecoveryState, {RecoveryState.SETTLED, RecoveryState.REVERSED}, RecoveryState.OPEN),
    ],
)
def test_every_state_is_reached_and_reaches_an_end(moves, states, ends, start):
    assert _reach(moves, start) == set(states)
    for state in states:
        assert _reach(moves, state) & set(ends), state


def test_ends_are_ends():
    assert not [move for (state, move) in BATCH_MOVES if state in BATCH_ENDS]
    assert not [move for (state, move) in LINE_MOVES if state in LINE_ENDS]
    assert LINE_DEAD < LINE_ENDS
    assert not LINE_OPEN & {LineState.RELEASED, LineState.SENT, LineState.PAID, LineState.RETURNED}


def test_every_stored_word_has_a_name():
    for names, kind in (
        (LINE_NAMES, LineState),
        (BATCH_NAMES, BatchState),
        (BLOCK_NAMES, Block),
        (KIND_NAMES, Kind),
        (RECOVERY_NAMES, RecoveryState),
    ):
        assert set(names) == set(kind)


def test_due_is_entitled_less_claimed():
    assert dues({"2026-09": 10_000, "2026-10": 10_000}, {"2026-09": 10_000, "2026-08": 5_000}) == (
        Due("2026-08", -5_000),
        Due("2026-10", 10_000),
    )


months = st.sampled_from([f"2026-{number:02d}" for number in range(1, 13)])
sums = st.dictionaries(months, st.integers(0, 10**7))


@given(sums, sums)
def test_paying_what_is_due_leaves_nothing_due(entitled, claimed):
    after = dict(claimed)
    for due in dues(entitled, claimed):
        after[due.month] = after.get(due.month, 0) + due.fen
    assert dues(entitled, after) == ()
    assert sum(due.fen for due in dues(entitled, claimed)) == sum(entitled.values()) - sum(claimed.values())


def test_months_after_the_month_of_death_are_lost():
    assert months_lost(["2026-08", "2026-09", "2026-10"], date(2026, 9, 1)) == ("2026-10",)
    assert months_lost(["2026-08", "2026-09"], date(2026, 8, 31)) == ("2026-09",)
    assert months_lost(["2026-12", "2027-01"], date(2026, 12, 31)) == ("2027-01",)


@given(st.integers(1, 10**7), st.integers(0, 10**7), st.integers(1, 100))
def test_kept_back_is_never_more_than_owed_nor_than_its_share(fen, owed, share):
    kept = offset_share(fen, owed, share)
    assert 0 <= kept <= owed
    assert kept * 100 <= fen * share


def test_a_row_reference_is_made_from_line_and_attempt_alone():
    line = UUID(int=7)
    assert row_reference(line, 1) == row_reference(line, 1) != row_reference(line, 2)
    assert len(row_reference(line, 99)) <= 35


def test_publicity_counts_whole_working_days_around_a_holiday():
    assert last_day_of_publicity(date(2026, 9, 3), 7) == date(2026, 9, 14)
    assert not is_workday(date(2026, 10, 1))
    assert last_day_of_publicity(date(2026, 9, 30), 1) > date(2026, 10, 7)
    assert is_workday(date(2035, 1, 1))
    assert not is_workday(date(2035, 1, 6))


@pytest.mark.parametrize(
    ("name", "shown"), [("王芳", "王*"), ("王秀英", "王*英"), ("欧阳春花", "欧**花"), ("王", "王*")]
)
def test_a_public_name_hides_its_middle(name, shown):
    assert public_name(name) == shown


def test_terms_are_dated_and_have_a_source():
    assert term("publicity_workdays", date(2026, 9, 1)).value == "7"
    with pytest.raises(NoTerm):
        term("publicity_workdays", date(1999, 1, 1))
    assert set(items()) == {"hardship", "care", "old_age"}
    assert jurisdiction() == "530199000000"


def frozen(number: int, fen: int = 10_000) -> FrozenLine:
    return FrozenLine(UUID(int=number), UUID(int=99), "old_age", "2026-09", "normal", fen, "v1", "d", "i")


def test_a_roster_digest_ignores_order_and_sees_every_change():
    lines = [frozen(1), frozen(2), frozen(3)]
    assert roster_digest(lines) == roster_digest(reversed(lines))
    assert (
        len({roster_digest(lines), roster_digest(lines[:2]), roster_digest([*lines[:2], frozen(3, 10_001)])})
        == 3
    )


ROWS = (
    PayRow(
        1,
        "a-01",
        "王秀英",
        "530199194001011234",
        "9999990000000010000",
        "示范银行",
        10_000,
        "old_age",
        "高龄",
        "2026-09",
    ),
    PayRow(
        2,
        "b-01",
        "=cmd|x\n",
        "53019919400101123X",
        "9999990000000020009",
        "示范银行",
        50_005,
        "care",
        "护理",
        "2026-09",
    ),
)


def test_the_bank_reads_what_we_write():
    from yinling.benefits.bank.paper import read_paper

    paper = read_paper(bank_txt(PayHead("B1", date(2026, 9, 25), "区财政"), ROWS))
    assert (paper.reference, paper.pay_on, paper.fen, len(paper.rows)) == ("B1", "2026-09-25", 60_005, 2)
    assert [(row.row_ref, row.account, row.fen) for row in paper.rows] == [
        ("a-01", "9999990000000010000", 10_000),
        ("b-01", "9999990000000020009", 50_005),
    ]


def test_a_workbook_for_the_bank_is_all_text_and_the_same_every_time():
    head = PayHead("B1", date(2026, 9, 25), "区财政")
    assert bank_xlsx(head, ROWS) == bank_xlsx(head, ROWS)
    sheet = load_workbook(io.BytesIO(bank_xlsx(head, ROWS))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert sheet["E3"].value == "9999990000000010000"
    again = load_workbook(io.BytesIO(txt_to_xlsx(bank_txt(head, ROWS)))).active
    assert [again["E3"].value, again["G4"].value] == ["9999990000000010000", "500.05"]


def test_a_roster_workbook_has_totals_and_signatures():
    rows = (
        RosterRow(
            1,
            "王秀英",
            "530199******34",
            "****0000",
            "青禾街道",
            "一社区",
            "高龄老年人津贴",
            "2026-09",
            "正常",
            10_000,
            "已发放",
        ),
    )
    sheet = load_workbook(io.BytesIO(roster_xlsx(Roster("n", "2026-09", "示范区", rows, (), "d")))).active
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert "合计" in texts
    assert "100.00" in texts
    assert "经办：" in texts
    assert "审批：" in texts


GOOD = "R|B1|2026-09-25|2|1|100.00|1|50.00\r\nE|1|a|0000|100.00|成功|ACSC||s1\r\nE|2|b|0001|50.00|失败|AC01|账户不存在|s2\r\n"


def test_a_return_file_is_read_whole():
    read = read_return(GOOD.encode("gb18030"))
    assert [(row.row_ref, row.paid, row.fen, row.reason) for row in read.rows] == [
        ("a", True, 10_000, ""),
        ("b", False, 5_000, "账户不存在"),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        GOOD.replace("R|", "H|"),
        GOOD.replace("|2|1|", "|3|1|"),
        GOOD.replace("|100.00|1", "|100.01|1"),
        GOOD.replace("成功", "大概"),
        GOOD.replace("|50.00|失败", "|五十|失败"),
        GOOD.replace("|b|", "|a|"),
        GOOD.replace("2026-09-25", "2026-13-25"),
        GOOD.replace("E|2|b", "E|2"),
        GOOD.replace("50.00", "NaN"),
    ],
)
def test_a_broken_return_file_is_refused_with_its_reason(bad):
    with pytest.raises(BadReturnFile) as refused:
        read_return(bad.encode("gb18030"))
    assert refused.value.values["why"]


@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.integers(1, 5))
def test_a_mutated_return_file_is_read_or_refused_but_never_breaks(noise, place, cut):
    body = GOOD.encode("gb18030")
    for mutant in (body[:place] + noise + body[place + cut :], noise, body[:place]):
        try:
            read = read_return(mutant)
        except BadReturnFile:
            continue
        assert len(read.rows) >= 0
