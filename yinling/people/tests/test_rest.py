"""The HTTP door: one effect for one key, masked records, roles and areas respected."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM
from yinling.people import testing as t

pytestmark = pytest.mark.usefixtures("places")
WANG = t.make_id(date(1944, 7, 1), 2)


def count(query: str) -> int:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def post(client: Client, body: bytes, key: str | None) -> object:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post("/api/v1/deliveries", {"register": "population", "as_of": "2026-09-20",
                                              "file": SimpleUploadedFile("p.csv", body)}, headers=headers)  # fmt: skip


def test_one_key_one_delivery_one_job() -> None:
    client = Client(enforce_csrf_checks=False)
    sign_in_client(client, Role.DISTRICT, area=t.DISTRICT)
    body = t.population_csv([t.person_row(WANG)])
    key = str(uuid4())
    first, second = post(client, body, key), post(client, body, key)
    assert first.status_code in (200, 201), first.content
    assert second.json() == first.json()
    assert (count("SELECT count(*) FROM people_delivery"), count("SELECT count(*) FROM base_job")) == (1, 1)
    assert post(client, body + b" ", key).status_code == 409
    assert post(client, body, None).status_code == 422
    assert post(client, body, "a b").status_code == 422
    assert client.get(f"/api/v1/deliveries/{first.json()['uid']}").json()["state"] == "received"
    assert (count("SELECT count(*) FROM people_delivery"), count("SELECT count(*) FROM base_job")) == (1, 1)


def test_a_record_is_masked_and_stays_in_its_area() -> None:
    t.deliver("population", t.population_csv([t.person_row(WANG)]))
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT person FROM people_record")
        uid = cursor.fetchone()[0]
    client = Client()
    sign_in_client(client, Role.DISTRICT, area=t.DISTRICT)
    answer = client.get(f"/api/v1/people/{uid}")
    assert answer.status_code == 200
    assert answer.json()["sources"]["name"][0]["register"] == "population"
    assert WANG not in answer.content.decode()
    away = Client()
    sign_in_client(away, Role.VILLAGE, area="530199002001")
    assert away.get(f"/api/v1/people/{uid}").status_code == 404
    assert Client().get(f"/api/v1/people/{uid}").status_code == 401
