"""The bank's counter: a few HTTP addresses on loopback over the book, and the clerk who works off what was accepted."""

import json
import logging
import re
import threading
import time
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from yinling.benefits.bank.book import Book, OtherBody
from yinling.benefits.bank.paper import CHARSET, BadFile

log = logging.getLogger("yinling.bank")
BODY_BYTES_MAX = 64 * 1024 * 1024
BATCH_PATH = re.compile(r"^/v1/batches/([A-Za-z0-9-]{1,35})(/return|/entries)?$")
Answer = tuple[int, str, bytes]


def as_json(status: int, body: object) -> Answer:
    return status, "application/json; charset=utf-8", json.dumps(body, ensure_ascii=False).encode()


class Bank:
    """Takes files, and works them off in a thread of its own; a killed bank resumes what it had accepted."""

    def __init__(self, book: Book, *, work_seconds: float = 0.0, answer_seconds: float = 0.0) -> None:
        self.book = book
        self.work_seconds = work_seconds
        self.answer_seconds = answer_seconds
        self._wake = threading.Event()
        self._ended = threading.Event()

    def stop(self) -> None:
        self._ended.set()
        self._wake.set()

    def work(self) -> None:
        while not self._ended.is_set():
            for receipt in self.book.waiting():
                time.sleep(self.work_seconds)
                self.book.process(receipt.reference)
                log.info("batch %s worked off", receipt.reference)
            self._wake.wait(timeout=1.0)
            self._wake.clear()

    def take(self, reference: str, body: bytes) -> Answer:
        try:
            receipt, fresh = self.book.accept(reference, body)
        except OtherBody:
            return as_json(HTTPStatus.CONFLICT, {"error": "同一批次号已受理过不同内容的文件"})
        except BadFile as refused:
            return as_json(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(refused)})
        self._wake.set()
        time.sleep(self.answer_seconds)
        answer = {**asdict(receipt), "state": "accepted"}
        return as_json(HTTPStatus.CREATED if fresh else HTTPStatus.OK, answer)

    def show(self, reference: str, part: str | None) -> Answer:
        receipt = self.book.receipt(reference)
        if receipt is None:
            return as_json(HTTPStatus.NOT_FOUND, {"error": "没有这个批次"})
        if part == "/entries":
            return as_json(HTTPStatus.OK, self.book.entries(reference))
        if part is None:
            return as_json(HTTPStatus.OK, asdict(receipt))
        body = self.book.return_file(reference)
        if body is None:
            return as_json(HTTPStatus.ACCEPTED, {"state": receipt.state})
        return HTTPStatus.OK, f"text/plain; charset={CHARSET}", body


class Counter(BaseHTTPRequestHandler):
    """One request; `bank` is set on the class that `serve` makes."""

    bank: Bank
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        match = BATCH_PATH.match(self.path)
        if match:
            self._answer(self.bank.show(match[1], match[2]))
        elif self.path == "/v1/book":
            self._answer(as_json(HTTPStatus.OK, self.bank.book.totals()))
        elif self.path == "/healthz":
            self._answer(as_json(HTTPStatus.OK, {"ok": True}))
        else:
            self._answer(as_json(HTTPStatus.NOT_FOUND, {"error": "没有这个地址"}))

    def do_PUT(self) -> None:
        match = BATCH_PATH.match(self.path)
        length = self.headers.get("Content-Length", "")
        if not match or match[2]:
            self.close_connection = True
            self._answer(as_json(HTTPStatus.NOT_FOUND, {"error": "没有这个地址"}))
        elif not length.isdigit() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            self._answer(as_json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "文件过大或未注明长度"}))
        else:
            self._answer(self.bank.take(match[1], self.rfile.read(int(length))))

    def _answer(self, answer: Answer) -> None:
        status, kind, body = answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, template: str, *args: object) -> None:
        log.debug(template, *args)


def serve(bank: Bank, host: str, port: int) -> ThreadingHTTPServer:
    """Bind the counter; the caller runs `serve_forever`."""
    server = ThreadingHTTPServer((host, port), type("BankCounter", (Counter,), {"bank": bank}))
    server.daemon_threads = True
    return server
