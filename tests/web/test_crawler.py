"""A link scanner opens every link of every mail; a crawler goes on from there with one reader's tokens."""

import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.apps import apps

from newsletter.delivery.letters import owe
from newsletter.delivery.mailbox import StoredMail, read_mailbox
from newsletter.delivery.models import Delivery, Kind
from newsletter.delivery.process import morning
from newsletter.subscribers.addresses import address_hash
from newsletter.subscribers.leaving import unsubscribe
from newsletter.subscribers.links import PATHS, Purpose, read
from newsletter.subscribers.models import ConsentEvent, Subscriber
from newsletter.subscribers.moving import ask
from newsletter.subscribers.preferences import change
from tests.web.factories import publish

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://[^\s\"'<>()]+")
HREF = re.compile(r"""(?:href|src|action)="([^"]+)\"""")
PRIVATE = {path: purpose for purpose, path in PATHS.items()}
SITE = "http://127.0.0.1:8000"
# What each reader chose that no other did.
CHOICES = {
    "ada@example.com": {"keywords": ["자수정"], "hour": 7},
    "bella@example.org": {"keywords": ["비취옥"], "hour": 7, "language": "en"},
}
READER_KINDS = [Kind.WELCOME, Kind.ALREADY, Kind.LINK, Kind.RENEWAL, Kind.ERASE]


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mails(db, now, settings) -> dict[str, list[StoredMail]]:
    """Every kind of mail, written for real, by the address it went to."""
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"
    settings.MAILBOX_PUBLIC = False
    settings.SITE_URL = SITE
    publish(date(2026, 1, 5))
    readers = [make(email, "active", confirmed_at=now) for email in CHOICES]
    for reader in readers:
        change(reader.pk, CHOICES[reader.email], now)
        for kind in READER_KINDS:
            owe(reader.pk, kind, now)
    ask(readers[0].pk, "citrine@example.net", now, lambda reader, kind: bool(owe(reader, kind, now)))
    owe(make("dora@example.com", "pending").pk, Kind.CONFIRM, now)
    gone = make("emil@example.com", "active", confirmed_at=now)
    unsubscribe(gone.pk, ConsentEvent.How.PAGE, now)
    owe(gone.pk, Kind.GOODBYE, now)
    Subscriber.objects.filter(status="active").update(next_digest_at=now)
    morning(now)
    box: dict[str, list[StoredMail]] = {}
    for mail in read_mailbox():
        box.setdefault(mail.to, []).append(mail)
    return box


def make(email: str, status: str, **fields: Any) -> Subscriber:
    return Subscriber.objects.create(email=email, address_hash=address_hash(email), status=status, **fields)


def links(mail: StoredMail) -> set[str]:
    """Every link of a mail that leads to us, as paths, from both parts and from the header."""
    found = {unescape(link) for link in HREF.findall(mail.html)}
    found |= set(LINK.findall(mail.text)) | set(LINK.findall(mail.headers["List-Unsubscribe"]))
    return {link.removeprefix(SITE) or "/" for link in found if link.startswith(SITE)}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def owner(path: str) -> int | None:
    """Whose private page a path is, None for a public one."""
    parts = urlsplit(path).path.removeprefix("/en").split("/")
    purpose = PRIVATE.get(parts[1]) if len(parts) > 2 else None
    return read(Purpose(purpose), parts[2]).subscriber_id if purpose else None


def test_every_kind_of_mail_was_written(mails) -> None:
    kinds = {kind for kind in Kind if kind not in (Kind.CORRECTION, Kind.WEEKLY, Kind.NOTE)}
    assert set(Delivery.objects.filter(status="sent").values_list("kind", flat=True)) == kinds
    assert {to: len(got) for to, got in mails.items()} == {
        "ada@example.com": 7,
        "bella@example.org": 6,
        "citrine@example.net": 1,
        "dora@example.com": 1,
        "emil@example.com": 1,
    }


def test_a_scanner_that_opens_every_link_three_times_changes_no_row(mails, client) -> None:
    paths = {path for got in mails.values() for mail in got for path in links(mail)}
    purposes = {PRIVATE.get(path.removeprefix("/en").split("/")[1]) for path in paths} - {None}
    assert purposes >= set(Purpose) - {Purpose.ISSUE}
    before = everything()
    for path in sorted(paths):
        for _time in range(3):
            for fetch in (client.get, client.head):
                assert fetch(path).status_code == 200, path
    assert everything() == before


def crawl(client, start: set[str]) -> dict[str, str]:
    """The pages reached from `start`, each once; questions of the archive's filters are left out."""
    waiting, pages = sorted(start), {}
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        answer = client.get(path)
        body = b"".join(answer) if answer.streaming else answer.content
        pages[path] = body.decode(errors="replace")
        if "html" not in answer["Content-Type"]:
            continue
        for href in map(unescape, HREF.findall(pages[path])):
            link = href.removeprefix(SITE).partition("#")[0]
            if link.startswith("/") and "?" not in link and not link.startswith("/static/"):
                waiting.append(link)
    return pages


@pytest.mark.parametrize("address", ["ada@example.com", "bella@example.org", "dora@example.com"])
def test_with_one_readers_tokens_nothing_of_another_is_seen(mails, client, address: str) -> None:
    me = Subscriber.objects.get(email=address)
    start = {path for mail in mails[address] for path in links(mail)}
    before = everything()
    pages = crawl(client, start)
    assert everything() == before
    assert {owner(path) for path in pages} == {None, me.pk}
    others = Subscriber.objects.exclude(pk=me.pk)
    secrets = {reader.email.partition("@")[0] for reader in others}
    secrets |= {word for email, said in CHOICES.items() if email != address for word in said["keywords"]}
    for path, page in pages.items():
        assert not [secret for secret in secrets if secret in page], path
    if address in CHOICES:
        assert any(CHOICES[address]["keywords"][0] in page for page in pages.values())
        assert any("/export/" in path for path in pages)
