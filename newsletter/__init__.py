"""The service: people, mail and web, and the Django project on top of them."""

from newsletter.celery import app as celery_app

__all__ = ["celery_app"]
