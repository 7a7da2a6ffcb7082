"""The table of moves of a stay; what is not written here is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..contracts import HOLDS_A_BED, Stage, Verb

MOVES: Mapping[tuple[Stage, Verb], Stage] = MappingProxyType(
    {
        (Stage.ENQUIRY, Verb.VISIT): Stage.VISITED,
        (Stage.ENQUIRY, Verb.ASSESS): Stage.ASSESSED,
        (Stage.VISITED, Verb.ASSESS): Stage.ASSESSED,
        (Stage.ASSESSED, Verb.ASSESS): Stage.ASSESSED,
        (Stage.ASSESSED, Verb.SIGN): Stage.SIGNED,
        (Stage.SIGNED, Verb.ADMIT): Stage.TRIAL,
        (Stage.TRIAL, Verb.CONFIRM): Stage.RESIDENT,
        (Stage.TRIAL, Verb.TRANSFER): Stage.TRIAL,
        (Stage.RESIDENT, Verb.TRANSFER): Stage.RESIDENT,
        (Stage.RESIDENT, Verb.LEAVE): Stage.AWAY,
        (Stage.TRIAL, Verb.HOSPITALISE): Stage.HOSPITAL,
        (Stage.RESIDENT, Verb.HOSPITALISE): Stage.HOSPITAL,
        (Stage.AWAY, Verb.HOSPITALISE): Stage.HOSPITAL,
        (Stage.AWAY, Verb.RETURN): Stage.RESIDENT,
        (Stage.HOSPITAL, Verb.RETURN): Stage.RESIDENT,
        (Stage.HOSPITAL, Verb.RETURN_TRIAL): Stage.TRIAL,
        **{(stage, Verb.DISCHARGE): Stage.DISCHARGED for stage in HOLDS_A_BED},
        **{(stage, Verb.DIE): Stage.DIED for stage in HOLDS_A_BED},
        **{
            (stage, Verb.DECLINE): Stage.DECLINED
            for stage in (Stage.ENQUIRY, Stage.VISITED, Stage.ASSESSED, Stage.SIGNED)
        },
    }
)


def next_stage(stage: Stage, verb: Verb) -> Stage | None:
    """The stage after a move; None when the table has no such move."""
    return MOVES.get((stage, verb))


def open_verbs(stage: Stage, *, confirmed: bool) -> list[Verb]:
    """What can be done now, in the order of the day; of the two ways back from hospital only the fitting one."""
    wrong = Verb.RETURN_TRIAL if confirmed or stage is not Stage.HOSPITAL else Verb.RETURN
    return [verb for verb in Verb if (stage, verb) in MOVES and verb is not wrong]
