"""`make reset`: throws away the data of one home, keys included; refuses while the platform runs."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from yinling.base.runtime import lock
from yinling.base.runtime.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """Remove everything under the home, and the database where it lies elsewhere."""
    home = Path(os.environ.get("YINLING_HOME", ROOT / "var")).resolve()
    if not home.exists():
        return 0
    if not (home / "run").is_dir() and not (home / "keys").is_dir():
        sys.stderr.write(
            f"{home} 不像平台的数据目录 / does not look like the platform's data; nothing was removed\n"
        )
        return 1
    try:
        with lock.hold(home, "make reset"):
            EmbeddedPostgres(home).remove()
            shutil.rmtree(home, ignore_errors=True)
    except lock.Taken as error:
        sys.stderr.write(f"{home} 正在使用 / is in use: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
