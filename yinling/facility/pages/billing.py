"""Pages of money: price list, bills, one bill on paper, the account of a resident."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, allow, now, redirect_to, render
from yinling.base.contracts import Month

from ..contracts import ENTRY_NAMES
from ..forms import EntryForm, PriceForm, fen
from ..models import Bill, BillLine, Entry, FeeItem, Stay
from ..services import billing, money
from ..terms import limits
from .lists import BILLS
from .shared import client_uid, draw_form, local_day, own_home, own_stay, tried, work


@allow(Role.FACILITY)
@require_GET
def bills(request: HttpRequest) -> HttpResponse:
    """月度账单 of the own home."""
    with work(request):
        home = own_home(request)
        table = BILLS.read(request, {"home": str(home.uid)})
    return table.answer("facility/bills.html", {"last": Month.of(local_day()).next(-1).text})


@allow(Role.FACILITY)
@require_POST
def bills_make(request: HttpRequest) -> HttpResponse:
    """出账单: every bill of a month that is not there yet."""
    try:
        month = Month.parse(request.POST.get("month", ""))
    except ValueError as error:
        raise NotFound from error
    with work(request):
        made = billing.bill_month(month=month, at=now(), home=own_home(request).uid)
    return redirect_to(request, "facility:bills", toast=_("已出 %(n)s 份账单。") % {"n": made["bills"]})


@allow(Role.FACILITY, Role.FAMILY, Role.ELDER)
@require_GET
def bill(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One bill on paper; the family sees its own."""
    with work(request):
        found = Bill.objects.filter(uid=uid).first()
        if found is None:
            raise NotFound
        stay = Stay.objects.get(uid=found.stay_id)
        lines = list(BillLine.objects.filter(bill=found).order_by("kind", "name"))
    return render(request, "facility/bill.html", {"bill": found, "stay": stay, "lines": lines})


@allow(Role.FACILITY)
@require_GET
def prices(request: HttpRequest) -> HttpResponse:
    """收费项目: the price list with what was in force before."""
    with work(request):
        home = own_home(request)
        rows = list(FeeItem.objects.filter(home=home.uid).order_by("until", "kind", "name"))
    kinds = {"bed": _("床位费"), "care": _("护理费"), "meal": _("膳食费"), "other": _("其他")}
    return render(request, "facility/prices.html", {"rows": rows, "kinds": kinds})


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def price_new(request: HttpRequest) -> HttpResponse:
    form, back = PriceForm(request.POST or None), reverse("facility:prices")

    def do() -> None:
        read = form.cleaned_data
        with work(request):
            home = own_home(request)
            money.price(
                home=home.uid, area=home.area, kind=read["kind"], name=read["name"], unit=read["unit"], fen=fen(read["price"]),
                since=local_day(), while_away=read["while_away"],
            )  # fmt: skip

    if request.method == "GET" or not form.is_valid() or not tried(form, do):
        return draw_form(request, form, _("新增收费项目"), back)
    return redirect_to(request, "facility:prices", toast=_("已保存。"))


@allow(Role.FACILITY)
@require_POST
def price_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    with work(request):
        home = own_home(request)
        if not FeeItem.objects.filter(uid=uid, home=home.uid).exists():
            raise NotFound
        money.end_price(item=uid, on=local_day())
    return redirect_to(request, "facility:prices", toast=_("已停用。"))


@allow(Role.FACILITY)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, uid: UUID) -> HttpResponse:
    """老人账户: bills, payments, deposit and prepaid money with their limits, and one more entry."""
    with work(request):
        stay, home = own_stay(request, uid), own_home(request)
        context = {
            "stay": stay, "balance": money.balance_of(uid), "limits": limits(), "entries": _entries(uid),
            "bills": list(Bill.objects.filter(stay=uid).order_by("-month")), "uid": client_uid(request),
        }  # fmt: skip
    form = EntryForm(request.POST or None)

    def do() -> None:
        read = form.cleaned_data
        with work(request):
            money.enter(
                uid=client_uid(request), stay=uid, kind=form.kind_of(), fen=fen(read["yuan"]), on=local_day(), at=now(),
                home_kind=home.kind, method=read["method"], note=read["note"],
            )  # fmt: skip

    if request.method == "POST" and form.is_valid() and tried(form, do):
        return redirect_to(request, "facility:account", uid, toast=_("已记账。"))
    status = 422 if request.method == "POST" else 200
    return render(request, "facility/account.html", {**context, "form": form}, status=status)


def _entries(stay: UUID) -> list[tuple[Entry, str]]:
    names = {kind.value: _(words) for kind, words in ENTRY_NAMES.items()}
    return [(one, names[one.kind]) for one in Entry.objects.filter(stay=stay).order_by("-at")[:100]]
