"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    """Django's handle on `digests.editions`."""

    name = "digests.editions"
    label = "editions"
    verbose_name = _("Editions")
