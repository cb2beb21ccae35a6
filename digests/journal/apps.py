"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    """Django's handle on `digests.journal`."""

    name = "digests.journal"
    label = "journal"
    verbose_name = _("Journal")
