"""Pure rules of signing in: passwords, limits on guessing, life of a session, which scope a grant gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID

from yinling.base.contracts import Scope, area_level, area_range

from .contracts import ADMINISTRATORS, ROLE_CARDS, Grant, Role, ScopeKind

# --- passwords ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PasswordProfile:
    """What a password must be. The two standards disagree, so an installation chooses its profile."""

    name: str
    length_min: int
    classes_min: int  # of lower case, upper case, digit, sign
    age_days_max: int | None
    length_max: int = 128


# 等保 2.0 level 3 asks for complexity and change at intervals; ASVS 5.0 6.2.5 and 6.2.10 forbid both.
GOVERNMENT = PasswordProfile("government", length_min=10, classes_min=3, age_days_max=180)
ASVS = PasswordProfile("asvs", length_min=12, classes_min=1, age_days_max=None)
PROFILES: Mapping[str, PasswordProfile] = {profile.name: profile for profile in (GOVERNMENT, ASVS)}


def password_problems(
    password: str, *, names: Iterable[str], profile: PasswordProfile, is_common: Callable[[str], bool]
) -> tuple[str, ...]:
    """Codes of what is wrong with a new password; empty when it is good."""
    problems = []
    if len(password) < profile.length_min:
        problems.append("too_short")
    if len(password) > profile.length_max:
        problems.append("too_long")
    if _classes(password) < profile.classes_min:
        problems.append("too_plain")
    if any(len(name) >= 3 and name.casefold() in password.casefold() for name in names):
        problems.append("holds_the_name")
    if is_common(password):
        problems.append("too_common")
    return tuple(problems)


def password_expired(changed_at: datetime, at: datetime, profile: PasswordProfile) -> bool:
    return profile.age_days_max is not None and at - changed_at > timedelta(days=profile.age_days_max)


def _classes(password: str) -> int:
    tests: tuple[Callable[[str], bool], ...] = (
        str.islower,
        str.isupper,
        str.isdigit,
        lambda sign: not sign.isalnum(),
    )
    return sum(any(test(sign) for sign in password) for test in tests)


# --- limits on guessing ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong passwords of one key within a window; the lock ends when the oldest leaves the window.

    `spares_known`: an account that has signed in from that address before is not held up by it, so that guessing from
    elsewhere never locks its owner out. `forgives`: a good sign-in from that address starts the count again.
    """

    key: str  # "pair" (account, address), "account" or "range" (addresses of one network)
    tries_max: int
    window: timedelta
    spares_known: bool = False
    forgives: bool = False


# Together at most 25 + 20 passwords of one account are tested in a day, from however many addresses.
LIMITS = (
    Limit("pair", 5, timedelta(minutes=15), forgives=True),
    Limit("pair", 20, timedelta(hours=24)),
    Limit("account", 15, timedelta(hours=1), spares_known=True),
    Limit("account", 25, timedelta(hours=24), spares_known=True),
    # A whole office sits behind one address: this limit only slows, and its wait is seconds, never a lock.
    Limit("range", 30, timedelta(minutes=1), spares_known=True),
)
LONGEST_WINDOW = max(limit.window for limit in LIMITS)
RANGE_WINDOW = max(limit.window for limit in LIMITS if limit.key == "range")
KNOWN_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Failure:
    """One wrong password of an account."""

    at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Wrong passwords counted for one limit in its window, and when the oldest of them was tried."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Gate:
    """May this password be tried now? If not: until when not, and which limit says so."""

    is_open: bool
    until: datetime | None = None
    key: str = ""

    @property
    def lasts(self) -> float:
        return self.until.timestamp() if self.until else 0.0


OPEN_GATE = Gate(True)


def tallies(
    failures: Sequence[Failure],
    in_range: Sequence[datetime],
    *,
    address: str,
    right_at: datetime | None,
    at: datetime,
) -> list[tuple[Limit, Tally]]:
    """Count an account's failures, and those of the caller's network, for each limit.

    `right_at` is the account's last good sign-in from this address.
    """
    found = []
    for limit in LIMITS:
        start = at - limit.window
        if limit.forgives and right_at:
            start = max(start, right_at)
        times = (
            in_range
            if limit.key == "range"
            else [failure.at for failure in failures if limit.key == "account" or failure.address == address]
        )
        counted = [moment for moment in times if moment > start]
        found.append((limit, Tally(len(counted), min(counted, default=None))))
    return found


