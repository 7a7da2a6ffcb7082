"""The web process: granian serving the WSGI application named on the command line."""

from __future__ import annotations

import argparse
import os
import signal

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from yinling.base.runtime import process

BACKLOG = 1024
THREADS_PER_WORKER = 8  # each holds one database connection


def main() -> None:
    """Serve until told to stop."""
    said = argparse.ArgumentParser(prog="yinling.base.runtime.web")
    said.add_argument("application")
    said.add_argument("--host", required=True)
    said.add_argument("--port", type=int, required=True)
    said.add_argument("--workers", type=int, default=2)
    options = said.parse_args()
    os.register_at_fork(after_in_child=_tie)
    Granian(
        options.application,
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=THREADS_PER_WORKER,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


def _tie() -> None:
    """A forked worker must not outlive its master, even when that is killed."""
    process.tie_to_parent(signal.SIGTERM)


if __name__ == "__main__":
    main()
