"""Scaffolds a room: the few files that every room has, ready for the walls; `make room NAME=…`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from yinling.config.rooms import FLOORS

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"[a-z][a-z]+")

FILES = {
    "__init__.py": "",
    "apps.py": '''"""The room {name} and what it offers to the others."""

from __future__ import annotations

from django.apps import AppConfig


class {camel}Config(AppConfig):
    """{chinese}."""

    name = "yinling.{name}"
    label = "{name}"
    verbose_name = "{chinese}"

    def ready(self) -> None:
        """Offer facts, panels, menus, today entries, jobs and timers to the registries of base."""
''',
    "contracts.py": '''"""What other rooms may see of {name}: frozen values and the names of its events; no Django."""

from __future__ import annotations
''',
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "locale/en/LC_MESSAGES/django.po": """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
""",
    "README.md": """# {name} · {chinese}

**Owns** …

**Flow** …

**Doors** `contracts.py` …

**Known limits** …
""",
}


def scaffold(root: Path, name: str, chinese: str) -> list[Path]:
    """Write the files that are not there yet; which."""
    written = []
    for path, text in FILES.items():
        target = root / "yinling" / name / path
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            text.replace("{name}", name).replace("{camel}", name.capitalize()).replace("{chinese}", chinese)
        )
        written.append(target)
    return written


def main(words: list[str]) -> int:
    """Scaffold one room that has its floor."""
    if not words or not NAME.fullmatch(words[0]):
        print("make room NAME=homecare [CHINESE=居家社区服务]", file=sys.stderr)
        return 1
    name = words[0]
    if name not in FLOORS:
        print(f"{name} has no floor yet: choose one in yinling/config/rooms.py", file=sys.stderr)
        return 1
    for path in scaffold(ROOT, name, words[1] if len(words) > 1 else name):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
