"""The Django app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """Django's handle on `newsletter.delivery`."""

    name = "newsletter.delivery"
    label = "delivery"
    verbose_name = _("Delivery")
