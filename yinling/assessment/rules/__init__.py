"""Pure rules of assessment: scoring, the table of moves, validity and mapping, agreement."""

from .agreement import agreement, cohen, spread
from .process import MOVES, WAITING, next_state, qualified, too_late
from .scoring import AnswersWrong, rank_of, score, sense_rank
from .validity import map_level, raises_a_level, valid_until

__all__ = [
    "MOVES", "WAITING", "AnswersWrong", "agreement", "cohen", "map_level", "next_state", "qualified", "raises_a_level",
    "rank_of", "score", "sense_rank", "spread", "too_late", "valid_until",
]  # fmt: skip
