"""The production profile passes Django's own deployment checks, and every answer carries the headers that it must."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

SCRIPTS = "script-src 'self'"


def test_deployment_checks_say_nothing() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "yinling.config.manage", "check", "--deploy", "--fail-level", "WARNING"],
        env={**os.environ, "YINLING_HTTPS": "1", "YINLING_TEST": "", "YINLING_PROCESS": "web"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (answer.returncode, answer.stderr.strip().splitlines()[-3:]) == (0, []), answer.stderr


def plain_addresses() -> list[str]:
    """Every address without parameters, as the address table has them."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], space: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                walk(pattern.url_patterns, inner)
            elif pattern.name:
                try:
                    found.append(reverse(space + pattern.name))
                except NoReverseMatch:
                    continue

    walk(get_resolver().url_patterns, "")
    return sorted(set(found))


@pytest.mark.usefixtures("database")
def test_every_answer_carries_its_headers() -> None:
    client = Client(raise_request_exception=False)
    for address in [*plain_addresses(), "/no-such-page"]:
        answer = client.get(address)
        policy = answer.headers.get("Content-Security-Policy", "")
        assert answer.status_code < 500, address
        assert SCRIPTS in policy, address
        assert "unsafe-inline" not in policy.split("style-src")[0], address
        assert "unsafe-eval" not in policy, address
        for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Referrer-Policy"] == "same-origin", address
        assert "no-store" in answer.headers["Cache-Control"], address
