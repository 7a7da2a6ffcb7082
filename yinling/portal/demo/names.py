"""Names drawn from the frequency tables by sex and cohort; nobody but the cast bears a name of the cast."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yinling.portal.demo.assumptions import assumed, column, read_table
from yinling.portal.demo.text import Column, joined, picked

RARE = ("䶮", "㛃", "𬭎", "玉䶮", "𠅤英", "堃", "㼆华")
LONG = ("阿依古丽·买买提", "古丽仙·阿不都", "扎西·次仁", "巴特尔·额尔德", "玛依拉·吐尔逊")
COHORTS = ("1930_1959", "1960_1969", "1970_1979")


def _drawn(random: np.random.Generator, weights: np.ndarray, count: int) -> np.ndarray:
    ladder = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(ladder, random.random(count), side="right"), len(weights) - 1)


def drawn_surnames(random: np.random.Generator, count: int) -> np.ndarray:
    return _drawn(random, column(read_table("surnames.csv"), "per_million"), count)


def _given(random: np.random.Generator, male: np.ndarray, born: np.ndarray) -> np.ndarray:
    rows = read_table("given_characters.csv")
    years = born.astype("datetime64[Y]").astype(int) + 1970
    cohort = np.clip((years - 1950) // 10, 0, 2)
    found = np.zeros(len(male), dtype=int)
    for place, years_text in enumerate(COHORTS):
        for sex, letter in ((True, "m"), (False, "f")):
            mask = (cohort == place) & (male == sex)
            found[mask] = _drawn(random, column(rows, f"{letter}_{years_text}"), int(mask.sum()))
    return found


def full_names(
    random: np.random.Generator,
    surname: np.ndarray,
    male: np.ndarray,
    born: np.ndarray,
    *,
    reserved: list[str],
) -> Column:
    surnames = [row["surname"] for row in read_table("surnames.csv")]
    characters = [row["character"] for row in read_table("given_characters.csv")]
    first, second = _given(random, male, born), _given(random, male, born)
    second[random.random(len(male)) < assumed("given_name_of_one_character")] = -1
    names = joined(picked(surnames, surname), picked(characters, first), picked(characters, second))
    taken = pc.is_in(names, value_set=pa.array(reserved, pa.string()))
    other = joined(
        picked(surnames, surname),
        picked(characters, (first + 1) % len(characters)),
        picked(characters, first),
    )
    return _unusual(random, pc.if_else(taken, other, names))


def _unusual(random: np.random.Generator, names: Column) -> Column:
    """A few names that many systems cannot hold: characters of the extensions, several words with an interpunct."""
    found = names.to_numpy(zero_copy_only=False).astype(object)
    for key, words in (("name_rare_character", RARE), ("name_interpunct", LONG)):
        count = min(len(found), max(1, round(assumed(key) * len(found))))
        for number, place in enumerate(random.choice(len(found), count, replace=False).tolist()):
            word = words[number % len(words)]
            found[place] = found[place][:1] + word if key == "name_rare_character" else word
    return pa.array(found, pa.string())
