"""The command `yinling`: Django's command line with the platform's settings; dashes in command names are allowed."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command; the process works as `cli` unless YINLING_PROCESS says otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.config.settings")
    os.environ.setdefault("YINLING_PROCESS", "cli")
    from django.core.management import execute_from_command_line

    from yinling.base.runtime.attach import database_for

    argv = list(sys.argv)
    if len(argv) > 1:
        argv[1] = argv[1].replace("-", "_") if not argv[1].startswith("-") else argv[1]
    with database_for(argv[1:]):
        execute_from_command_line(argv)


if __name__ == "__main__":
    main()
