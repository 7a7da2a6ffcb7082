"""Run the bank: `python -m yinling.benefits.bank --home DIR [--port N] [--work-seconds S] [--answer-seconds S]`."""

import argparse
import logging
import os
import signal
import threading
from pathlib import Path

from yinling.benefits.bank.book import Book
from yinling.benefits.bank.server import Bank, serve

log = logging.getLogger("yinling.bank")


def arguments() -> argparse.Namespace:
    said = argparse.ArgumentParser(
        prog="yinling.benefits.bank", description="演示代发银行 / demo paying bank"
    )
    said.add_argument("--home", type=Path, default=Path(os.environ.get("YINLING_HOME", "var")) / "bank")
    said.add_argument("--host", default="127.0.0.1")
    said.add_argument("--port", type=int, default=8099)
    said.add_argument("--work-seconds", type=float, default=0.0, help="time the bank takes over a batch")
    said.add_argument(
        "--answer-seconds", type=float, default=0.0, help="time between accepting and answering"
    )
    return said.parse_args()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s bank %(message)s")
    said = arguments()
    book = Book(said.home)
    bank = Bank(book, work_seconds=said.work_seconds, answer_seconds=said.answer_seconds)
    server = serve(bank, said.host, said.port)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    worker = threading.Thread(target=bank.work, daemon=True)
    worker.start()
    log.info("listening on http://%s:%s", said.host, server.server_port)
    server.serve_forever(poll_interval=0.2)
    bank.stop()
    worker.join(timeout=5)
    book.close()


if __name__ == "__main__":
    main()
