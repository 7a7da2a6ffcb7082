"""The guide “write your city's policy in an hour” as a reader follows it: its files written down, its commands run."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from yinling.policy.tests.test_packs import POLICIES

GUIDE = POLICIES.parent / "docs" / "guide-write-a-policy.md"
BLOCK = re.compile(r"```(?:toml|csv)\n(?:# file: (\S+)\n)?(.*?)```", re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The reader's folder, with the catalogue and the national list of this checkout and the files of the guide."""
    (tmp_path / "policies" / "national").mkdir(parents=True)
    shutil.copy(POLICIES / "facts.toml", tmp_path / "policies")
    shutil.copy(POLICIES / "national" / "list.toml", tmp_path / "policies" / "national")
    for name, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        assert name, "every block of the guide says which file it is"
        file = tmp_path / ("policies" if name.endswith(".toml") else "") / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def test_the_guide_leads_to_a_checked_policy_and_a_decided_file(desk: Path) -> None:
    pack = desk / "policies" / "990000"
    with pytest.raises(CommandError, match="15"):  # N02 to N17 but N05
        run("policy", "check", str(pack))
    rows = [f"N{number:02d}" for number in range(2, 18) if number != 5]
    text = (pack / "pack.toml").read_text(encoding="utf-8")
    text += "".join(f'\n[[not_covered]]\nlist_item = "{row}"\nwords = "还没有文件"\n' for row in rows)
    (pack / "pack.toml").write_text(text, encoding="utf-8")
    assert "2 个项目，8 个例子全部成立" in run("policy", "check", str(pack))
    out = desk / "result.csv"
    said = run("determine", "--policies", str(pack), "--people", str(desk / "people.csv"), "--as-of", "2026-09-30",
               "--out", str(out))  # fmt: skip
    assert "符合 2　不符合 1　待核实 1　合计 280.00 元" in said
    found = {row["person"]: row for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}
    assert {key: (row["old_age_verdict"], row["old_age_fen"]) for key, row in found.items()} == {
        "a1": ("1", "8000"), "a2": ("1", "20000"), "a3": ("0", "0"), "a4": ("-1", "0")}  # fmt: skip
    reasons = json.loads((desk / "result.reasons.json").read_text(encoding="utf-8"))["items"]["old_age"][
        "reasons"
    ]
    assert reasons[found["a3"]["old_age_reason"]]["unmet"] == "户籍不在本市"
    (desk / "person.json").write_text(
        '{"born_on": "1936-09-18", "hukou_local": true, "alive": true}', encoding="utf-8"
    )
    said = run("policy", "explain", str(pack), "--facts", str(desk / "person.json"), "--month", "2026-09")
    assert "高龄津贴　符合　80.00" in said
    assert "从2026年10月起：每月200.00元" in said
    assert "就餐补贴" in run("policy", "manual", str(pack))


def test_options_and_faults_are_said_in_words(desk: Path) -> None:
    pack, out = desk / "policies" / "990000", desk / "result.csv"
    usual = [
        "--policies",
        str(pack),
        "--people",
        str(desk / "people.csv"),
        "--as-of",
        "2026-09-30",
        "--out",
        str(out),
    ]
    for wrong, said in (
        (usual[:6], "--out"),
        ([*usual[:4], "--as-of", "2026-09", *usual[6:]], "2026-09-30"),
        ([*usual, "--item", "none"], "none"),
        (["--policies", str(desk), *usual[2:]], "未测算"),
        ([*usual[:2], "--people", str(desk / "nobody.csv"), *usual[4:]], "nobody.csv"),
    ):
        with pytest.raises(CommandError, match=said):
            run("determine", *wrong)
    assert not out.exists()
    text = (pack / "old_age.toml").read_text(encoding="utf-8")
    (pack / "old_age.toml").write_text(text.replace('"200.00"', '"200.01"'), encoding="utf-8")
    with pytest.raises(CommandError):
        run("determine", *usual)
    assert not out.exists()


def test_two_folders_compared_in_words_and_the_schemas_written(desk: Path) -> None:
    old, new = desk / "policies" / "990000", desk / "policies" / "990001"
    shutil.copytree(old, new)
    for name in ("old_age.toml", "examples.toml"):
        text = (new / name).read_text(encoding="utf-8")
        (new / name).write_text(text.replace('"80.00"', '"100.00"'), encoding="utf-8")
    assert "80.00" in run("policy", "diff", str(old), str(new))
    run("policy", "schema", "x", str(desk))
    for kind in ("pack", "item", "examples", "facts", "list"):
        kept = (POLICIES / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")
        assert (desk / f"{kind}.schema.json").read_text(encoding="utf-8") == kept
    assert "拒绝" in run("policy", "mutate", str(old), "--count", "20")
