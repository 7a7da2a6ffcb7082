"""Pages of the policy room."""

from django.http import HttpRequest


def panel(request: HttpRequest, person: object) -> str:
    return ""
