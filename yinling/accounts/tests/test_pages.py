"""The pages of accounts: administration by three separated persons, emergency access, audit, demo cards."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from yinling.accounts import queries, services
from yinling.accounts.contracts import Duty, OrgRef, PersonRef, Role
from yinling.accounts.middleware import cookie_name
from yinling.accounts.models import Account, EmergencyAccess, GrantPerson, GrantRow
from yinling.accounts.services.sessions import token_hash
from yinling.accounts.testing import a_session, an_account, sign_in_client
from yinling.base.api import batch, connection, now, unit
from yinling.base.contracts import SYSTEM, Actor, Scope, area_range

pytestmark = pytest.mark.usefixtures("database")
DISTRICT, STREET, VILLAGE, FAR = "530199000000", "530199001000", "530199001001", "530199002001"


@pytest.fixture
def client_of():
    def make(role, **scope):
        client = Client()
        client.grant = sign_in_client(client, role, **scope)
        return client

    return make


def test_the_system_administrator_opens_an_account_and_cannot_give_it_a_role(client_of):
    client = client_of(Role.SYSADMIN)
    answer = client.post("/accounts/new", {"name": "new.clerk", "display_name": "新来的"})
    assert answer.status_code == 200
    with batch("test", SYSTEM):
        row = Account.objects.get(name="new.clerk")
    assert row.must_change
    assert client.post(f"/accounts/{row.uid}/grants", {"role": "street", "area": STREET}).status_code == 403
    with batch("test", SYSTEM):
        assert not GrantRow.objects.filter(account=row).exists()


def test_the_security_administrator_gives_and_takes_roles_and_cannot_open_accounts(client_of):
    account, client = an_account("some.clerk"), client_of(Role.SECADMIN)
    answer = client.post(
        f"/accounts/{account}/grants", {"role": "district", "area": "530199", "duties": ["checker"]}
    )
    assert answer.status_code == 303
    with batch("test", SYSTEM):
        grant = GrantRow.objects.get(account_id=account)
    assert (grant.area, grant.duties) == (DISTRICT, ["checker"])
    assert client.post("/accounts/new", {"name": "x.y", "display_name": "x"}).status_code == 403
    assert client.post(f"/accounts/{account}/grants/{grant.uid}/revoke").status_code == 303
    with batch("test", SYSTEM):
        assert queries.grants_of(account, now()) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"role": "district", "area": STREET}, "级别与身份不符"),
        ({"role": "street", "area": "12345"}, "不是有效的行政区划代码"),
        ({"role": "village", "area": VILLAGE, "duties": ["maker"]}, "没有此项职责"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused_with_words(client_of, given, said):
    account = an_account()
    answer = client_of(Role.SECADMIN).post(f"/accounts/{account}/grants", given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    with batch("test", SYSTEM):
        assert queries.grants_of(account, now()) == []


def test_what_a_role_may_not_is_refused_and_written_down_once(client_of):
    assert client_of(Role.STREET, area=STREET).get("/accounts/").status_code == 403
    with batch("test", SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT role, subject, data->>'method' FROM base_event WHERE verb = 'accounts.refused'")
        assert sql.fetchall() == [("street", "accounts:list", "GET")]


def test_no_account_holds_two_of_the_three_administrations(client_of):
    account = a_session(Role.AUDITOR).grant.account
    client = client_of(Role.SECADMIN)
    assert client.post(f"/accounts/{account}/grants", {"role": "sysadmin"}).status_code == 422
    assert client.post(f"/accounts/{account}/grants", {"role": "street", "area": STREET}).status_code == 422


def test_nobody_gives_himself_a_role_or_switches_himself_off(client_of):
    security, system = client_of(Role.SECADMIN), client_of(Role.SYSADMIN)
    own = security.grant.account
    assert security.post(f"/accounts/{own}/grants", {"role": "secadmin"}).status_code == 422
    assert system.post(f"/accounts/{system.grant.account}/step/disable").status_code == 409


def test_a_reset_password_is_shown_once_and_kept_nowhere(client_of):
    account, client = an_account("old.hand", password="Qing-he-2026"), client_of(Role.SYSADMIN)
    answer = client.post(f"/accounts/{account}/reset")
    assert answer["Cache-Control"] == "no-store"
    assert "只显示这一次" in answer.content.decode()
    with batch("test", SYSTEM):
        assert Account.objects.get(uid=account).must_change


@pytest.mark.parametrize("step", ["disable", "enable", "unlock"])
def test_steps_of_the_system_administrator(client_of, step):
    account = an_account()
    assert client_of(Role.SYSADMIN).post(f"/accounts/{account}/step/{step}").status_code == 303
    with batch("test", SYSTEM):
        assert (Account.objects.get(uid=account).disabled_at is not None) == (step == "disable")


def test_emergency_access_opens_closes_and_is_reviewed_by_somebody_else(client_of):
    person, clerk, security = uuid4(), client_of(Role.STREET, area=STREET), client_of(Role.SECADMIN)
    answer = clerk.post(
        "/emergency-access", {"person": str(person), "reason": "夜间邻居报警，家属联系不上", "minutes": 30}
    )
    assert answer.status_code == 303
    hash_ = token_hash(clerk.cookies[cookie_name()].value)
    with unit(Scope(), SYSTEM):
        assert queries.who_is(hash_, now()).emergency == (person,)
    with batch("test", SYSTEM):
        access = EmergencyAccess.objects.get()
    assert "邻居报警" in clerk.get("/emergency-access").content.decode()
    assert "邻居报警" in security.get("/accounts/emergency-access/").content.decode()
    assert clerk.post(f"/emergency-access/{access.uid}/close").status_code == 303
    with unit(Scope(), SYSTEM):
        assert queries.who_is(hash_, now()).emergency == ()
    assert (
        security.post(f"/accounts/emergency-access/{access.uid}/judge", {"verdict": "proper"}).status_code
        == 303
    )
    assert (
        security.post(f"/accounts/emergency-access/{access.uid}/judge", {"verdict": "improper"}).status_code
        == 404
    )


def test_emergency_access_without_a_real_reason_opens_nothing(client_of):
    answer = client_of(Role.STREET, area=STREET).post(
        "/emergency-access", {"person": str(uuid4()), "reason": "看看", "minutes": 30}
    )
    assert answer.status_code == 422
    with batch("test", SYSTEM):
        assert EmergencyAccess.objects.count() == 0


def test_the_auditor_reads_the_whole_trail_and_nobody_else_does(client_of):
    client_of(Role.STREET, area=STREET).post("/sign-out")
    client_of(Role.VILLAGE, area=FAR).post("/sign-out")
    text = client_of(Role.AUDITOR).get("/audit/").content.decode()
    assert text.count("accounts.session_signed_out") >= 2
    assert client_of(Role.SYSADMIN).get("/audit/").status_code == 403
    assert client_of(Role.DISTRICT, area=DISTRICT).get("/audit/").status_code == 403


def test_the_trail_is_searched_by_day_action_account_and_subject(client_of):
    clerk, auditor = client_of(Role.STREET, area=STREET), client_of(Role.AUDITOR)
    account = clerk.grant.account
    clerk.post("/sign-out")
    day = now().date().isoformat()
    for words, seen in (
        (f"subject={account}&verb=accounts.session", True),
        (f"subject={account}&day={day}&role=street", True),
        (f"subject={account}&day=2020-01-01", False),
        (f"subject={account}&verb=people.", False),
    ):
        text = auditor.get(f"/audit/?{words}").content.decode()
        assert ("accounts.session_signed_out" in text) is seen, words
    assert auditor.get("/audit/?day=nonsense&subject=%00").status_code == 200


def test_the_audit_opens_nothing_after_its_own_unit(client_of):
    client_of(Role.STREET, area=STREET).post("/sign-out")
    client_of(Role.AUDITOR).get("/audit/")
    with unit(Scope(), SYSTEM), connection().cursor() as sql:
        sql.execute("SELECT count(*) FROM base_event")
        assert sql.fetchone()[0] == 0


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_every_page_of_the_administrators_opens(client_of, role):
    account, client = an_account(), client_of(role)
    for address in (
        "/accounts/",
        f"/accounts/{account}/",
        "/accounts/tries",
        "/me/sessions",
        "/me/password",
        "/switch-role",
    ):
        assert client.get(address).status_code == 200, address


def test_persons_of_a_grant_are_walled_and_reach_the_session(client_of):
    elder = uuid4()
    session = a_session(Role.FAMILY, persons=[elder], persons_area=VILLAGE)
    with unit(Scope(), SYSTEM):
        assert GrantPerson.objects.count() == 0
        assert queries.who_is(token_hash(session.token), now()).grant.persons == (elder,)
        with connection().cursor() as sql:
            sql.execute("SELECT accounts_persons_of(%s)", [b"\0" * 32])
            assert sql.fetchone() == (None,)
    with unit(Scope(area_range(FAR)), SYSTEM):
        assert GrantPerson.objects.count() == 0
    with unit(Scope(area_range(STREET)), SYSTEM):
        assert GrantPerson.objects.count() == 1


def seed_demo():
    person = PersonRef(uuid4(), VILLAGE, "李桂英")
    with batch("test", SYSTEM):
        return services.seed_demo_accounts(
            city="530100000000",
            district=DISTRICT,
            streets=[STREET, "530199002000"],
            villages=[VILLAGE, FAR],
            centre=OrgRef("c1", "青禾中心"),
            facility=OrgRef("f1", "青禾养老院"),
            elder=person,
            family=person,
            carer=person,
            at=now(),
        )


@override_settings(YINLING_DEMO=True)
def test_demo_cards_enter_with_one_click_and_seeding_twice_changes_nothing():
    accounts = seed_demo()
    assert seed_demo() == accounts
    with batch("test", SYSTEM):
        assert {row.role for row in GrantRow.objects.all()} == set(Role)
    client = Client(enforce_csrf_checks=True)
    page = client.get("/demo")
    assert page.status_code == 200
    assert page.content.decode().count("data-demo=") == len(accounts)
    token = client.cookies["yinling_csrf"].value
    assert client.post("/demo/demo.district.maker").status_code == 403
    answer = client.post("/demo/demo.district.maker", {"csrfmiddlewaretoken": token, "next": "/me/sessions"})
    assert (answer.status_code, answer["Location"]) == (303, "/me/sessions")
    with unit(Scope(), SYSTEM):
        grant = queries.who_is(token_hash(client.cookies[cookie_name()].value), now()).grant
    assert (grant.role, grant.duties, grant.area) == (Role.DISTRICT, (Duty.MAKER,), DISTRICT)


def test_outside_demo_mode_there_is_no_such_page_and_no_such_password():
    seed_demo()
    assert Client().get("/demo").status_code == 404
    assert Client().post("/demo/demo.auditor").status_code == 404
    assert Client().post("/sign-in", {"name": "demo.auditor", "password": "!"}).status_code == 422


@override_settings(YINLING_DEMO=True)
def test_only_demo_accounts_have_cards(client_of):
    an_account("real.person", password="Qing-he-2026")
    assert Client().post("/demo/real.person").status_code == 404


def test_user_add_prints_a_password_that_must_be_changed():
    out = StringIO()
    call_command("user_add", "first.admin", "--role", "sysadmin", stdout=out)
    password = out.getvalue().strip().rsplit(" ", 1)[-1]
    signed_in = services.sign_in(
        name="first.admin", password=password, address="10.0.0.1", device="", at=now()
    )
    assert signed_in.grant.role is Role.SYSADMIN
    with pytest.raises(CommandError, match="已被使用"):
        call_command("user_add", "first.admin", "--role", "sysadmin", stdout=out)
    with pytest.raises(CommandError, match="级别"):
        call_command("user_add", "other.clerk", "--role", "street", "--area", "530199", stdout=out)


def test_actors_are_named_for_pages(client_of):
    account = an_account(display_name="陈静")
    with unit(Scope(), Actor(account, "陈静", "district")):
        assert queries.account_names([account]) == {account: "陈静"}
        assert queries.account_card(account).display_name == "陈静"
        assert queries.account_card(uuid4()) is None
