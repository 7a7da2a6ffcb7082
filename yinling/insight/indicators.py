"""The indicators of the board as cards 指标说明; the words are what the page prints."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .contracts import Indicator, Measure

REGISTER, VERDICT, PAYMENT = _("户籍人口登记（公安）"), _("资格结论（政策引擎）"), _("发放明细（补贴津贴）")


def _card(
    measure: Measure, *words: object, sources: tuple[object, ...], direction: str = "none"
) -> Indicator:
    name, numerator, denominator, unit, why, bias = words
    return Indicator(measure.value, name, numerator, denominator, unit, direction, sources, why, bias)  # type: ignore[arg-type]


# For headings of tables and buttons, where the full name has no room.
SHORT: dict[Measure, object] = {
    Measure.PEOPLE60: _("60岁以上"), Measure.PEOPLE80: _("80岁以上"), Measure.IMPAIRED: _("中度以上失能"),
    Measure.ENTITLED: _("符合"), Measure.PAID: _("已发放"), Measure.BLOCKED: _("拦截停发"), Measure.UNKNOWN: _("待核实"),
}  # fmt: skip

INDICATORS: dict[Measure, Indicator] = {
    Measure.PEOPLE60: _card(
        Measure.PEOPLE60, _("60周岁以上户籍老年人"), _("户籍在本区域、在世、已满60周岁的人"), _("无（人数）"), _("人"),
        _("一切服务和资金的底数。"),
        _("只数户籍人口，常住而户籍在外的不在内；没有有效身份证号的人按到达的登记各计一次，可能重复。"),
        sources=(REGISTER, _("死亡登记、火化记录、迁移登记")),
    ),
    Measure.PEOPLE80: _card(
        Measure.PEOPLE80, _("80周岁以上高龄老年人"), _("户籍在本区域、在世、已满80周岁的人"), _("60周岁以上户籍老年人"), _("人"),
        _("高龄津贴和巡访的对象，未来照护需求的先兆。"),
        _("出生日期各来源不一致的人按户籍登记计，改正后会移动。"),
        sources=(REGISTER,),
    ),
    Measure.IMPAIRED: _card(
        Measure.IMPAIRED, _("中度以上失能老年人"), _("有效评估结论为中度、重度或完全失能的人"), _("已评估的老年人"), _("人"),
        _("护理补贴和照护资源按此配置。"),
        _("只数评估过的人。评估多由申请补贴引起，已评估者中失能比例高于全体老年人，不能推到全体。"),
        sources=(_("老年人能力评估结论（评估机构）"),),
    ),
    Measure.ENTITLED: _card(
        Measure.ENTITLED, _("符合至少一项补贴津贴"), _("当月至少一项结论为符合的人"), _("60周岁以上户籍老年人"), _("人"),
        _("应享尽享的分母：按政策应当得到的人有多少。"),
        _("结论按演示政策得出；待核实的人不计入，来源缺报时会偏低。"),
        sources=(VERDICT,),
    ),
    Measure.PAID: _card(
        Measure.PAID, _("已发放"), _("当月银行回盘确认到账的人"), _("当月符合至少一项的人"), _("人"),
        _("政策是否真正到了人手里。"),
        _("按所属月份计，不按到账日期；补发计入所补的月份。"),
        sources=(PAYMENT, _("银行回盘文件")), direction="up",
    ),
    Measure.BLOCKED: _card(
        Measure.BLOCKED, _("拦截与停发"), _("当月有发放行被拦截或停发的人"), _("当月符合至少一项的人"), _("人"),
        _("每一笔都有原因，有的该停，有的要尽快核实放行。"),
        _("同一人可能有几项被拦截，人数按人去重，各原因人数之和会多于总数。"),
        sources=(PAYMENT,), direction="down",
    ),
    Measure.UNKNOWN: _card(
        Measure.UNKNOWN, _("待核实"), _("没有一项符合、且至少一项因缺少信息不能下结论的人"), _("60周岁以上户籍老年人"), _("人"),
        _("不知道不等于不符合：这些人等着某个部门补上信息。"),
        _("来源整体缺报时成批出现，补报后成批消失，不反映个人变化。"),
        sources=(VERDICT,), direction="down",
    ),
}  # fmt: skip
