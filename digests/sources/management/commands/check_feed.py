"""`manage.py check_feed SOURCE`: is this feed worth taking?"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from digests.sources.checkup import Checkup, check_bytes, check_url
from digests.sources.failures import FetchError
from digests.sources.reasons import in_words

ACCEPTED, REFUSED, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Check whether a feed is worth taking, and show its first entries as they would be stored. "
        "Exit code 0: accepted; 1: refused, with the reasons; 2: SOURCE cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="a URL, a file, or - for standard input")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--zone", default="Asia/Seoul", help="the zone of dates written without one")

    def handle(self, *args: Any, source: str, zone: str, **options: Any) -> None:
        now = timezone.now()
        try:
            if source.lower().startswith(("http://", "https://")):
                checkup = check_url(source, now, zone=zone)
            else:
                checkup = check_bytes(source, read(source), now, zone=zone)
        except FetchError as error:
            self.fail(source, error.reason, error.detail, is_json=options["json"])
        except (OSError, ValueError) as error:
            self.fail(source, "unreadable", str(error), is_json=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(checkup.as_json(), ensure_ascii=False, indent=2))
        else:
            self.show(checkup)
        if not checkup.is_accepted:
            sys.exit(REFUSED)

    def fail(self, source: str, reason: str, detail: str, *, is_json: bool) -> None:
        """Say why `source` cannot be read, and end."""
        if is_json:
            said = {"source": source, "is_accepted": False, "reasons": [reason], "detail": detail}
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
        self.stderr.write(f"{source}: {in_words(reason)} ({reason}{': ' + detail if detail else ''})")
        sys.exit(UNREADABLE)

    def show(self, checkup: Checkup) -> None:
        """The check-up for people."""
        out = self.stdout.write
        out(f"{checkup.title or checkup.source}  [{checkup.format or '-'}]  {checkup.seconds} s")
        out(f"  {checkup.items} items, {checkup.dated} dated, newest {checkup.newest or '-'}")
        for entry in checkup.entries:
            out(f"  · {entry.published or '-'}  {entry.language}  {entry.completeness}  {entry.title}")
            out(f"    {entry.url}")
            out(f"    {entry.text[:120].replace(chr(10), ' ')}")
        for url in checkup.feeds:
            out(f"  → {url}")
        for reason in checkup.warnings:
            out(f"  ! {in_words(reason)} ({reason})")
        for reason in checkup.reasons:
            out(f"  ✗ {in_words(reason)} ({reason})  {checkup.detail}")
        out("accepted" if checkup.is_accepted else "refused")


def read(source: str) -> bytes:
    """The bytes of a file or of standard input; one byte more than allowed is enough to refuse."""
    limit = settings.FETCH_MAX_BYTES + 1
    if source == "-":
        body = sys.stdin.buffer.read(limit)
    else:
        with Path(source).open("rb") as file:
            body = file.read(limit)
    if len(body) >= limit:
        raise ValueError(f"more than {settings.FETCH_MAX_BYTES:,} bytes")
    return body
