"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscribersConfig(AppConfig):
    """Django's handle on `newsletter.subscribers`."""

    name = "newsletter.subscribers"
    label = "subscribers"
    verbose_name = _("Subscribers")
