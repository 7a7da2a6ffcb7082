"""The Jinja2 environment of every page: where templates lie, what they may call, always escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import formats, menu
from .assets import icon, static_url
from .forms import input_kind, recent_months, widget

ROOMS = "yinling."


def template_folders() -> list[Path]:
    """`templates/` of every room, lowest room first: `people/person.html` lies in yinling/people/templates/people/."""
    rooms = [app for app in apps.get_app_configs() if app.name.startswith(ROOMS)]
    return [folder for app in rooms if (folder := Path(app.path) / "templates").is_dir()]


def url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def url_or_none(name: str, *args: object, **kwargs: object) -> str:
    """The address, or "" where the page does not exist (yet) in this installation."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return ""


class Macros:
    """`ui.badge(…)` in every template without an import line: the macros of base/ui.html."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._environment.get_template("base/ui.html").module, name)


def environment(**options: Any) -> Environment:
    """Called once by Django's Jinja2 backend; the folders of the rooms replace its own loader."""
    options.update(loader=FileSystemLoader(template_folders()), autoescape=True, undefined=StrictUndefined)
    extensions = ["jinja2.ext.i18n", "jinja2.ext.do"]
    env = Environment(**options, trim_blocks=True, lstrip_blocks=True, extensions=extensions)  # noqa: S701 (set above)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    env.globals.update(
        ui=Macros(env),
        url=url,
        url_or_none=url_or_none,
        static=static_url,
        icon=icon,
        Markup=Markup,
        language=translation.get_language,
        menu_of=menu.menu_of,
        frame_of=menu.frame_of,
        input_kind=input_kind,
        widget=widget,
        recent_months=recent_months,
    )
    env.filters.update(formats.FILTERS)
    return env
