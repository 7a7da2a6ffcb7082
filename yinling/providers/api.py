"""The door of providers: registers taken in, homes and sites of an area, the site that serves a community."""

from .queries import delivery, homes_in, newest_as_of, organisation_names, site_near, sites_in
from .services import apply, drop, receive

__all__ = [
    "apply", "delivery", "drop", "homes_in", "newest_as_of", "organisation_names", "receive", "site_near", "sites_in",
]  # fmt: skip
