"""Scales: golden cases, every total of GB/T 42195, every combination of the tables, both sides of each boundary."""

from __future__ import annotations

import csv
import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.assessment import scales
from yinling.assessment.contracts import Findings, ScaleKey
from yinling.assessment.rules import AnswersWrong, score, sense_rank

GB, OLD, LTCI = (scales.scale(key) for key in (ScaleKey.GBT42195, ScaleKey.MZT039, ScaleKey.LTCI2021))
TODAY = date(2026, 11, 24)
HOW, HOW_OLD = (scales.adjustment_on(scale.key, TODAY) for scale in (GB, OLD))
BEST = {item.key: max(item.scores) for item in GB.items}


def of_total(scale, total, part=None):
    """Answers that sum up to this total."""
    left, answers = total, {}
    for item in part or scale.items:
        answers[item.key] = max((one for one in item.scores if one <= left), default=min(item.scores))
        left -= answers[item.key]
    assert left == 0
    return answers


def level(total, **findings):
    return score(GB, of_total(GB, total), Findings(**findings), HOW)


def test_the_standard_has_26_items_and_90_points_in_four_parts():
    assert (len(GB.items), GB.most) == (26, 90)
    assert [section.most for section in GB.sections] == [32, 15, 28, 15]
    assert [section.most for section in LTCI.sections] == [100, 16, 12]
    assert OLD.sections[0].most == 100


BOUNDS = {90: 0, 89: 1, 66: 1, 65: 2, 46: 2, 45: 3, 30: 3, 29: 4, 0: 4}


@pytest.mark.parametrize(("total", "wanted"), sorted(BOUNDS.items()))
def test_both_sides_of_each_boundary(total, wanted):
    assert (level(total).total, level(total).level) == (total, wanted)


def test_every_total_has_one_level_and_more_points_never_mean_a_severer_one():
    levels = [level(total).level for total in range(91)]
    assert levels == sorted(levels, reverse=True)
    assert [levels.count(one) for one in range(5)] == [1, 24, 20, 16, 30]


@pytest.mark.parametrize(
    ("total", "findings", "wanted"),
    [
        (70, {"mental_diagnosis": True}, 2),
        (90, {"risk_events": {"fall": 2}}, 1),
        (90, {"risk_events": {"fall": 1, "lost": 1}}, 1),  # two in all, as the standard counts
        (90, {"risk_events": {"fall": 1}}, 0),
        (88, {"coma": True}, 4),
        (20, {"mental_diagnosis": True}, 4),
        (70, {"mental_diagnosis": True, "risk_events": {"fall": 2}}, 3),
        (40, {"mental_diagnosis": True, "risk_events": {"fall": 3}}, 4),
    ],
)
def test_findings_change_the_level_as_the_standard_says(total, findings, wanted):
    assert level(total, **findings).level == wanted


def test_whether_two_reasons_add_up_is_a_parameter_and_both_are_shown():
    from dataclasses import replace

    findings = Findings(mental_diagnosis=True, risk_events={"fall": 2})
    once = score(GB, of_total(GB, 70), findings, replace(HOW, accumulate=False))
    assert (once.level, [change.key for change in once.changes]) == (2, ["mental_diagnosis", "risk_events"])


def test_in_coma_the_items_may_be_left_out_but_not_half_of_them():
    outcome = score(GB, {}, Findings(coma=True), HOW)
    assert (outcome.level, outcome.total, outcome.preliminary) == (4, None, None)
    with pytest.raises(AnswersWrong):
        score(GB, dict(list(BEST.items())[:3]), Findings(coma=True), HOW)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda it: it.pop("adl_eating"), "missing"),
        (lambda it: it.update(adl_eating=5), "outside"),
        (lambda it: it.update(adl_eating=-1), "outside"),
        (lambda it: it.update(nonsense=1), "unknown"),
        (lambda it: it.update(mob_stairs=4), "outside"),
    ],
)
def test_what_is_missing_or_wrong_is_named(change, named):
    answers = dict(BEST)
    change(answers)
    with pytest.raises(AnswersWrong) as wrong:
        score(GB, answers, Findings(), HOW)
    assert getattr(wrong.value, named)


