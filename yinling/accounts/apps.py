"""The room of accounts as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """账号."""

    name = "yinling.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from . import offers

        offers.offer()
