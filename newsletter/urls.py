"""Every address of the site. Korean at the root, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from digests.sources.hub_views import hub_callback
from newsletter.web import urls as web

urlpatterns = [
    path("admin/", admin.site.urls),
    path("anymail/", include("anymail.urls")),
    path("hub/<str:token>/", hub_callback, name="hub"),
    *web.machines,
    *i18n_patterns(path("", include(web)), prefix_default_language=False),
]

handler404 = "newsletter.web.pages.missing"
