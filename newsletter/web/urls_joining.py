"""The addresses of joining, choosing and leaving; `urls.py` includes them in both languages."""

from django.urls import path

from newsletter.web import belongings, endpoint, feedback, joining, leaving, preferences

urlpatterns = [
    path("subscribe/", joining.subscribe, name="subscribe"),
    path("subscribe/check/", joining.check, name="check"),
    path("subscribe/resend/", joining.resend, name="resend"),
    path("subscribe/embed/", endpoint.embed, name="embed"),
    path("api/subscribe/", endpoint.subscribe_api, name="subscribe_api"),
    path("confirm/<str:token>/", joining.confirm, name="confirm"),
    path("p/<str:token>/", preferences.preferences, name="preferences"),
    path("p/<str:token>/export/", belongings.export, name="export"),
    path("p/<str:token>/erase/", belongings.erase, name="erase"),
    path("erase/<str:token>/", belongings.erase_now, name="erase_now"),
    path("move/<str:token>/", belongings.move, name="move"),
    path("u/<str:token>/", leaving.unsubscribe, name="unsubscribe"),
    path("f/<str:token>/", feedback.feedback, name="feedback"),
]
