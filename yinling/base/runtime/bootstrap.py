"""The database and its three roles, made so that the program can neither own nor outrank its tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

DATABASE = "yinling"
ROLES = {"owner": "yinling_owner", "app": "yinling_app", "worker": "yinling_worker"}
READERS = ("app", "worker")
MAINTAIN_SINCE = 170_000
LOCK = 530_199  # any number of ours: two starts at once take turns


def bootstrap(conn: psycopg.Connection[Any], passwords: Mapping[str, str]) -> None:
    """Create what is missing and set the passwords; the connection is a superuser's, in autocommit."""
    conn.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        for short, role in ROLES.items():
            _role(conn, role, passwords[short])
        create_database(conn, DATABASE)
    finally:
        conn.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def create_database(conn: psycopg.Connection[Any], name: str) -> bool:
    """Create a database with the walls between its roles; False when it is there already."""
    if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    part = f"{name}_part"  # a killed start must not leave a database without its walls
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(part))
    conn.execute(drop)
    owner = sql.Identifier(ROLES["owner"])
    conn.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(part), owner))
    info = conn.info
    with psycopg.connect(
        host=info.host, port=info.port, user=info.user, password=info.password, dbname=part, autocommit=True
    ) as inside:
        for statement in walls(name=part):
            inside.execute(statement)
        if info.server_version >= MAINTAIN_SINCE:
            inside.execute(_may_analyze())
    conn.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(part), sql.Identifier(name)))
    return True


def walls(*, name: str = DATABASE) -> list[sql.Composed]:
    """Statements run once inside a new database: who may connect, create and read by default."""
    owner = sql.Identifier(ROLES["owner"])
    readers = sql.SQL(", ").join(sql.Identifier(ROLES[short]) for short in READERS)
    default = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {}").format(owner)
    texts = [
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), readers),
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(name), readers),
        sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(readers),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(readers),
        default + sql.SQL(" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}").format(readers),
        default + sql.SQL(" GRANT USAGE, SELECT ON SEQUENCES TO {}").format(readers),
    ]
    return [sql.Composed([text]) for text in texts]


def _may_analyze() -> sql.Composed:
    """The worker renews the planner's statistics after a bulk write, where the server knows such a right."""
    return sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT MAINTAIN ON TABLES TO {}").format(
        sql.Identifier(ROLES["owner"]), sql.Identifier(ROLES["worker"])
    )


def _role(conn: psycopg.Connection[Any], role: str, password: str) -> None:
    """The role signs in and is nothing more: no superuser, no bypass of row-level security."""
    known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER ROLE {}" if known else "CREATE ROLE {}").format(sql.Identifier(role))
    rest = sql.SQL(" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
        sql.Literal(password)
    )
    conn.execute(verb + rest)
