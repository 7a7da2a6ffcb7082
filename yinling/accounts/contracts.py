"""Roles, duties and grants: what one account may do, and over which areas, organisations or persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class Role(StrEnum):
    """Every kind of user of the platform. The value is stored; it never changes."""

    CITY = "city"
    DISTRICT = "district"
    FINANCE = "finance"
    STREET = "street"
    VILLAGE = "village"
    CENTRE = "centre"
    FACILITY = "facility"
    FAMILY = "family"
    ELDER = "elder"
    CARER = "carer"
    VISITOR = "visitor"
    ASSESSOR = "assessor"
    DISPATCHER = "dispatcher"
    DUTY = "duty"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITOR = "auditor"


class Duty(StrEnum):
    """The three hands that money passes through; one person never acts twice on one batch."""

    MAKER = "maker"
    CHECKER = "checker"
    RELEASER = "releaser"


DUTY_NAMES: Mapping[Duty, str] = MappingProxyType(
    {Duty.MAKER: "经办", Duty.CHECKER: "复核", Duty.RELEASER: "审批"}
)


class ScopeKind(StrEnum):
    """What bounds the rows that a role may see."""

    AREA = "area"
    ORG = "org"
    PERSON = "person"
    PLATFORM = "platform"  # administrators: accounts and trail, never a person's record


@dataclass(frozen=True, slots=True)
class RoleCard:
    """One role in the words of its users."""

    role: Role
    name: str
    plain: str
    kind: ScopeKind
    area_levels: tuple[int, ...] = ()
    duties: tuple[Duty, ...] = ()
    phone: bool = False  # works on the phone shell first


_HANDS = (Duty.MAKER, Duty.CHECKER, Duty.RELEASER)

ROLE_CARDS: Mapping[Role, RoleCard] = MappingProxyType(
    {
        card.role: card
        for card in (
            RoleCard(Role.CITY, "市民政局", "看全市汇总与督办，不直接办理个案。", ScopeKind.AREA, (1, 2)),
            RoleCard(
                Role.DISTRICT,
                "区县民政局",
                "审批补贴津贴，管理本区县的政策与数据。",
                ScopeKind.AREA,
                (3,),
                _HANDS,
            ),
            RoleCard(Role.FINANCE, "财政局", "核对并拨付已审批的资金。", ScopeKind.AREA, (2, 3), _HANDS),
            RoleCard(
                Role.STREET, "乡镇街道", "审核本街道的申请，导入登记数据。", ScopeKind.AREA, (4,), _HANDS
            ),
            RoleCard(
                Role.VILLAGE,
                "村社区",
                "联系本社区老人，核实去世、迁移和不一致的信息。",
                ScopeKind.AREA,
                (5,),
                phone=True,
            ),
            RoleCard(Role.CENTRE, "服务中心/站", "办理本中心的服务与到访登记。", ScopeKind.ORG),
            RoleCard(Role.FACILITY, "养老机构", "管理本机构的床位、入住与人员。", ScopeKind.ORG),
            RoleCard(
                Role.FAMILY, "居民/家属", "查看家中老人的补贴津贴与办理进度。", ScopeKind.PERSON, phone=True
            ),
            RoleCard(
                Role.ELDER,
                "老年人",
                "查看自己的补贴津贴，知道谁看过自己的资料。",
                ScopeKind.PERSON,
                phone=True,
            ),
            RoleCard(Role.CARER, "护理员", "查看自己照护的老人与当天的任务。", ScopeKind.PERSON, phone=True),
            RoleCard(
                Role.VISITOR,
                "网格员/探访员",
                "走访本网格的老人并登记情况。",
                ScopeKind.AREA,
                (5,),
                phone=True,
            ),
            RoleCard(Role.ASSESSOR, "评估员", "上门评估老年人能力。", ScopeKind.AREA, (2, 3, 4), phone=True),
            RoleCard(Role.DISPATCHER, "调度员", "安排护理员上门服务。", ScopeKind.AREA, (2, 3, 4)),
            RoleCard(Role.DUTY, "值班坐席", "接听呼叫与处置预警。", ScopeKind.AREA, (2, 3)),
            RoleCard(
                Role.SYSADMIN,
                "系统管理员",
                "开立、停用账号，解除锁定；不能授权，看不到老人资料。",
                ScopeKind.PLATFORM,
            ),
            RoleCard(
                Role.SECADMIN,
                "安全管理员",
                "授予和收回身份，复查应急调阅；不能开立账号。",
                ScopeKind.PLATFORM,
            ),
            RoleCard(
                Role.AUDITOR, "审计管理员", "查询操作留痕，核对其完整；不能改动任何数据。", ScopeKind.PLATFORM
            ),
        )
    }
)

ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})
STAFF = frozenset(Role) - {Role.FAMILY, Role.ELDER}
CASE_WORKERS = STAFF - ADMINISTRATORS  # who may meet a person's record in their work
PERSON_READERS = frozenset(Role) - ADMINISTRATORS


def role_name(role: str) -> str:
    """The Chinese name of a role; the machine's own role reads 系统."""
    return ROLE_CARDS[Role(role)].name if role in set(Role) else "系统"


@dataclass(frozen=True, slots=True)
class Grant:
    """One capacity in which an account works: a role over areas, organisations or persons, for a time."""

    uid: UUID
    account: UUID
    role: Role
    area: str | None
    orgs: tuple[str, ...]
    persons: tuple[UUID, ...]
    duties: tuple[Duty, ...]
    since: datetime
    until: datetime | None = None
    title: str = ""

    @property
    def role_label(self) -> str:
        return ROLE_CARDS[self.role].name

    def may(self, duty: Duty) -> bool:
        """Is this the hand (经办, 复核, 审批) that the step asks for?"""
        return duty in self.duties


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account as others may name it: never its secrets."""

    uid: UUID
    name: str
    display_name: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person whose record an account may see: uid, where the person lives, what to call the account's holder."""

    uid: UUID
    area: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class OrgRef:
    """An organisation in whose name an account works."""

    uid: str
    title: str
