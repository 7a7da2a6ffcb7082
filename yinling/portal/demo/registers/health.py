"""Yearly health checks as FHIR R4 resources, one per line: a Patient, then what was measured."""

import json

import numpy as np

from yinling.portal.demo.assumptions import assumed
from yinling.portal.demo.streams import stream
from yinling.portal.demo.text import day64
from yinling.portal.demo.world import World

LOINC = "http://loinc.org"
MEASURES = (
    ("8480-6", "收缩压", 138.0, 17.0, "mm[Hg]", 0),
    ("8462-4", "舒张压", 79.0, 10.0, "mm[Hg]", 0),
    ("8867-4", "心率", 74.0, 10.0, "/min", 0),
    ("2339-0", "空腹血糖", 5.9, 1.4, "mmol/L", 1),
    ("29463-7", "体重", 60.0, 9.5, "kg", 1),
    ("8302-2", "身高", 158.0, 8.0, "cm", 0),
)


def checked(world: World, month: int) -> tuple[np.ndarray, np.ndarray]:
    """Who came to the check this month and when: a twelfth of the year's share, and the man wrongly taken for dead."""
    random = stream(world.seed, f"health_check {month}")
    span = world.span
    before = span.cuts[month - 1] if month else span.start
    days = (day64(span.cuts[month]) - day64(before)).astype(int)
    day = day64(before) + 1 + random.integers(0, days, len(world))
    turn = stream(world.seed, "health_check turn").integers(0, 12, len(world)) == month
    comes = turn & (random.random(len(world)) < assumed("health_check_65")) & (world["age"] >= 65)
    alive = ~(world["died_on"] <= day) & world.present(month)
    found = comes & alive & ~world.is_cast()
    mistaken = world.cast["false_death"]
    if month == span.count - 1:
        found[mistaken] = True
        day[mistaken] = min(day64(span.day(month, 10)), day64(span.cuts[month]))
    return np.flatnonzero(found), day


def lines(world: World, month: int) -> tuple[bytes, np.ndarray]:
    """The file, and whose check each Patient line is."""
    random = stream(world.seed, f"health_check values {month}")
    rows, day = checked(world, month)
    values = [
        np.round(random.normal(mean, spread, len(rows)), places) for _, _, mean, spread, _, places in MEASURES
    ]
    names = world.texts["name"].take(rows).to_pylist()
    numbers = world.texts["id"].take(rows).to_pylist()
    out = []
    for place, row in enumerate(rows.tolist()):
        key = f"hc-{world.span.label(month)}-{place + 1:06d}"
        out.append(
            _patient(
                key,
                names[place],
                numbers[place],
                "male" if world.male[row] else "female",
                str(world.born[row]),
            )
        )
        at = str(day[row])
        for (code, label, _, _, unit, places), column in zip(MEASURES, values, strict=True):
            value = column[place] if places else int(column[place])
            out.append(
                f'{{"resourceType":"Observation","id":"{key}-{code}","status":"final",'
                f'"code":{{"coding":[{{"system":"{LOINC}","code":"{code}"}}],"text":"{label}"}},'
                f'"subject":{{"reference":"Patient/{key}"}},"effectiveDateTime":"{at}",'
                f'"valueQuantity":{{"value":{value},"unit":"{unit}","system":"http://unitsofmeasure.org","code":"{unit}"}}}}'
            )
    return ("\n".join(out) + "\n").encode(), rows


def _patient(key: str, name: str, number: str, gender: str, born: str) -> str:
    body = {
        "resourceType": "Patient",
        "id": key,
        "identifier": [{"system": "urn:yinling:citizen-id", "value": number}],
        "name": [{"text": name}],
        "gender": gender,
        "birthDate": born,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
