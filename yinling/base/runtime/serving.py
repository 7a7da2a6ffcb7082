"""What `yinling serve` does, step by step: assets, database, migrations, children, demo district, address."""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from yinling.base.runtime import assets, children, lock
from yinling.base.runtime.children import Child
from yinling.base.runtime.migrating import migrate
from yinling.base.runtime.place import name_of
from yinling.base.runtime.postgres import EmbeddedPostgres
from yinling.base.runtime.supervisor import Supervisor

ADDRESSES = {
    "app": "DATABASE_URL",
    "worker": "YINLING_WORKER_DATABASE_URL",
    "owner": "YINLING_ADMIN_DATABASE_URL",
}
WEB_SECONDS_MAX = 60.0

Say = Callable[[str], None]


class CannotServe(RuntimeError):
    """The platform cannot start; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for on the command line."""

    home: Path
    root: Path
    host: str
    port: int
    demo: bool
    workers: int

    @property
    def address(self) -> str:
        """The address for a browser on this machine."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"


def serve(plan: Plan, say: Say) -> None:
    """Run the platform until told to stop."""
    started = time.monotonic()
    with _held(plan), _database(plan, say) as (server, urls):
        supervisor = Supervisor(plan.home, server, say)
        supervisor.listen()
        try:
            _start_all(plan, supervisor, urls, say)
            if not supervisor.stopping:
                say(_welcome(plan, time.monotonic() - started))
            supervisor.run()
        finally:
            say("\n正在停止 / stopping")
            supervisor.close()


@contextmanager
def _held(plan: Plan) -> Iterator[None]:
    try:
        with lock.hold(plan.home, f"yinling serve {plan.address}"):
            children.sweep(name_of(plan.home))
            _port_is_free(plan)
            yield
    except lock.Taken as error:
        raise CannotServe(f"{plan.home} 正在使用 / is in use: {error}") from error


def _port_is_free(plan: Plan) -> None:
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
        except OSError as error:
            raise CannotServe(f"端口 {plan.port} 不可用，可用 PORT=… 换一个 / {error}; set PORT") from error


@contextmanager
def _database(plan: Plan, say: Say) -> Iterator[tuple[EmbeddedPostgres | None, dict[str, str]]]:
    """The embedded server, or the given one, with an address for each role."""
    if os.environ.get(ADDRESSES["app"]):
        if not os.environ.get(ADDRESSES["worker"]):
            raise CannotServe(f"set {ADDRESSES['worker']} beside {ADDRESSES['app']}; see docs/operators.md")
        yield None, {role: os.environ.get(name, "") for role, name in ADDRESSES.items()}
        return
    say("数据库 / database")
    server = EmbeddedPostgres(plan.home)
    server.start(own=True)
    try:
        yield server, server.urls()
    finally:
        server.stop()


def _start_all(plan: Plan, supervisor: Supervisor, urls: dict[str, str], say: Say) -> None:
    assets.build(plan.root, for_tests=False, say=say)
    migrate(say)
    environment = _environment(plan, urls)
    if plan.demo:
        environment |= _start_demo_programs(plan, supervisor, environment)
    supervisor.add(_worker(plan, environment))
    for command in settings.YINLING_PROGRAMS:
        if command in get_commands():
            supervisor.add(_program(plan, command, environment))
    if plan.demo:
        _seed(plan, supervisor, environment, say)
    if supervisor.stopping:
        return
    supervisor.add(_web(plan, environment))
    if not supervisor.wait_for(lambda: _answers(plan), WEB_SECONDS_MAX) and not supervisor.stopping:
        raise CannotServe(
            f"网页服务没有启动，见 {plan.home / 'log' / 'web.log'} / the web process did not start"
        )


def _environment(plan: Plan, urls: dict[str, str]) -> dict[str, str]:
    """What every child gets; addresses of roles that it does not need are taken out where it is started."""
    kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES.values()}
    given = {ADDRESSES[role]: url for role, url in urls.items() if url}
    own = {
        "YINLING_HOME": str(plan.home),
        "YINLING_DEMO": "1" if plan.demo else "",
        "PORT": str(plan.port),
        "PYTHONUNBUFFERED": "1",
        children.MARK: name_of(plan.home),
    }
    return kept | given | own


def _without(environment: dict[str, str], *roles: str) -> dict[str, str]:
    return {
        name: value for name, value in environment.items() if name not in {ADDRESSES[role] for role in roles}
    }


def _child(plan: Plan, role: str, command: list[str], environment: dict[str, str]) -> Child:
    return Child(
        role, [sys.executable, "-m", *command], environment, plan.home / "log" / f"{role}.log", plan.root
    )


def _web(plan: Plan, environment: dict[str, str]) -> Child:
    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    where = ["--host", plan.host, "--port", str(plan.port), "--workers", str(plan.workers)]
    command = ["yinling.base.runtime.web", f"{module}:{name}", *where]
    return _child(plan, "web", command, _without(environment, "worker", "owner") | {"YINLING_PROCESS": "web"})


def _worker(plan: Plan, environment: dict[str, str]) -> Child:
    command = [settings.YINLING_COMMAND_MODULE, "worker"]
    return _child(plan, "worker", command, _without(environment, "owner") | {"YINLING_PROCESS": "worker"})


def _program(plan: Plan, command: str, environment: dict[str, str]) -> Child:
    """A room's own lasting process, under the worker's database role."""
    words = [settings.YINLING_COMMAND_MODULE, command]
    return _child(plan, command, words, _without(environment, "owner") | {"YINLING_PROCESS": "worker"})


def _start_demo_programs(plan: Plan, supervisor: Supervisor, environment: dict[str, str]) -> dict[str, str]:
    """Stand-ins for the outside world, each only where no real address is given; their addresses."""
    given = {}
    for number, (role, (module, variable)) in enumerate(sorted(settings.YINLING_DEMO_PROGRAMS.items())):
        if os.environ.get(variable) or find_spec(module) is None:
            continue
        port = _free_port(plan.port + 99 + number)
        command = [module, "--port", str(port)]
        supervisor.add(_child(plan, role, command, _without(environment, "app", "worker", "owner")))
        given[variable] = f"http://127.0.0.1:{port}"
    return given


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotServe("no free port on 127.0.0.1")


def _seed(plan: Plan, supervisor: Supervisor, environment: dict[str, str], say: Say) -> None:
    """Make the demo district once; a start that was interrupted goes on where it was."""
    mark = plan.home / "demo" / "seeded"
    if mark.exists() or "seed_demo" not in get_commands():
        return
    say("示范区 / demo district")
    command = [sys.executable, "-m", settings.YINLING_COMMAND_MODULE, "seed-demo"]
    code = supervisor.run_beside(command, environment | {"YINLING_PROCESS": "cli"}, plan.root)
    if supervisor.stopping:
        return
    if code:
        raise CannotServe(f"seed-demo: exit code {code}")
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _answers(plan: Plan) -> bool:
    host = "127.0.0.1" if plan.host in ("0.0.0.0", "localhost") else plan.host  # noqa: S104
    shown = f"[{host}]" if ":" in host else host
    try:
        with urllib.request.urlopen(f"http://{shown}:{plan.port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _welcome(plan: Plan, seconds: float) -> str:
    lines = [f"\n银龄 Yinling   {plan.address}   ({seconds:.0f} s)"]
    if plan.demo:
        lines += [
            f"  角色账号 / role accounts   {plan.address}/demo",
            f"  十步导览 / guided tour     {plan.address}/tour",
        ]
    lines += ["  停止 / stop                Ctrl-C", "  状态 / status              .venv/bin/yinling status"]
    return "\n".join(lines)
