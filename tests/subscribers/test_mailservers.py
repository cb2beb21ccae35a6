"""Domains that take no mail, asked of a name server on loopback."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from newsletter.subscribers import mailservers
from newsletter.subscribers.mailservers import dead_domains, forget_domains, takes_mail
from newsletter.subscribers.models import MailDomain

MX = {"good.example.": ["10 mx.good.example."], "null.example.": ["0 ."], "a-only.example.": []}


class Zone(socketserver.BaseRequestHandler):
    """Answers MX questions out of the table above; "silent." never, "broken." with SERVFAIL."""

    def handle(self) -> None:
        data, sock = self.request
        query = dns.message.from_wire(data)
        name = str(query.question[0].name)
        answer = dns.message.make_response(query)
        if name == "silent.example.":
            return
        if name == "broken.example.":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name not in MX:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif MX[name]:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "MX", *MX[name]))
        sock.sendto(answer.to_wire(), self.client_address)


@pytest.fixture(scope="module")
def resolver() -> Iterator[dns.resolver.Resolver]:
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Zone) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], server.server_address[1]
        yield made
        server.shutdown()


@pytest.mark.parametrize(
    ("domain", "takes"),
    [
        ("good.example", True),
        ("a-only.example", True),
        ("null.example", False),
        ("gone.example", False),
        ("broken.example", None),
        ("silent.example", None),
        ("a..b", None),
        (f"{'a' * 64}.example", None),
    ],
)
def test_only_a_certain_no_counts(
    resolver: dns.resolver.Resolver, domain: str, takes: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailservers, "ANSWER_SECONDS", 0.3)
    assert takes_mail(domain, resolver) is takes


def test_a_machine_without_resolver_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> dns.resolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(mailservers, "system_resolver", none)
    assert takes_mail("good.example") is None


@pytest.mark.django_db
@pytest.mark.parametrize(("takes", "hours"), [(True, 7 * 24), (False, 12), (None, 1 / 6)])
def test_an_answer_is_kept_for_its_time(now: datetime, takes: bool | None, hours: float) -> None:
    asked: list[str] = []

    def ask(domain: str) -> bool | None:
        asked.append(domain)
        return takes

    expected = {"one.example"} if takes is False else set()
    for moment in (now, now + timedelta(hours=hours, seconds=-1)):
        assert dead_domains({"one.example"}, moment, ask) == expected
    assert asked == ["one.example"]
    dead_domains({"one.example", "two.example"}, now + timedelta(hours=hours), ask)
    assert sorted(asked) == ["one.example", "one.example", "two.example"]
    assert MailDomain.objects.count() == 2
    assert forget_domains(now + timedelta(days=30)) == 2
