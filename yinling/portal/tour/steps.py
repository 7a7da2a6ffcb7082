"""The ten steps: who does it, where, what to do, what to see; each looks at the data to know whether it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from yinling.people.api import registers

from .facts import PAID, SIGNED, Facts
from .story import CHANGE_FILE, DEATH_FILE, Story

MAKER, CHECKER, RELEASER = "demo.district.maker", "demo.district.checker", "demo.district.releaser"
FINANCE, VILLAGE, AUDITOR = "demo.finance", "demo.village.1", "demo.auditor"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as declared; words may use {name}s of `words()`."""

    key: str
    title: str
    do: str
    see: str
    account: Callable[[Facts], str]
    address: Callable[[Story, Facts], str]
    done: Callable[[Facts], bool]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One step as the page shows it."""

    key: str
    number: int
    title: str
    do: str
    see: str
    state: str
    account: str
    url: str
    file: str
    file_name: str


def _to(name: str, *args: object, query: str = "") -> str:
    try:
        return reverse(name, args=args or None) + query
    except NoReverseMatch:
        return "/"


def _signer(facts: Facts) -> str:
    return {"submitted": CHECKER, "checked": RELEASER}.get(facts.batch_state, CHECKER)


def _payer(facts: Facts) -> str:
    return FINANCE if facts.batch_state == "closed" else RELEASER


def _batch(story: Story, facts: Facts) -> str:
    return (
        _to("benefits:batch", facts.batch)
        if facts.batch
        else _to("benefits:lines", query=f"?month={story.month}")
    )


def _person(uid: object) -> str:
    return _to("people:person", uid) if uid else "/"


STEPS: tuple[Step, ...] = (
    Step(
        "look",
        gettext_noop("看一眼全区"),
        gettext_noop("打开驾驶舱，点任何一个数字，一直点到一位老人和他的依据。"),
        gettext_noop("十几个部门的名册已经合成每人一份档案，三项补贴津贴逐人算过。"),
        lambda facts: MAKER,
        lambda story, facts: _to("insight:board"),
        lambda facts: facts.anybody,
    ),
    Step(
        "upload",
        gettext_noop("导入一份当月名册"),
        gettext_noop(
            "下载补报的名册文件，名册选“{change_title}”，数据日期填{change_as_of}，上传检查后确认导入。"
        ),
        gettext_noop("问题行逐条标出；同一文件再传一次不会有任何变化。"),
        lambda facts: MAKER,
        lambda story, facts: _to("people:upload"),
        lambda facts: facts.change_applied is not None,
        CHANGE_FILE,
    ),
    Step(
        "record",
        gettext_noop("档案随之改变"),
        gettext_noop("打开{changed}的档案。"),
        gettext_noop("社会救助一栏变成“低保”，写着是谁、哪一天、哪份名册第几行说的；以前的说法仍在。"),
        lambda facts: MAKER,
        lambda story, facts: _person(facts.changed),
        lambda facts: facts.changed_class == "低保",
    ),
    Step(
        "decide",
        gettext_noop("重新测算，看决定卡"),
        gettext_noop("在“测算与变动”里重新测算{month}，再打开{changed}的困难老年人养老服务补贴。"),
        gettext_noop("决定卡写明条款、事实和来源、金额怎么算出来、什么情况下会改变。"),
        lambda facts: MAKER,
        lambda story, facts: (
            _to("policy:changes", query=f"?month={story.month}")
            if not facts.run_after
            else _to("policy:card", facts.changed, "hardship", query=f"?month={story.month}")
        ),
        lambda facts: facts.run_after and facts.verdict == 1,
    ),
    Step(
        "make",
        gettext_noop("经办：生成名单并提交"),
        gettext_noop("在{month}的拟发放名单里生成名单，全部编入一个批次，签名提交。"),
        gettext_noop("来源不一致、没有账户、已去世的人自动留在名单外，各写原因。"),
        lambda facts: MAKER,
        _batch,
        lambda facts: facts.batch_state not in ("", "draft"),
    ),
    Step(
        "sign",
        gettext_noop("另外两个人签名"),
        gettext_noop("换成复核人签名，再换成审批人签名。经办人自己不能复核。"),
        gettext_noop("三个签名签的是同一份名册；之后有一行变了，签名就失效。"),
        _signer,
        _batch,
        lambda facts: facts.batch_state in SIGNED,
    ),
    Step(
        "pay",
        gettext_noop("公示、拨付、银行发放"),
        gettext_noop(
            "审批人开始公示并（仅演示）提前结束，财政局拨付，审批人放行；银行是另一个程序，几秒后回盘入账。"
        ),
        gettext_noop("已到账的、被银行退回的各有去处；重复回盘不会重复入账。"),
        _payer,
        _batch,
        lambda facts: facts.batch_state in PAID,
    ),
    Step(
        "death",
        gettext_noop("一条迟到的去世信息"),
        gettext_noop(
            "下载殡仪馆补报的文件，名册选“{death_title}”，数据日期填{death_as_of}，上传检查后确认导入。"
        ),
        gettext_noop("{died}上个月去世，今天才知道：从这一刻起不会再给他发钱。"),
        lambda facts: MAKER,
        lambda story, facts: _to("people:upload"),
        lambda facts: facts.death_applied is not None,
        DEATH_FILE,
    ),
    Step(
        "recover",
        gettext_noop("停发和追回"),
        gettext_noop("打开追回，看去世之后多发的月份；再换成社区网格员，在手机上核实这条去世信息。"),
        gettext_noop("多发多少就追回多少，不多不少；去世当月照发。"),
        lambda facts: MAKER if facts.recovery is None or not facts.question_open else VILLAGE,
        lambda story, facts: (
            _to("portal:village")
            if facts.recovery and facts.question_open
            else _to("benefits:recovery", facts.recovery)
            if facts.recovery
            else _to("benefits:recoveries")
        ),
        lambda facts: facts.recovery is not None and not facts.question_open,
    ),
    Step(
        "prove",
        gettext_noop("留痕可以自证"),
        gettext_noop("换成审计管理员，查看刚才每一步是谁、何时、做了什么，并核对链条。"),
        gettext_noop("每一条都封进国密 SM3 链，链头存放在数据库之外；改动任何一条都会被发现。"),
        lambda facts: AUDITOR,
        lambda story, facts: _to("accounts:audit"),
        lambda facts: facts.recovery is not None and not facts.question_open and facts.links > 0,
    ),
)


def shown(story: Story, facts: Facts) -> list[Shown]:
    """The steps with their state: done, now (the first that is not done), wait."""
    words = _words(story)
    first = next((place for place, step in enumerate(STEPS) if not step.done(facts)), len(STEPS))
    return [
        Shown(
            key=step.key, number=place + 1, title=_(step.title), do=_(step.do).format(**words), see=_(step.see).format(**words),
            state="done" if step.done(facts) else "now" if place == first else "wait", account=step.account(facts),
            url=step.address(story, facts), file=step.file, file_name=story.files[step.file].path.name if step.file else "",
        )
        for place, step in enumerate(STEPS)
    ]  # fmt: skip


def _register(key: str) -> str:
    """The register as the upload form names it."""
    found = registers.find(key)
    if found is None:
        return key
    return found.name_en if (get_language() or "").startswith("en") else found.name


def _words(story: Story) -> dict[str, Any]:
    change, death = story.files[CHANGE_FILE], story.files[DEATH_FILE]
    return {
        "changed": story.changed.name, "died": story.died.name, "month": story.month,
        "change_title": _register(change.register), "change_as_of": change.as_of,
        "death_title": _register(death.register), "death_as_of": death.as_of,
    }  # fmt: skip
