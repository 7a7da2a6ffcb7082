"""Sign-in rules as values in, values out."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.accounts import rules
from yinling.accounts.contracts import ADMINISTRATORS, PERSON_READERS, ROLE_CARDS, Duty, Role, ScopeKind

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def problems(password, profile=rules.GOVERNMENT):
    return rules.password_problems(
        password, names=("zhang.li",), profile=profile, is_common=lambda word: word == "Password123"
    )


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("Qing-he-2026", ()),
        ("short1A", ("too_short",)),
        ("alllowercase", ("too_plain",)),
        ("Zhang.Li-2026", ("holds_the_name",)),
        ("Password123", ("too_common",)),
        ("Aa1" * 60, ("too_long",)),
    ],
)
def test_government_profile(password, expected):
    assert problems(password) == expected


def test_the_profiles_disagree_as_their_standards_do():
    assert problems("correct horse battery", rules.ASVS) == ()
    assert problems("correct horse battery") == ("too_plain",)
    year_ago = AT - timedelta(days=365)
    assert rules.password_expired(year_ago, AT, rules.GOVERNMENT)
    assert not rules.password_expired(year_ago, AT, rules.ASVS)


def tried(*, pairs, at=AT):
    """Simulate guesses (address, seconds) against one account; how many passwords were really tested."""
    failures, tested = [], []
    for address, seconds in pairs:
        moment = at + timedelta(seconds=seconds)
        found = rules.tallies(failures, [], address=address, right_at=None, at=moment)
        if rules.gate(found, known=False).is_open:
            failures.append(rules.Failure(moment, address))
            tested.append(moment)
    return tested


def test_ten_addresses_test_few_passwords():
    guesses = [(f"203.0.113.{number % 10}", number) for number in range(10_000)]
    assert len(tried(pairs=guesses)) <= 25


def test_a_day_of_guessing_also_from_the_owners_own_address():
    failures = []
    tested = 0
    for number in range(0, 86_400, 30):
        moment, address = AT + timedelta(seconds=number), f"203.0.113.{number // 30 % 10}"
        found = rules.tallies(failures, [], address=address, right_at=None, at=moment)
        if rules.gate(found, known=address.endswith(".0")).is_open:
            failures.append(rules.Failure(moment, address))
            tested += 1
    assert tested <= 50


def test_a_lock_says_its_end_and_ends_by_itself():
    failures = [rules.Failure(AT + timedelta(seconds=second), "a") for second in range(5)]
    later = AT + timedelta(minutes=1)
    shut = rules.gate(rules.tallies(failures, [], address="a", right_at=None, at=later), known=True)
    assert (shut.is_open, shut.until, shut.key) == (False, AT + timedelta(minutes=15), "pair")
    after = AT + timedelta(minutes=15, seconds=1)
    assert rules.gate(rules.tallies(failures, [], address="a", right_at=None, at=after), known=True).is_open


def test_a_colleague_behind_the_same_address_is_never_held_up_by_one_bad_typist():
    others = [AT - timedelta(seconds=second) for second in range(5)]
    assert rules.gate(rules.tallies([], others, address="a", right_at=None, at=AT), known=False).is_open


def test_spraying_only_slows_newcomers_and_spares_the_known():
    sprayed = [AT - timedelta(seconds=second) for second in range(30)]
    found = rules.tallies([], sprayed, address="a", right_at=None, at=AT)
    shut = rules.gate(found, known=False)
    assert not shut.is_open
    assert shut.until <= AT + timedelta(minutes=1)
    assert rules.gate(found, known=True).is_open


def test_guessing_from_elsewhere_does_not_lock_the_owner_out():
    failures = [rules.Failure(AT - timedelta(minutes=1), f"10.0.{number}.1") for number in range(25)]
    found = rules.tallies(failures, [], address="office", right_at=AT - timedelta(days=1), at=AT)
    assert rules.gate(found, known=True).is_open
    assert not rules.gate(found, known=False).is_open


@given(st.lists(st.integers(0, 86_400), max_size=60), st.integers(0, 86_400))
def test_every_lock_ends_within_its_window(seconds, later):
    failures = [rules.Failure(AT + timedelta(seconds=second), "a") for second in seconds if second <= later]
    at = AT + timedelta(seconds=later)
    shut = rules.gate(rules.tallies(failures, [], address="a", right_at=None, at=at), known=False)
    assert shut.is_open or at < shut.until <= at + rules.LONGEST_WINDOW


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.0/24"),
        ("2001:db8::1", "2001:db8::/64"),
        ("unix", "unix"),
    ],
)
def test_address_range(address, network):
    assert rules.address_range(address) == network


@pytest.mark.parametrize(("agent", "words"), [
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "Chrome · Linux"),
    ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile MicroMessenger/8.0", "微信 · Android"),
    ("curl/8.5.0", "curl/8.5.0"), ("", ""),
])  # fmt: skip
def test_a_device_is_named_as_its_user_knows_it(agent, words):
    assert rules.device_words(agent) == words


def test_sessions_end_idle_and_absolutely():
    soon = rules.session_idle_end(Role.STREET, created_at=AT, at=AT)
    assert soon == AT + timedelta(minutes=60)
    late = AT + timedelta(hours=11, minutes=30)
    assert rules.session_idle_end(Role.STREET, created_at=AT, at=late) == AT + timedelta(hours=12)
    assert rules.session_life(Role.ELDER).idle > rules.session_life(Role.VILLAGE).idle
    assert rules.session_life(Role.AUDITOR).idle == timedelta(minutes=30)


def test_every_role_has_its_card():
    assert set(ROLE_CARDS) == set(Role)
    assert all((card.kind is ScopeKind.AREA) == bool(card.area_levels) for card in ROLE_CARDS.values())
    assert set(Role) == PERSON_READERS | ADMINISTRATORS


NOTHING = {"area": None, "orgs": (), "persons": (), "duties": ()}


@pytest.mark.parametrize(
    ("role", "given_scope", "expected"),
    [
        (Role.DISTRICT, {"area": "530199000000", "duties": (Duty.CHECKER,)}, None),
        (Role.DISTRICT, {"area": "530199001000"}, "wrong_area_level"),
        (Role.DISTRICT, {}, "wrong_area_level"),
        (Role.VILLAGE, {"area": "530199001001", "duties": (Duty.MAKER,)}, "no_such_duty"),
        (Role.VILLAGE, {"area": "530199001001", "orgs": ("x",)}, "other_scope"),
        (Role.CENTRE, {"orgs": ("x",)}, None),
        (Role.CENTRE, {}, "organisation_missing"),
        (Role.FAMILY, {"persons": (uuid4(),)}, None),
        (Role.AUDITOR, {}, None),
        (Role.AUDITOR, {"area": "530199000000"}, "takes_no_scope"),
    ],
)
def test_a_grant_has_the_scope_of_its_role(role, given_scope, expected):
    assert rules.grant_problem(role, **{**NOTHING, **given_scope}) == expected


@pytest.mark.parametrize("wanted", sorted(Role))
@pytest.mark.parametrize("held", sorted(Role))
def test_the_three_administrators_are_three_persons(held, wanted):
    mixed = held != wanted and bool({held, wanted} & ADMINISTRATORS)
    assert bool(rules.separation_problem([held], wanted)) == mixed


@pytest.mark.parametrize(
    ("reason", "minutes", "count", "expected"),
    [
        ("夜间接到邻居报警，联系不上家属", 60, 1, None),
        ("看看", 60, 1, "reason_too_short"),
        ("夜间接到邻居报警，联系不上家属", 241, 1, "too_long"),
        ("夜间接到邻居报警，联系不上家属", 60, 21, "too_many_persons"),
        ("夜间接到邻居报警，联系不上家属", 60, 0, "too_many_persons"),
    ],
)
def test_emergency_access(reason, minutes, count, expected):
    assert rules.emergency_problem(reason, minutes, [uuid4() for _ in range(count)]) == expected
