"""The wire to the bank: three requests over HTTP, each safe to repeat, and a plain word for every way they can fail."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from yinling.base.contracts import Refusal

ANSWER_SECONDS_MAX = 20
ANSWER_BYTES_MAX = 64 * 1024 * 1024


class BankSilent(Refusal):
    code = "benefits_bank_silent"
    status = 502
    zh = "银行暂时没有应答，平台会自动重试。"
    en = "The bank does not answer now; the platform will try again."


class NoBank(Refusal):
    code = "benefits_no_bank"
    status = 503
    zh = "没有配置代发银行地址（YINLING_BANK_URL），请下载文件人工送交。"
    en = "No bank address is configured (YINLING_BANK_URL); hand the file over by hand."


@dataclass(frozen=True, slots=True)
class BankAnswer:
    status: int
    body: bytes

    def said(self) -> str:
        """The bank's own sentence on a refusal."""
        try:
            return str(json.loads(self.body).get("error", ""))[:200]
        except (ValueError, AttributeError):
            return ""


def put_file(reference: str, body: bytes) -> BankAnswer:
    return _ask("PUT", f"/v1/batches/{reference}", body)


def get_return(reference: str) -> BankAnswer:
    return _ask("GET", f"/v1/batches/{reference}/return")


def get_book() -> Any:
    """The bank's totals by batch."""
    answer = _ask("GET", "/v1/book")
    if answer.status != http.client.OK:
        raise BankSilent
    return json.loads(answer.body)


def _ask(method: str, path: str, body: bytes | None = None) -> BankAnswer:
    if not settings.YINLING_BANK_URL:
        raise NoBank
    at = urlsplit(settings.YINLING_BANK_URL)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    line = kind(at.hostname or "", at.port, timeout=ANSWER_SECONDS_MAX)
    try:
        line.request(method, at.path.rstrip("/") + path, body=body, headers={"Content-Type": "text/plain"})
        answer = line.getresponse()
        return BankAnswer(answer.status, answer.read(ANSWER_BYTES_MAX))
    except (OSError, http.client.HTTPException):
        raise BankSilent from None
    finally:
        line.close()
