"""Which department sends which register in which form, how its headers drift, and how dirty it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from yinling.portal.demo import dirt
from yinling.portal.demo.registers import identity, providers, welfare
from yinling.portal.demo.sheets import Sheet
from yinling.portal.demo.world import World

Step = tuple[str, str, float]


@dataclass(frozen=True)
class Register:
    """`drift` renames headers from a month on; `delta_from` is the first month sent as changes only."""

    key: str
    title: str
    sender: str
    kind: str
    make: Callable[[World, int], Sheet]
    encoding: str = ""
    delta_from: int | None = None
    drift: tuple[tuple[int, str, str], ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    dirt: tuple[Step, ...] = field(default=())
    certain: bool = False

    def mode(self, month: int) -> str:
        return "full" if self.delta_from is None or month < self.delta_from else "delta"

    def headers(self, sheet: Sheet, month: int) -> list[str]:
        renamed = {old: new for first, old, new in self.drift if month >= first}
        return [renamed.get(name, name) for name in sheet.columns]


def _drifts(month: int, new: str = "身份证号码") -> tuple[tuple[int, str, str], ...]:
    return ((month, "身份证号", new),)


ID = "身份证号"
REGISTERS: tuple[Register, ...] = (
    Register("population", "户籍人口登记", "公安", "csv", identity.population, "gb18030", 1,
             ((2, "公民身份号码", "公民身份证号码"),), certain=True,
             dirt=dirt.plan(id_column="公民身份号码", birth_column="出生日期", date_columns=("出生日期",), share=0.00025)),
    Register("low_income", "社会救助对象名册", "民政救助", "xlsx", welfare.low_income, drift=_drifts(1),
             groups=(("序号", 1), ("基本信息", 2), ("救助情况", 4), ("所属区划", 2)), certain=True,
             dirt=dirt.plan(id_column=ID, date_columns=("享受起始年月",), share=0.0012)),
    Register("disability", "残疾人证登记", "残联", "csv", welfare.disability, "utf-8-sig", drift=((2, "残疾人证号", "残疾证号"),),
             certain=True, dirt=dirt.plan(id_column="残疾人证号", date_columns=("发证日期",), share=0.001)),
    Register("pension", "养老保险待遇登记", "人社", "csv", welfare.pension, "gb18030", 1, ((2, "社会保障号码", "社会保障号"),),
             dirt=dirt.plan(id_column="社会保障号码", share=0.00015)),
    Register("special_family", "计划生育特殊家庭名册", "卫健", "csv", welfare.special_family, "utf-8-sig",
             dirt=dirt.plan(id_column=ID, date_columns=("确认日期",), share=0.001)),
    Register("other_care", "其他护理类待遇名册", "人社/退役/民政", "csv", welfare.other_care, "gb18030",
             dirt=dirt.plan(id_column=ID, share=0.002)),
    Register("disability_subsidy", "残疾人两项补贴名册", "残联/民政", "csv", welfare.disability_subsidy, "gb18030",
             drift=_drifts(1), dirt=dirt.plan(id_column=ID, date_columns=("起始年月",), share=0.001)),
    Register("ability", "老年人能力评估结论", "评估机构", "csv", welfare.ability, "utf-8-sig", drift=_drifts(1),
             dirt=dirt.plan(id_column=ID, date_columns=("评估日期",), share=0.001)),
    Register("death_civil", "死亡登记", "民政/公安", "csv", identity.death_civil, "gb18030", 0,
             dirt=dirt.plan(id_column=ID, date_columns=("死亡日期",), share=0.003)),
    Register("death_funeral", "火化记录", "殡仪馆", "xlsx", identity.death_funeral, delta_from=0, drift=_drifts(2),
             dirt=dirt.plan(id_column=ID, date_columns=("死亡日期",), share=0.004)),
    Register("moves", "户籍迁移登记", "公安", "csv", identity.moves, "gb18030", 0,
             dirt=dirt.plan(id_column=ID, date_columns=("迁移日期",), share=0.002)),
    Register("custody", "服刑人员名册", "司法", "csv", identity.custody, "gb18030"),
    Register("enrolment", "补贴津贴申领登记", "民政", "csv", welfare.enrolment, "utf-8-sig", 1,
             dirt=dirt.plan(id_column=ID, date_columns=("同意日期",), share=0.0003)),
    Register("homes", "养老机构备案名册", "民政", "xlsx", providers.homes),
    Register("centres", "社区养老服务设施名册", "民政", "xlsx", providers.community_centres),
    Register("staff", "养老机构从业人员名册", "民政", "xlsx", providers.staff),
)  # fmt: skip
HEALTH = ("health_check", "老年人健康体检", "卫健")
