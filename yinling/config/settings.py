"""Settings of one installation. Law and thresholds are data elsewhere; what is here is where things are and how strict.

Every variable of the environment that is read here is described in docs/operators.md; a test says so.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from yinling.base.kit.headers import CONTENT_SECURITY_POLICY as KIT_POLICY
from yinling.config.databases import databases
from yinling.config.rooms import existing_rooms

ROOT = Path(__file__).resolve().parents[2]
YINLING_HOME = Path(os.environ.get("YINLING_HOME", ROOT / "var")).resolve()
YINLING_PROCESS = os.environ.get("YINLING_PROCESS", "cli")
YINLING_DEMO = os.environ.get("YINLING_DEMO", "") == "1"
YINLING_TEST = os.environ.get("YINLING_TEST", "") == "1"
YINLING_NOW = os.environ.get("YINLING_NOW", "") if YINLING_TEST else ""
YINLING_CRYPTO = os.environ.get("YINLING_CRYPTO", "sm")
YINLING_PASSWORD_PROFILE = os.environ.get("YINLING_PASSWORD_PROFILE", "government")
YINLING_HTTPS = os.environ.get("YINLING_HTTPS", "") == "1"
YINLING_BANK_URL = os.environ.get("YINLING_BANK_URL", "")
# What `yinling serve --demo` starts beside the platform, unless the variable names a real one.
YINLING_DEMO_PROGRAMS = {"bank": ("yinling.benefits.bank", "YINLING_BANK_URL")}
# Commands of rooms that `yinling serve` keeps running beside the worker, where the room is installed.
YINLING_PROGRAMS = ("ingest",)
# Where devices come in; a port that nobody chose gives way to the next free one.
YINLING_DEVICES_HOST = os.environ.get("YINLING_DEVICES_HOST", "127.0.0.1")
YINLING_DEVICES_PORTS_FIXED = "YINLING_MQTT_PORT" in os.environ
YINLING_MQTT_PORT = int(os.environ.get("YINLING_MQTT_PORT", "1883"))
YINLING_MQTT_TLS_PORT = int(os.environ.get("YINLING_MQTT_TLS_PORT", "8883"))
YINLING_JT808_PORT = int(os.environ.get("YINLING_JT808_PORT", "6808"))
YINLING_MQTT_CERT = os.environ.get("YINLING_MQTT_CERT", "")
YINLING_MQTT_KEY = os.environ.get("YINLING_MQTT_KEY", "")
YINLING_DEVICES_KEEP_DAYS = int(os.environ.get("YINLING_DEVICES_KEEP_DAYS", "92"))
YINLING_MQTT_URL = os.environ.get("YINLING_MQTT_URL", "")
YINLING_COMMAND_MODULE = "yinling.config.manage"
YINLING_POLICIES = Path(os.environ.get("YINLING_POLICIES", ROOT / "policies"))


def _secret(name: str) -> str:
    """A random secret of this installation, made on first use and kept in a file of mode 0600."""
    path = YINLING_HOME / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


SECRET_KEY = _secret("django.key")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("YINLING_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
ROOT_URLCONF = "yinling.config.urls"
WSGI_APPLICATION = "yinling.config.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *(f"yinling.{room}" for room in existing_rooms()),
]
_HAS_ACCOUNTS = "yinling.accounts" in INSTALLED_APPS
MIDDLEWARE = [
    "yinling.base.kit.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "yinling.base.kit.switches.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *(["yinling.accounts.middleware.SignInMiddleware"] if _HAS_ACCOUNTS else []),
    "yinling.base.kit.access.AccessMiddleware",
    "yinling.base.kit.pages.RefusalMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "yinling.base.kit.environment.environment"},
    }
]

DATABASES = databases(YINLING_PROCESS, YINLING_HOME)
DATABASE_ROUTERS = ["yinling.base.work.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DISABLE_SERVER_SIDE_CURSORS = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "yinling_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "collected"
STATICFILES_DIRS = [path for path in (ROOT / "build" / "static",) if path.exists()]
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() and not YINLING_TEST
WHITENOISE_USE_FINDERS = not _COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = KIT_POLICY
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = YINLING_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if YINLING_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = YINLING_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if YINLING_HTTPS else None
CSRF_COOKIE_NAME = "__Host-yinling_csrf" if YINLING_HTTPS else "yinling_csrf"
CSRF_COOKIE_SECURE = YINLING_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "yinling.base.kit.pages.csrf_failure"
SESSION_COOKIE_SECURE = YINLING_HTTPS
LOGIN_URL = "/sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("YINLING_LOG", "WARNING")},
    "loggers": {"django.request": {"level": "ERROR"}},
}
