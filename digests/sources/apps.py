"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    """Django's handle on `digests.sources`."""

    name = "digests.sources"
    label = "sources"
    verbose_name = _("Sources")
