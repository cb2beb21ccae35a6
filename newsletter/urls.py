"""Every address of the site. Korean at the root, English under /en/."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
