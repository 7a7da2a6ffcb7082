"""From answers to a level, by the tables of the scale (GB/T 42195-2022 annexes B and C; MZ/T 039-2013; 医保办发〔2021〕37号)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..contracts import Adjustment, Band, Change, Findings, Outcome, Scale


class AnswersWrong(ValueError):
    """Answers that are missing, unknown or outside the options; names the items."""

    def __init__(
        self, *, missing: Sequence[str] = (), unknown: Sequence[str] = (), outside: Sequence[str] = ()
    ) -> None:
        self.missing, self.unknown, self.outside = tuple(missing), tuple(unknown), tuple(outside)
        super().__init__(f"missing {self.missing}, unknown {self.unknown}, outside {self.outside}")


def rank_of(bands: Sequence[Band], total: int) -> int:
    """The rank of a total; the bands of a scale cover every total that its items can give."""
    return next(band.rank for band in bands if band.least <= total <= band.most)


def sense_rank(consciousness: int, vision: int, hearing: int, communication: int) -> int:
    """MZ/T 039-2013 感知觉与沟通: four items to a rank by rule, not by sum; where the text overlaps, the severer counts."""
    worst = max(vision, hearing)
    if consciousness >= 2 or worst >= 4 or communication >= 3:
        return 3
    if consciousness == 1 or worst == 3 or communication == 2:
        return 2
    return 1 if worst == 2 or communication == 1 else 0


def score(
    scale: Scale, answers: Mapping[str, int], findings: Findings, adjustment: Adjustment | None
) -> Outcome:
    """The outcome of a scale; AnswersWrong when something is missing. In coma the items may be left out altogether."""
    if findings.coma and not answers and adjustment:
        change = Change("coma", "昏迷", 0)
        level = adjustment.coma_level
        return Outcome(scale.key, (), None, None, level, scale.levels[level], (change,), scale.display_only)
    _check(scale, answers)
    scores = tuple(sum(answers[item.key] for item in section.items) for section in scale.sections)
    total = sum(scores)
    first = rank_of(scale.bands, total) if scale.bands else scale.table[_ranks(scale, answers, scores)]
    level, changes = _adjusted(first, findings, adjustment)
    return Outcome(scale.key, scores, total, first, level, scale.levels[level], changes, scale.display_only)


def _check(scale: Scale, answers: Mapping[str, int]) -> None:
    known = {item.key: item for item in scale.items}
    missing = [item.name for item in scale.items if item.key not in answers]
    unknown = sorted(set(answers) - set(known))
    outside = [
        known[key].name for key, given in answers.items() if key in known and given not in known[key].scores
    ]
    if missing or unknown or outside:
        raise AnswersWrong(missing=missing, unknown=unknown, outside=outside)


def _ranks(scale: Scale, answers: Mapping[str, int], scores: Sequence[int]) -> tuple[int, ...]:
    return tuple(
        sense_rank(*(answers[item.key] for item in section.items))
        if scale.sense_rule and not section.bands
        else rank_of(section.bands, total)
        for section, total in zip(scale.sections, scores, strict=True)
    )


def _adjusted(first: int, findings: Findings, how: Adjustment | None) -> tuple[int, tuple[Change, ...]]:
    """Coma decides alone; a preliminary level at the cap stays; otherwise each reason is a step, added up or not."""
    if how is None or first >= how.cap:
        return first, ()
    if findings.coma:
        return how.coma_level, (Change("coma", "昏迷", how.coma_level - first),)
    changes = []
    if findings.mental_diagnosis:
        changes.append(Change("mental_diagnosis", "确诊痴呆（F00至F03）或其他精神和行为障碍（F04至F99）", 1))
    if _events(findings, how) >= how.events_min:
        changes.append(Change("risk_events", "近30天发生两次及以上照护风险事件", 1))
    steps = len(changes) if how.accumulate else min(1, len(changes))
    return min(first + steps, how.cap), tuple(changes)


def _events(findings: Findings, how: Adjustment) -> int:
    counts = list(findings.risk_events.values())
    return sum(counts) if how.events_counted == "total" else max(counts, default=0)