@given(
    st.fixed_dictionaries({item.key: st.sampled_from(sorted(item.scores)) for item in GB.items}), st.data()
)
def test_losing_a_point_never_makes_the_level_better(answers, data):
    before = score(GB, answers, Findings(), HOW)
    item = data.draw(
        st.sampled_from([one for one in GB.items if answers[one.key] > 0])
        if any(answers.values())
        else st.none()
    )
    if item is not None:
        after = score(GB, {**answers, item.key: answers[item.key] - 1}, Findings(), HOW)
        assert after.level >= before.level
        assert after.total == before.total - 1


def rows(name):
    with (scales.DATA / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


SENSE = {0: (0, 0, 0, 0), 1: (0, 2, 0, 0), 2: (0, 3, 0, 0), 3: (0, 4, 0, 0)}
TOTALS_039 = ({0: 100, 1: 95, 2: 60, 3: 40}, {0: 0, 1: 1, 2: 2, 3: 4}, {0: 0, 1: 3, 2: 8, 3: 14})


def answers_039(ranks):
    adl, mental, sense, social = ranks
    parts = OLD.sections
    answers = of_total(OLD, TOTALS_039[0][adl], parts[0].items)
    answers |= of_total(OLD, TOTALS_039[1][mental], parts[1].items)
    answers |= dict(zip((item.key for item in parts[2].items), SENSE[sense], strict=True))
    return answers | of_total(OLD, TOTALS_039[2][social], parts[3].items)


def test_all_256_combinations_of_mzt039_through_real_answers():
    table = rows("mzt039_levels.csv")
    assert len(table) == 256
    for row in table:
        ranks = tuple(int(row[name]) for name in ("adl", "mental", "sense", "social"))
        assert score(OLD, answers_039(ranks), Findings(), None).level == int(row["level"]), ranks


def oracle_sense(consciousness, vision, hearing, talk):
    """The rule's sentences, read from the severest down."""
    if consciousness in (2, 3):
        return 3
    if 4 in (vision, hearing) or talk == 3:
        return 3
    if consciousness == 1 and vision <= 3 and hearing <= 3 and talk <= 2:
        return 2
    if 3 in (vision, hearing) or talk == 2:
        return 2
    return 1 if 2 in (vision, hearing) or talk == 1 else 0


def test_all_400_combinations_of_senses_follow_the_rule():
    for given_ in itertools.product(range(4), range(5), range(5), range(4)):
        assert sense_rank(*given_) == oracle_sense(*given_), given_


@pytest.mark.parametrize(("total", "rank"), [(100, 0), (95, 1), (65, 1), (60, 2), (45, 2), (40, 3), (0, 3)])
def test_bands_of_mzt039_and_of_the_selfcare_screening(total, rank):
    screen = scales.scale(ScaleKey.SELFCARE)
    assert score(screen, of_total(screen, total), Findings(), None).level == rank


def test_risk_events_of_mzt039_count_by_kind():
    mild = answers_039((1, 0, 0, 0))
    two_kinds = score(OLD, mild, Findings(risk_events={"fall": 1, "lost": 1}), HOW_OLD)
    one_kind = score(OLD, mild, Findings(risk_events={"fall": 2}), HOW_OLD)
    assert (two_kinds.level, one_kind.level) == (1, 2)


TOTALS_LTCI = (
    {"完好": 100, "轻度": 95, "中度": 60, "重度": 40},
    {"完好": 16, "轻度": 15, "中度": 3, "重度": 1},
    {"完好": 12, "轻度": 11, "中度": 3, "重度": 1},
)


def test_all_64_combinations_of_the_insurance_scale_and_it_decides_nothing():
    table = rows("ltci_combination.csv")
    assert len(table) == 64
    for row in table:
        answers = {}
        for part, totals, name in zip(
            LTCI.sections, TOTALS_LTCI, ("adl_band", "cog_band", "sense_band"), strict=True
        ):
            answers |= of_total(LTCI, totals[row[name]], part.items)
        outcome = score(LTCI, answers, Findings(), None)
        assert outcome.level == int(row["level"]), row
        assert outcome.display_only
    assert not score(GB, BEST, Findings(), HOW).display_only


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_the_cognition_screening_is_one_item(rank):
    screen = scales.scale(ScaleKey.COGNITION)
    assert score(screen, {screen.items[0].key: rank}, Findings(), None).level == rank


def test_every_scale_can_be_scored_at_its_best_and_worst():
    for key in ScaleKey:
        scale = scales.scale(key)
        for pick in (max, min):
            score(scale, {item.key: pick(item.scores) for item in scale.items}, Findings(), None)
