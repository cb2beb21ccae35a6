"""`manage.py build_edition DATE`: tell, assemble and freeze the main edition of a date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from digests.editions.assembling import build
from digests.editions.days import read_day
from digests.editions.models import Edition


class Command(BaseCommand):
    help = "Tell the stories of DATE (YYYY-MM-DD), assemble its main edition and freeze it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", metavar="DATE", help="the edition's date, as 2025-12-28")

    def handle(self, *args: Any, date: str, **options: Any) -> None:
        edition_id = build(read_day(date), timezone.now(), self._show if options["verbosity"] > 1 else None)
        edition = Edition.objects.get(pk=edition_id)
        chosen = edition.items.filter(is_chosen=True).order_by("position")
        self.stdout.write(
            f"{edition.date} No. {edition.number}: {edition.articles_count} articles, "
            f"{edition.stories_count} stories, {chosen.count()} chosen"
        )
        for item in chosen:
            words = item.content["words"]
            headline = words.get(item.content["language"], next(iter(words.values())))["headline"]
            self.stdout.write(f"{item.position:>3}. {headline} ({len(item.content['sources'])})")
        for finding in edition.findings:
            if finding["is_blocking"] and not finding["is_waived"]:
                self.stderr.write(f"dropped: {finding['code']}: {finding['message']}")

    def _show(self, step: str, done: int, whole: int) -> None:
        self.stdout.write(f"{step} {done}/{whole}")
