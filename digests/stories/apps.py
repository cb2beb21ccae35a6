"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    """Django's handle on `digests.stories`."""

    name = "digests.stories"
    label = "stories"
    verbose_name = _("Stories")