def gate(tallies: Sequence[tuple[Limit, Tally]], *, known: bool) -> Gate:
    """The limit that holds longest decides. Tries refused here are never counted, so a lock always ends by itself."""
    closed = [
        Gate(False, tally.oldest_at + limit.window, limit.key)
        for limit, tally in tallies
        if tally.count >= limit.tries_max and tally.oldest_at and not (known and limit.spares_known)
    ]
    return max(closed, key=lambda shut: shut.lasts, default=OPEN_GATE)


def address_range(address: str) -> str:
    """The network that one site usually holds: /24 of IPv4, /64 of IPv6; an unreadable address is its own range."""
    try:
        bits = 24 if ip_address(address).version == 4 else 64
    except ValueError:
        return address
    return str(ip_network(f"{address}/{bits}", strict=False))


# --- life of a session -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionLife:
    idle: timedelta
    absolute: timedelta


_OFFICE = SessionLife(timedelta(minutes=60), timedelta(hours=12))
_FIELD = SessionLife(timedelta(hours=12), timedelta(hours=24))
_HOME = SessionLife(timedelta(days=30), timedelta(days=90))
_ADMIN = SessionLife(timedelta(minutes=30), timedelta(hours=8))
# Within this time a session's last use is not written again: a read stays a read.
TOUCH_EVERY = timedelta(minutes=1)


def session_life(role: Role) -> SessionLife:
    """Older people are not asked for passwords every hour; administrators are."""
    if role in ADMINISTRATORS:
        return _ADMIN
    if role in (Role.FAMILY, Role.ELDER):
        return _HOME
    return _FIELD if ROLE_CARDS[role].phone else _OFFICE


def session_idle_end(role: Role, *, created_at: datetime, at: datetime) -> datetime:
    life = session_life(role)
    return min(at + life.idle, created_at + life.absolute)


BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_words(agent: str) -> str:
    """Enough of a browser's own description for its user to recognise it: Chrome · Windows."""
    known = [next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in known if name) or agent[:20]


# --- grants ------------------------------------------------------------------------------------------------------


def grant_problem(
    role: Role, *, area: str | None, orgs: Sequence[str], persons: Sequence[UUID], duties: Sequence[str]
) -> str | None:
    """Why this grant makes no sense, as a code; None when it does."""
    card = ROLE_CARDS[role]
    given = {ScopeKind.AREA: bool(area), ScopeKind.ORG: bool(orgs), ScopeKind.PERSON: bool(persons)}
    if card.kind is ScopeKind.PLATFORM:
        return "takes_no_scope" if any(given.values()) else ("no_such_duty" if duties else None)
    if any(found and kind is not card.kind for kind, found in given.items()):
        return "other_scope"
    if card.kind is ScopeKind.AREA and (not area or area_level(area) not in card.area_levels):
        return "wrong_area_level"
    if card.kind is ScopeKind.ORG and not orgs:
        return "organisation_missing"
    return "no_such_duty" if set(duties) - set(card.duties) else None


def separation_problem(held: Iterable[Role], wanted: Role) -> str | None:
    """The three administrators are three persons, and none of them works with people's records."""
    roles = set(held)
    if wanted in ADMINISTRATORS and roles - {wanted}:
        return "administrator_holds_only_that"
    if roles & ADMINISTRATORS and wanted not in roles:
        return "administrator_holds_only_that"
    return None


def scope_of(grant: Grant, *, emergency: Sequence[UUID] = (), purpose: str = "") -> Scope:
    """What the database shows to this grant. Persons opened by 应急调阅 are added while it lasts."""
    return Scope(
        area=area_range(grant.area) if grant.area else None,
        orgs=grant.orgs,
        persons=(*grant.persons, *emergency),
        purpose=purpose or ("emergency_access" if emergency else "work"),
    )


EMERGENCY_MINUTES_MAX = 240
EMERGENCY_REASON_LENGTH_MIN = 10
EMERGENCY_PERSONS_MAX = 20


def emergency_problem(reason: str, minutes: int, persons: Sequence[UUID]) -> str | None:
    if len(reason.strip()) < EMERGENCY_REASON_LENGTH_MIN:
        return "reason_too_short"
    if not 0 < minutes <= EMERGENCY_MINUTES_MAX:
        return "too_long"
    return None if 0 < len(persons) <= EMERGENCY_PERSONS_MAX else "too_many_persons"
