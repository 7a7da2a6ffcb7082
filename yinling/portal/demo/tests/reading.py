"""Reads generated files as their manifest declares them."""

import csv
import io
import json

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook


def manifest(home):
    return json.loads((home / "demo" / "manifest.json").read_text(encoding="utf-8"))


def files(home, register=None, month=None):
    return [
        row
        for row in manifest(home)["files"]
        if register in (None, row["register"]) and month in (None, row["month"])
    ]


def records(home, entry):
    """The data rows as dictionaries under the declared headers."""
    path = home / "demo" / entry["path"]
    if entry["format"] == "csv":
        return list(csv.DictReader(io.StringIO(path.read_bytes().decode(entry["encoding"]), newline="")))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    top = 3 if entry["register"] == "low_income" else 2
    return [dict(zip(entry["headers"], row, strict=True)) for row in rows[top:]]


def truth(home, name):
    return pq.read_table(home / "demo" / "truth" / f"{name}.parquet").to_pylist()


def id_header(entry):
    wanted = ("身份证", "社会保障号", "残疾", "公民身份")
    return next((name for name in entry["headers"] if name.startswith(wanted) and "号" in name), None)
