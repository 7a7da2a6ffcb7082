"""Versions: loaded whole or not at all, in force after two persons, amounts of uncertain origin after one with the paper."""

from __future__ import annotations

import io
import json
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM, Actor, Month
from yinling.policy import api, testing
from yinling.policy.models import PolicyApproval, PolicyVersion
from yinling.policy.packs import read_folder
from yinling.policy.queries import approved_rows, in_force
from yinling.policy.services.approving import (
    AlreadyApproved,
    LoaderMayNotApprove,
    NeedsPerson,
    NoSuchRow,
    NoSuchVersion,
    PaperMissing,
)
from yinling.policy.services.determining import NoPolicyInForce
from yinling.policy.services.loading import PackNotLoaded

FOLDER = settings.YINLING_POLICIES / "530199"
FACTS = (settings.YINLING_POLICIES / "facts.toml").read_text()
SEP = Month(2026, 9)
ONE, TWO = testing.APPROVERS
NOW = testing.NOW


def load(texts: dict[str, str] | None = None, by: Actor = SYSTEM) -> PolicyVersion:
    with batch("test", by):
        return api.load_pack(texts=texts or read_folder(FOLDER), catalogue=FACTS, at=NOW)


def approve(version: PolicyVersion, by: Actor) -> PolicyVersion:
    with batch("test", by):
        return api.approve_version(version=version.uid, at=NOW)


def current() -> str:
    with batch("test", SYSTEM):
        found = in_force(SEP)
        return found.version if found else ""


def trail() -> list[str]:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT verb FROM base_event WHERE verb LIKE 'policy.%' ORDER BY id")
        return [verb for (verb,) in cursor.fetchall()]


@pytest.mark.usefixtures("database")
def test_a_version_counts_after_the_second_person_and_the_trail_says_who() -> None:
    version = load()
    assert current() == ""
    approve(version, ONE)
    assert current() == ""
    approve(version, TWO)
    assert current() == "2026.1"
    assert trail() == ["policy.version_loaded", "policy.version_approved", "policy.version_approved"]


@pytest.mark.usefixtures("database")
def test_the_same_texts_twice_are_one_version() -> None:
    assert load().uid == load().uid
    assert trail() == ["policy.version_loaded"]


@pytest.mark.usefixtures("database")
def test_the_same_person_twice_the_loader_and_nobody_are_refused() -> None:
    version = load(by=ONE)
    with pytest.raises(LoaderMayNotApprove):
        approve(version, ONE)
    approve(version, TWO)
    with pytest.raises(AlreadyApproved):
        approve(version, TWO)
    with pytest.raises(NeedsPerson):
        approve(version, SYSTEM)
    with pytest.raises(NoSuchVersion), batch("test", TWO):
        api.approve_version(version=UUID(int=1), at=NOW)
    assert current() == ""
    with batch("test", SYSTEM):
        assert PolicyApproval.objects.count() == 1


@pytest.mark.usefixtures("database")
def test_a_faulty_version_changes_nothing_and_says_where() -> None:
    testing.approved_pack()
    texts = read_folder(FOLDER)
    texts["old_age.toml"] = texts["old_age.toml"].replace('yuan = "500.00"', 'yuan = "5OO.00"')
    with pytest.raises(PackNotLoaded) as refused:
        load(texts)
    assert refused.value.sentence_zh.startswith("政策没有载入，原有版本继续有效。old_age.toml 第 ")
    assert refused.value.problems[0].code == "yuan"
    assert current() == "2026.1"
    with batch("test", SYSTEM):
        assert PolicyVersion.objects.count() == 1


@pytest.mark.usefixtures("database")
def test_a_newer_approved_version_takes_over() -> None:
    testing.approved_pack()
    texts = read_folder(FOLDER)
    texts["pack.toml"] = texts["pack.toml"].replace('version = "2026.1"', 'version = "2026.2"')
    version = load(texts)
    assert current() == "2026.1"
    for person in (ONE, TWO):
        with batch("test", person):
            api.approve_version(version=version.uid, at=NOW.replace(hour=9))
    assert current() == "2026.2"


@pytest.mark.usefixtures("database")
def test_an_amount_of_uncertain_origin_needs_a_person_and_the_paper() -> None:
    texts = read_folder(FOLDER)
    texts["old_age.toml"] = texts["old_age.toml"].replace('confidence = "A"', 'confidence = "C"', 1)
    version = load(texts)
    row = "old_age.age100@2019-10-01"
    with pytest.raises(PaperMissing), batch("test", ONE):
        api.approve_row(version=version.uid, row=row, paper=" ", at=NOW)
    with pytest.raises(NoSuchRow), batch("test", ONE):
        api.approve_row(version=version.uid, row="old_age.age90@2019-10-01", paper="x", at=NOW)
    with batch("test", ONE):
        api.approve_row(version=version.uid, row=row, paper="京民养老发〔2019〕160号 复印件", at=NOW)
        assert approved_rows(version) == {row}


@pytest.mark.usefixtures("database")
def test_without_an_approved_policy_nothing_is_determined() -> None:
    with testing.fact_table(), pytest.raises(NoPolicyInForce):
        api.determine_month(SEP, at=NOW, by=SYSTEM)


def test_the_command_checks_a_folder_without_a_database(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("policy", "check", str(FOLDER), stdout=out)
    assert "3 个项目，67 个例子全部成立" in out.getvalue()
    (tmp_path / "facts.toml").write_text(FACTS)
    pack = tmp_path / "530199"
    pack.mkdir()
    for name, text in read_folder(FOLDER).items():
        (pack / name).write_text(text.replace('yuan = "500.00"', 'yuan = "501.00"'))
    err = io.StringIO()
    with pytest.raises(CommandError):
        call_command("policy", "check", str(pack), stdout=out, stderr=err)
    assert "期望 500.00，算得 501.00" in err.getvalue()


def test_the_command_shows_and_explains(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("policy", "show", str(FOLDER), stdout=out)
    assert "100周岁及以上：每月 800.00元" in out.getvalue()
    facts = tmp_path / "facts.json"
    facts.write_text(
        json.dumps({"born_on": "1942-03-05", "hukou_here": True, "alive": True, "in_custody": False})
    )
    out = io.StringIO()
    call_command(
        "policy", "explain", str(FOLDER), facts=str(facts), month="2026-09", item="old_age", stdout=out
    )
    assert "高龄老年人津贴　符合　100.00" in out.getvalue()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "facts.json"),
        ('{"alvie": true}', "alvie"),
        ('{"alive": "是"}', "健在"),
        ('{"born_on": "1942"}', "1942"),
        ("[1]", "list"),
    ],
)
def test_facts_that_cannot_be_read_are_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(text)
    with pytest.raises(CommandError, match=said):
        call_command("policy", "explain", str(FOLDER), facts=str(facts), month="2026-09", item="old_age")


@pytest.mark.usefixtures("database")
def test_the_commands_load_approve_and_determine() -> None:
    out = io.StringIO()
    call_command("policy", "load", str(FOLDER), stdout=out)
    uid = out.getvalue().split()[0]
    for person in (ONE, TWO):
        call_command("policy", "approve", uid, account=str(person.account), name=person.name, stdout=out)
    assert out.getvalue().split()[-1] == "生效"
    with testing.fact_table():
        testing.say("王秀英")
        call_command("determine", "2026-09", stdout=out)
        with pytest.raises(CommandError):
            call_command("determine", "2026-9", stdout=out)
    assert "2026-09 1 人，变动 3" in out.getvalue()
