"""yinling user-add: open an account and give it its first role; prints the first password once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yinling.accounts.contracts import Duty, Role
from yinling.accounts.services import create_account, give_grant
from yinling.accounts.services.accounts import first_password
from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM, Refusal, pad_area


class Command(BaseCommand):
    help = "Open an account with one role. The way to make the first administrators of an installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="account name used to sign in")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--display-name", default="", help="name shown on what this account does")
        parser.add_argument("--area", default="", help="division code of the role's area")
        parser.add_argument(
            "--org", action="append", default=[], help="organisation of the role; may be repeated"
        )
        parser.add_argument("--duty", action="append", default=[], choices=[duty.value for duty in Duty])
        parser.add_argument("--title", default="", help="post shown beside the name")

    def handle(self, *args: Any, **options: Any) -> None:
        password = first_password()
        try:
            with batch("accounts.user_add", SYSTEM):
                uid = create_account(
                    name=options["name"],
                    display_name=options["display_name"] or options["name"],
                    password=password,
                    at=now(),
                )
                give_grant(
                    account=uid,
                    role=Role(options["role"]),
                    area=pad_area(options["area"]) if options["area"] else None,
                    orgs=options["org"],
                    duties=[Duty(duty) for duty in options["duty"]],
                    title=options["title"],
                    at=now(),
                )
        except Refusal as refusal:
            raise CommandError(f"{refusal.sentence_zh} {refusal.sentence_en}") from refusal
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['name']} {uid}")
        self.stdout.write(
            f"初始密码 first password (shown once, to be changed at the first sign-in): {password}"
        )
