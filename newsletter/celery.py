"""The Celery app: three queues, and a beat of plain intervals that asks the tables who is due.

The queue is a doorbell, the database is the truth: no eta, no countdown, no chord, no result
backend. A lost or doubled task costs nothing, because each tick asks the tables again.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsletter.settings")

app = Celery("newsletter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
