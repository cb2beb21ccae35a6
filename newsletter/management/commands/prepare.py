"""`manage.py prepare`: bring the database up to date and load what the paper starts with."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from digests.sources.catalogue import load_catalogue
from digests.stories.taxonomy import load_taxonomy


class Command(BaseCommand):
    help = "Migrate, and add the feeds, topics and organizations we ship; what curators changed stays."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        feeds = load_catalogue()
        loaded = load_taxonomy()
        self.stdout.write(
            f"Added {feeds} feeds, {loaded.topics} topics and {loaded.organizations} organizations."
        )
