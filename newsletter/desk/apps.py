"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Django's handle on `newsletter.desk`."""

    name = "newsletter.desk"
    label = "desk"
    verbose_name = _("Desk")
