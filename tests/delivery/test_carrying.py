"""Mails through an ESP's API, as a stub on loopback plays it: every answer, and none."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from django.core.mail import EmailMessage

from digests.editions.models import Digest
from newsletter.delivery import messages
from newsletter.delivery.carrying import carry, name_of, open_backend
from newsletter.delivery.messages import Mail, Recipient
from newsletter.delivery.models import Delivery
from newsletter.delivery.outcomes import Fate, Outcome
from newsletter.delivery.planning import plan
from newsletter.delivery.sending import send_owed
from tests.delivery.conftest import make_readers

pytestmark = pytest.mark.django_db


class Stub(BaseHTTPRequestHandler):
    """Postmark's /email, giving the answers it was told to."""

    answers: ClassVar[list[tuple[int | None, object, dict[str, str]]]] = []
    seen: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Stub.seen.append(body)
        accepted = {"To": body["To"], "MessageID": f"pm-{len(Stub.seen)}", "ErrorCode": 0, "Message": "OK"}
        status, said, headers = Stub.answers.pop(0) if Stub.answers else (200, accepted, {})
        if status is None:
            self.connection.close()
            return
        data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def esp(settings) -> Iterator[type[Stub]]:
    Stub.answers.clear()
    Stub.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "x",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
        "REQUESTS_TIMEOUT": 2,
    }
    yield Stub
    server.shutdown()
    server.server_close()
    thread.join()


def mails(digest: Digest, now: datetime, count: int) -> list[Mail]:
    content = messages.digest_content(digest.key, 0)
    return [
        Mail(content, Recipient(n + 1, "digest", n + 1, f"r{n}@example.com", "ko", 1), now)
        for n in range(count)
    ]


def outcomes(digest: Digest, now: datetime, count: int = 1) -> list[Outcome]:
    backend = open_backend()
    try:
        return carry(backend, mails(digest, now, count), lambda: True)
    finally:
        backend.close()


def test_each_reader_is_a_call_of_its_own_that_carries_our_id(
    esp: type[Stub], digest: Digest, now: datetime
) -> None:
    found = outcomes(digest, now, 3)
    assert [o.fate for o in found] == [Fate.ACCEPTED] * 3
    assert [o.provider_id for o in found] == ["pm-1", "pm-2", "pm-3"]
    assert [call["To"] for call in esp.seen] == [f"r{n}@example.com" for n in range(3)]
    assert [call["Metadata"]["delivery"] for call in esp.seen] == ["1", "2", "3"]
    assert all(call["TrackOpens"] is False and call["TrackLinks"] == "None" for call in esp.seen)
    headers = {header["Name"]: header["Value"] for header in esp.seen[0]["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "누리랩" in esp.seen[0]["HtmlBody"]


def refused(address: str) -> dict[str, object]:
    said = f"You tried to send to an inactive recipient. Found inactive addresses: {address}."
    return {
        "ErrorCode": 406,
        "Message": f"{said} Inactive recipients are ones that have generated a hard bounce.",
    }


@pytest.mark.parametrize(
    ("answer", "fate", "reason"),
    [
        pytest.param((429, {}, {"Retry-After": "120"}), Fate.DEFERRED, "throttled", id="too many"),
        pytest.param((401, {}, {}), Fate.DEFERRED, "provider_down", id="our key is wrong"),
        pytest.param((413, {}, {}), Fate.REFUSED, "content", id="too large"),
        pytest.param((500, {}, {}), Fate.LOST, "lost_answer", id="a broken server"),
        pytest.param((502, "<html>", {}), Fate.LOST, "lost_answer", id="a broken gateway"),
        pytest.param((200, "not json", {}), Fate.LOST, "lost_answer", id="nonsense"),
        pytest.param((None, "", {}), Fate.LOST, "lost_answer", id="no answer"),
        pytest.param(
            (200, refused("r0@example.com"), {}), Fate.REFUSED, "address", id="a refusal inside a 200"
        ),
    ],
)
def test_every_answer_has_its_meaning(
    esp: type[Stub],
    digest: Digest,
    now: datetime,
    answer: tuple[int, object, dict[str, str]],
    fate: Fate,
    reason: str,
) -> None:
    esp.answers.append(answer)
    [found] = outcomes(digest, now)
    assert (found.fate, found.reason) == (fate, reason)
    assert "@" not in found.detail
    assert found.retry_after == (120.0 if reason == "throttled" else None)


def test_an_esp_that_cannot_be_reached_took_nothing(digest: Digest, now: datetime, settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "x", "POSTMARK_API_URL": "http://127.0.0.1:9/"}
    found = outcomes(digest, now, 2)
    assert [o.fate for o in found] == [Fate.UNSENT, Fate.UNSENT]


def test_one_bad_address_never_sends_its_neighbours_again(esp: type[Stub], edition, now: datetime) -> None:
    make_readers(4, now)
    plan(now)
    esp.answers += [(200, refused("reader0@example.com"), {}), (429, {}, {})]
    done = send_owed("one", lambda: now)
    assert (done.sent, done.failed, done.deferred) == (2, 1, 1)
    send_owed("one", lambda: now)
    assert len(esp.seen) == 4
    assert Delivery.objects.filter(status="sent", provider="postmark").exclude(provider_id="").count() == 2


def test_a_mail_for_two_people_is_refused() -> None:
    both = EmailMessage("x", "x", "a@jogan.example", ["b@example.com", "c@example.com"])
    with pytest.raises(ValueError, match="exactly one"):
        carry(open_backend(), [both], lambda: True)  # type: ignore[list-item]


def test_a_provider_is_known_by_its_short_name(settings) -> None:
    settings.EMAIL_BACKEND = "newsletter.delivery.mailbox.MailboxBackend"
    assert name_of(open_backend()) == "mailbox"
