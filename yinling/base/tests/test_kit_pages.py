"""What pages answer: refusals, error pages, a word once, headers, language; unmarked views stay shut; text never acts."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from yinling.base.api import Column, Table, access_of, allow, problem, public, redirect_to, render
from yinling.base.contracts import Refusal, mask_account, mask_id, mask_name, mask_phone
from yinling.base.kit.access import AccessMiddleware
from yinling.base.kit.forms import recent_months
from yinling.base.kit.gallery import SampleForm
from yinling.base.kit.pages import ERROR_STATUSES, FLASH_COOKIE, error_page

NAUGHTY = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7*7 }}", "{% raw %}", "' OR 1=1 --",
    "</title><svg/onload=alert(1)>", "javascript:alert(1)", "𠮷\u202eabc", "%0d%0aSet-Cookie:a=b", "../../etc/passwd",
]  # fmt: skip
Han = range(0x4E00, 0x9FFF)


class Settled(Refusal):
    code = "test.settled"
    zh = "「{item}」已办结。"
    en = "“{item}” is closed."


def asked(**headers: str) -> HttpRequest:
    return RequestFactory().get("/x", headers=headers)


def test_a_refusal_is_a_page_a_word_or_a_document() -> None:
    refusal = Settled(item="<b>甲</b>", field="item", row=3)
    page = problem(asked(), refusal)
    assert (page.status_code, "<b>甲" in page.content.decode()) == (409, False)
    assert "已办结" in page.content.decode()
    word = problem(asked(HX_Request="true"), refusal)
    assert (word.status_code, word.headers["HX-Retarget"]) == (409, "#toasts")
    document = problem(asked(Accept="application/json"), refusal)
    assert document.headers["Content-Type"] == "application/problem+json"
    said = json.loads(document.content)
    assert (said["code"], said["field"], said["row"], said["status"]) == ("test.settled", "item", 3, 409)


@pytest.mark.parametrize("status", ERROR_STATUSES)
def test_error_pages_in_both_languages(status: int) -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            answer = error_page(asked(), status)
            main = answer.content.decode().split("<main")[1].split("</main")[0]
            assert answer.status_code == status
            assert any(ord(one) in Han for one in main) == (language != "en"), main


def test_a_word_is_shown_once() -> None:
    done = redirect_to(asked(), "/list", toast="已保存。")
    assert (done.status_code, done.headers["Location"]) == (303, "/list")
    request = asked(Cookie=f"{FLASH_COOKIE}={done.cookies[FLASH_COOKIE].value}")
    shown = render(request, "base/gallery/public.html", {})
    assert "已保存。" in shown.content.decode()
    assert shown.cookies[FLASH_COOKIE]["max-age"] == 0
    forged = render(asked(Cookie=f"{FLASH_COOKIE}=forged"), "base/gallery/public.html", {})
    assert "forged" not in forged.content.decode()


def test_a_view_without_a_mark_is_refused() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")

    request = asked()
    request.resolver_match = None
    with pytest.raises(PermissionDenied):
        AccessMiddleware(view).process_view(request, view, (), {})
    assert AccessMiddleware(view).process_view(request, public(view), (), {}) is None
    with pytest.raises(TypeError):
        allow("city")(view)


def test_a_role_opens_only_its_own_pages_and_a_stranger_signs_in() -> None:
    @allow("city")
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")

    request = asked()
    assert view(request).headers["Location"].startswith("/sign-in?next=/x")
    request.grant = type("Grant", (), {"role": "district"})()  # type: ignore[attr-defined]
    with pytest.raises(PermissionDenied):
        view(request)
    request.grant = type("Grant", (), {"role": "city"})()  # type: ignore[attr-defined]
    assert view(request).content == b"open"
    assert access_of(view) == {"city"}


@pytest.mark.usefixtures("database")
def test_language_is_chosen_not_guessed_and_headers_stand_on_every_answer() -> None:
    client = Client()
    first = client.get("/sign-in", headers={"Accept-Language": "en"})
    assert first.headers["Content-Language"] == "zh-hans"
    client.post("/language", {"language": "en", "next": "https://elsewhere.example/"})
    second = client.get("/sign-in")
    assert second.headers["Content-Language"] == "en"
    for answer in (first, second, client.get("/nothing-here"), client.post("/theme", {"theme": "none"})):
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "'unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("database")
def test_the_switch_leads_nowhere_else() -> None:
    answer = Client().post("/language", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("text", NAUGHTY)
def test_text_in_lists_and_titles_is_shown_and_never_acts(text: str) -> None:
    request = asked()
    request.grant = None  # type: ignore[attr-defined]
    table = Table(
        key="n", title=text, columns=[Column("v", text)], source=lambda query: ([{"v": text, "uid": text}], 1)
    )
    page = table.read(request).answer("base/gallery/list.html").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<svg/onload" not in page
    assert "49" not in page.split('data-label="')[1].split("</td>")[0]


def test_days_and_months_are_text_in_our_own_form() -> None:
    page = render(asked(), "base/gallery/form.html", {"form": SampleForm()}).content.decode()
    assert 'type="date"' not in page
    assert 'data-day="yes"' in page or 'data_day="yes"' in page
    assert recent_months("2001-01")[-1][0] == "2001-01"


def test_masks_keep_what_a_clerk_needs_and_no_more() -> None:
    assert mask_id("530199194407011234") == "530199**********34"
    assert "19440701" not in mask_id("530199194407011234")
    assert mask_name("王桂英") != "王桂英"
    assert "54001234" not in mask_phone("15400123456")
    assert "999999" not in mask_account("9999991234567890123")
