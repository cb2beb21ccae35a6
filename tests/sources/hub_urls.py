"""The callback alone, as the project's urls mount it."""

from django.urls import path

from digests.sources.hub_views import hub_callback

urlpatterns = [path("hub/<str:token>/", hub_callback, name="hub")]
