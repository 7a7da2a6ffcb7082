"""Addresses of the page kit, in the namespace `kit`."""

from __future__ import annotations

from django.urls import include, path

from . import gallery, jobs, offline, switches

patterns = [
    path("language", switches.set_language, name="language"),
    path("theme", switches.set_theme, name="theme"),
    path("area", switches.set_area, name="area"),
    path("areas/tree/<str:code>", switches.area_tree, name="area_tree"),
    path("jobs/<uuid:uid>/", jobs.job, name="job"),
    path("jobs/<uuid:uid>/cancel", jobs.job_cancel, name="job_cancel"),
    path("offline/worker.js", offline.worker, name="offline_worker"),
    path("offline/pass", offline.offline_pass, name="offline_pass"),
    path("kit/", gallery.home, name="gallery"),
    path("kit/list", gallery.roster, name="gallery_list"),
    path("kit/batch", gallery.batch_done, name="gallery_batch"),
    path("kit/form", gallery.form, name="gallery_form"),
    path("kit/show/<slug:shell>", gallery.shell, name="gallery_shell"),
    path("kit/errors/<int:status>", gallery.error, name="gallery_error"),
    path("kit/job/<int:step>", gallery.job, name="gallery_job"),
]
urlpatterns = [path("", include((patterns, "kit")))]
