"""Addresses of the payments room, in the namespace `benefits`."""

from django.urls import include, path

from yinling.benefits.pages import batches, lists, mine, money, publicity
from yinling.benefits.pages.cases import approval, counter, desk
from yinling.benefits.pages.cases import mine as cases_mine

patterns = [
    path("benefits/mine", mine.mine, name="mine"),
    path("benefits/mine/<uuid:line>", mine.one, name="mine_one"),
    path("benefits/lines", lists.lines, name="lines"),
    path("benefits/lines/build", lists.build, name="build"),
    path("benefits/lines/batch", lists.make, name="make"),
    path("benefits/waiting", lists.waiting, name="waiting"),
    path("benefits/waiting/<uuid:person>/<slug:item>", lists.consent, name="consent"),
    path("benefits/batches", batches.batches, name="batches"),
    path("benefits/batches/<uuid:uid>", batches.batch, name="batch"),
    path("benefits/batches/<uuid:uid>/roster", batches.roster, name="roster"),
    path("benefits/batches/<uuid:uid>/roster.xlsx", batches.roster_xlsx, name="roster_xlsx"),
    path("benefits/batches/<uuid:uid>/send-back", batches.send_back, name="send_back"),
    path("benefits/batches/<uuid:uid>/cancel", batches.cancel, name="cancel"),
    path("benefits/batches/<uuid:uid>/fund", money.fund, name="fund"),
    path("benefits/batches/<uuid:uid>/step/<slug:move>", batches.step, name="step"),
    path("benefits/publicity", publicity.lists, name="publicities"),
    path("benefits/publicity/<uuid:uid>", publicity.publicity, name="publicity"),
    path("benefits/objections", publicity.objections, name="objections"),
    path("benefits/objections/<uuid:uid>/settle", publicity.settle, name="settle"),
    path("benefits/lines/<uuid:line>/object", publicity.object_to, name="object"),
    path("benefits/finance", money.desk, name="desk"),
    path("benefits/files", money.files, name="files"),
    path("benefits/files/book", money.book, name="book"),
    path("benefits/files/<uuid:uid>", money.file, name="file"),
    path("benefits/files/<uuid:uid>/take", money.download, name="take"),
    path("benefits/returned", money.returned, name="returned"),
    path("benefits/payees/<uuid:person>", money.payee, name="payee"),
    path("benefits/payees/<uuid:uid>/confirm", money.confirm_payee, name="confirm_payee"),
    path("benefits/recoveries", money.recoveries, name="recoveries"),
    path("benefits/recoveries/<uuid:uid>", money.recovery, name="recovery"),
    path("cases", desk.cases, name="cases"),
    path("cases/new", counter.case_new, name="case_new"),
    path("cases/new/elsewhere", counter.case_far, name="case_far"),
    path("cases/new/<uuid:person>", counter.case_apply, name="case_apply"),
    path("cases/approval", approval.approval, name="approval"),
    path("cases/approval/approve", approval.approve_many, name="approve_many"),
    path("cases/<uuid:uid>", desk.case, name="case"),
    path("cases/<uuid:uid>/move/<slug:verb>", desk.case_move, name="case_move"),
    path("cases/<uuid:uid>/fact/<uuid:fact>", desk.case_fact, name="case_fact"),
    path("cases/<uuid:uid>/letter", cases_mine.letter, name="letter"),
    path("my/cases", cases_mine.my_cases, name="my_cases"),
    path("my/cases/<uuid:uid>", cases_mine.my_case, name="my_case"),
    path("my/cases/<uuid:uid>/<slug:verb>", cases_mine.my_case_move, name="my_case_move"),
    path("my/apply/<uuid:person>", cases_mine.my_apply, name="my_apply"),
]
urlpatterns = [path("", include((patterns, "benefits")))]
