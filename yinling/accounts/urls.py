"""Addresses of the accounts room."""

from __future__ import annotations

from django.urls import include, path

from .pages import administration, audit, me, sign_in

patterns = [
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("switch-role", sign_in.switch_role, name="switch_role"),
    path("demo", sign_in.demo, name="demo"),
    path("demo/<str:name>", sign_in.demo_enter, name="demo_enter"),
    path("me/sessions", me.sessions, name="sessions"),
    path("me/sessions/<uuid:uid>/end", me.session_end, name="session_end"),
    path("me/password", me.password, name="password"),
    path("emergency-access", me.emergency, name="emergency"),
    path("emergency-access/<uuid:uid>/close", me.emergency_close, name="emergency_close"),
    path("accounts/", administration.accounts, name="list"),
    path("accounts/new", administration.account_new, name="account_new"),
    path("accounts/<uuid:uid>/", administration.account, name="account"),
    path("accounts/<uuid:uid>/reset", administration.account_reset, name="account_reset"),
    path("accounts/<uuid:uid>/grants", administration.grant_give, name="grant_give"),
    path("accounts/<uuid:uid>/grants/<uuid:grant>/revoke", administration.grant_revoke, name="grant_revoke"),
    path("accounts/<uuid:uid>/step/<slug:step>", administration.account_step, name="account_step"),
    path("accounts/emergency-access/", administration.emergency_review, name="emergency_review"),
    path(
        "accounts/emergency-access/<uuid:uid>/judge", administration.emergency_judge, name="emergency_judge"
    ),
    path("accounts/tries", audit.tries, name="tries"),
    path("audit/", audit.trail, name="audit"),
]
urlpatterns = [path("", include((patterns, "accounts")))]
