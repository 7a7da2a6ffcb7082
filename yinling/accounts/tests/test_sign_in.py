"""Signing in over HTTP: cookies, limits, revocation, roles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client, override_settings

from yinling.accounts import queries, services
from yinling.accounts.contracts import Duty, Role
from yinling.accounts.middleware import cookie_name
from yinling.accounts.models import Account, GrantRow, Session
from yinling.accounts.services.sign_in import NameOrPasswordWrong, TooManyTries
from yinling.accounts.testing import a_session, an_account, sign_in_client
from yinling.base.api import batch, connection, now, unit
from yinling.base.contracts import SYSTEM, Scope

pytestmark = pytest.mark.usefixtures("database")
PASSWORD = "Qing-he-2026"
STREET = "530199001000"


@pytest.fixture
def clerk():
    account = an_account("zhang.li", display_name="张丽", password=PASSWORD)
    with batch("test", SYSTEM):
        services.give_grant(account=account, role=Role.STREET, area=STREET, duties=[Duty.MAKER], at=now())
    return account


def attempt(password, *, address="10.0.0.1", name="zhang.li", at=None):
    return services.sign_in(name=name, password=password, address=address, device="test", at=at or now())


def events(verb):
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT count(*) FROM base_event WHERE verb = %s", [verb])
        return sql.fetchone()[0]


def test_a_good_password_begins_a_session_whose_token_is_not_in_the_database(clerk):
    signed_in = attempt(PASSWORD)
    with batch("test", SYSTEM):
        rows = list(Session.objects.values())
    assert signed_in.token not in str(rows)
    assert signed_in.grant.role is Role.STREET
    assert signed_in.grant.may(Duty.MAKER)
    assert events("accounts.signed_in") == 1


@pytest.mark.parametrize("name", ["zhang.li", "nobody.here"])
def test_a_refusal_does_not_tell_whether_the_account_exists_and_is_recorded(clerk, name):
    with pytest.raises(NameOrPasswordWrong) as refused:
        attempt("wrong", name=name)
    assert refused.value.sentence_zh == "账号或密码不正确。"
    assert events("accounts.sign_in_failed") == 1
    with batch("test", SYSTEM):
        assert Session.objects.count() == 0


def test_the_lock_of_one_address_ends_by_itself_and_spares_the_others(clerk):
    start = now()
    for second in range(5):
        with pytest.raises(NameOrPasswordWrong):
            attempt("wrong", at=start + timedelta(seconds=second))
    with pytest.raises(TooManyTries):
        attempt(PASSWORD, at=start + timedelta(minutes=1))
    assert attempt(PASSWORD, address="10.0.0.2", at=start + timedelta(minutes=1))
    assert attempt(PASSWORD, at=start + timedelta(minutes=15, seconds=1))
    assert events("accounts.sign_in_shut") == 1


def test_the_administrator_ends_a_lock_at_once(clerk):
    for _ in range(5):
        with pytest.raises(NameOrPasswordWrong):
            attempt("wrong")
    with batch("test", SYSTEM):
        services.unlock_account(account=clerk, at=now())
    assert attempt(PASSWORD)


def test_parallel_guesses_do_not_slip_past_the_count(clerk):
    def guess(number):
        try:
            attempt(f"wrong-{number}")
        except (NameOrPasswordWrong, TooManyTries) as refused:
            return type(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(guess, range(12)))
    assert found.count(NameOrPasswordWrong) == 5
    assert found.count(TooManyTries) == 7


def test_an_account_without_a_role_stays_out(clerk):
    with batch("test", SYSTEM):
        services.revoke_grant(grant=GrantRow.objects.get(account_id=clerk).uid, at=now())
    with pytest.raises(services.sign_in.__globals__["NoRoleYet"]):
        attempt(PASSWORD)


def test_the_page_signs_in_sets_a_closed_cookie_and_goes_where_one_wanted(clerk):
    client = Client(enforce_csrf_checks=False)
    answer = client.post("/sign-in", {"name": "Zhang.Li ", "password": PASSWORD, "next": "/me/sessions"})
    assert (answer.status_code, answer["Location"]) == (303, "/me/sessions")
    cookie = answer.cookies[cookie_name()]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert client.get("/me/sessions").status_code == 200


def test_the_page_never_sends_one_elsewhere(clerk):
    answer = Client().post(
        "/sign-in", {"name": "zhang.li", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")


def test_secure_installations_use_the_host_prefix(clerk):
    with override_settings(SESSION_COOKIE_SECURE=True):
        answer = Client().post("/sign-in", {"name": "zhang.li", "password": PASSWORD}, secure=True)
    cookie = answer.cookies["__Host-yinling"]
    assert (cookie["secure"], cookie["domain"]) == (True, "")


def test_forms_need_their_token(clerk):
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"name": "zhang.li", "password": PASSWORD})
    assert answer.status_code == 403


def test_a_token_set_by_somebody_else_is_not_kept(clerk):
    client = Client()
    client.cookies[cookie_name()] = "planted"
    answer = client.post("/sign-in", {"name": "zhang.li", "password": PASSWORD})
    assert answer.cookies[cookie_name()].value != "planted"


def test_sign_out_is_dead_on_the_server():
    client = Client()
    sign_in_client(client, Role.STREET, area=STREET)
    token = client.cookies[cookie_name()].value
    assert client.post("/sign-out").status_code == 303
    thief = Client()
    thief.cookies[cookie_name()] = token
    assert thief.get("/me/sessions").status_code == 302


@pytest.mark.parametrize("step", ["revoke", "disable", "session"])
def test_revocation_is_immediate(step):
    client = Client()
    grant = sign_in_client(client, Role.STREET, area=STREET)
    assert client.get("/me/sessions").status_code == 200
    with batch("test", SYSTEM):
        if step == "revoke":
            services.revoke_grant(grant=grant.uid, at=now())
        elif step == "disable":
            services.disable_account(account=grant.account, at=now())
        else:
            services.end_sessions_of(account=grant.account, why="revoked", at=now())
    assert client.get("/me/sessions").status_code == 302


def test_a_session_ends_idle_and_absolutely(clerk):
    start = now()
    signed_in = attempt(PASSWORD, at=start)
    token = services.sessions.token_hash(signed_in.token)
    with unit(Scope(), SYSTEM):
        assert queries.who_is(token, start + timedelta(minutes=59))
        assert queries.who_is(token, start + timedelta(minutes=61)) is None
        services.touch_session(
            session=signed_in.session, role=Role.STREET, created_at=start, at=start + timedelta(hours=11)
        )
        assert queries.who_is(token, start + timedelta(hours=11, minutes=59))
        assert queries.who_is(token, start + timedelta(hours=12, minutes=1)) is None


def test_changing_the_password_ends_the_other_sessions(clerk):
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/sign-in", {"name": "zhang.li", "password": PASSWORD})
    answer = here.post("/me/password", {"old": PASSWORD, "new": "Another-9-word", "again": "Another-9-word"})
    assert answer.status_code == 303
    assert here.get("/me/sessions").status_code == 200
    assert there.get("/me/sessions").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong", "Another-9-word", "原密码不正确"),
        (PASSWORD, "short", "长度不够"),
        (PASSWORD, PASSWORD, "与原密码相同"),
    ],
)
def test_a_bad_new_password_changes_nothing(clerk, old, new, said):
    client = Client()
    client.post("/sign-in", {"name": "zhang.li", "password": PASSWORD})
    answer = client.post("/me/password", {"old": old, "new": new, "again": new})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert attempt(PASSWORD, address="10.9.9.9")


def test_a_first_password_must_be_changed_before_anything_else(clerk):
    with batch("test", SYSTEM):
        Account.objects.filter(uid=clerk).update(must_change=True)
    client = Client()
    client.post("/sign-in", {"name": "zhang.li", "password": PASSWORD})
    assert client.get("/me/sessions")["Location"] == "/me/password"
    assert client.get("/me/password").status_code == 200


def test_one_account_several_roles_one_at_a_time():
    account = an_account()
    first = a_session(Role.STREET, area=STREET, account=account)
    second = a_session(Role.VILLAGE, area="530199001001", account=account)
    client = Client()
    client.cookies[cookie_name()] = first.token
    assert client.get("/switch-role").status_code == 200
    answer = client.post("/switch-role", {"grant": str(second.grant.uid)})
    assert answer.status_code == 303
    assert answer.cookies[cookie_name()].value != first.token
    with unit(Scope(), SYSTEM):
        assert queries.who_is(services.sessions.token_hash(first.token), now()) is None
        assert (
            queries.who_is(
                services.sessions.token_hash(client.cookies[cookie_name()].value), now()
            ).grant.role
            == "village"
        )


def test_nobody_works_under_a_grant_of_somebody_else():
    mine, theirs = a_session(Role.STREET, area=STREET), a_session(Role.DISTRICT, area="530199000000")
    client = Client()
    client.cookies[cookie_name()] = mine.token
    assert client.post("/switch-role", {"grant": str(theirs.grant.uid)}).status_code == 404
    assert client.get("/me/sessions").status_code == 200


def test_who_is_signed_in_costs_one_statement():
    signed_in = a_session(Role.STREET, area=STREET)
    token = services.sessions.token_hash(signed_in.token)
    with unit(Scope(), SYSTEM):
        queries.who_is(token, now())
        with connection().cursor() as sql:
            sql.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_persons_of%'"
            )
            assert sql.fetchone()[0] == 1
