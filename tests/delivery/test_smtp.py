"""Many mails over one connection, and a fate for each."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.core.mail import EmailMessage

from newsletter.delivery.outcomes import Fate
from newsletter.delivery.sink import Faults, Sink
from newsletter.delivery.smtp import PipelinedBackend


def mails(count: int, body: str = "안녕하세요\r\n.\r\n..끝") -> list[EmailMessage]:
    return [
        EmailMessage(
            f"제목 {n}",
            body,
            "hello@jogan.example",
            [f"r{n}@example.com"],
            headers={"Message-ID": f"<{n}@x>"},
        )
        for n in range(count)
    ]


@contextmanager
def backend_for(port: int, timeout: float = 2) -> Iterator[PipelinedBackend]:
    with closing(PipelinedBackend(host="127.0.0.1", port=port, timeout=timeout)) as backend:
        yield backend


def fates(sink: Sink, count: int = 3, **faults: object) -> list[Fate]:
    with backend_for(sink.port) as backend:
        results = backend.carry(mails(count), lambda: True)
    return [result.fate for result in results]


@pytest.mark.parametrize("no_pipelining", [False, True], ids=["pipelined", "one by one"])
def test_every_mail_arrives_whole_and_once(no_pipelining: bool) -> None:
    with Sink(Faults(no_pipelining=no_pipelining), keep=9) as sink:
        assert fates(sink, 5) == [Fate.ACCEPTED] * 5
    assert [row["id"] for row in sink.accepted] == [f"{n}@x" for n in range(5)]
    assert sink.ledger.counts["connections"] == 1


def test_dots_at_the_start_of_a_line_survive() -> None:
    message = EmailMessage("dots", ".one\r\n..two\r\n.", "a@jogan.example", ["b@example.com"])
    message.encoding = "us-ascii"
    with Sink(keep=1) as sink:
        PipelinedBackend(host="127.0.0.1", port=sink.port).send_messages([message])
    assert b"\r\n..one\r\n...two\r\n..\r\n" in sink.ledger.kept[0]


@pytest.mark.parametrize("no_pipelining", [False, True], ids=["pipelined", "one by one"])
def test_a_dead_address_never_touches_its_neighbours(no_pipelining: bool) -> None:
    faults = Faults(dead_words=("r1@",), no_pipelining=no_pipelining)
    with Sink(faults) as sink, backend_for(sink.port) as backend:
        results = backend.carry(mails(4), lambda: True)
    assert [r.fate for r in results] == [Fate.ACCEPTED, Fate.REFUSED, Fate.ACCEPTED, Fate.ACCEPTED]
    assert results[1].reason == "address"
    assert "@" not in results[1].detail
    assert [row["to"] for row in sink.accepted] == ["r0@example.com", "r2@example.com", "r3@example.com"]


def test_a_temporary_refusal_is_deferred() -> None:
    with Sink(Faults(temporary=1.0)) as sink:
        assert fates(sink) == [Fate.DEFERRED] * 3


def test_a_refusal_after_the_body_is_final() -> None:
    with Sink(Faults(refused_content=1.0)) as sink:
        assert fates(sink) == [Fate.REFUSED] * 3


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_a_dropped_line_loses_one_answer_and_sends_nothing_more(fault: str) -> None:
    with Sink(Faults(**{fault: 1.0})) as sink:
        assert fates(sink) == [Fate.LOST, Fate.UNSENT, Fate.UNSENT]


def test_a_server_that_stalls_beyond_the_timeout_loses_the_answer() -> None:
    faults = Faults(stall=1.0, stall_seconds=1.0)
    with Sink(faults) as sink, backend_for(sink.port, timeout=0.2) as backend:
        results = backend.carry(mails(2), lambda: True)
    assert [r.fate for r in results] == [Fate.LOST, Fate.UNSENT]


def test_a_dead_server_takes_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    backend = PipelinedBackend(host="127.0.0.1", port=port, timeout=1)
    results = backend.carry(mails(2), lambda: True)
    assert {(r.fate, r.reason) for r in results} == {(Fate.UNSENT, "provider_down")}


@pytest.mark.parametrize("greeting", [b"", b"554 go away\r\n", b"421 too busy\r\n", b"\x00\xff garbage\r\n"])
def test_a_server_that_greets_badly_takes_nothing(greeting: bytes) -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        for _try in range(2):
            try:
                line, _address = server.accept()
            except OSError:
                return
            line.sendall(greeting)
            line.close()

    thread = threading.Thread(target=greet, daemon=True)
    thread.start()
    backend = PipelinedBackend(host="127.0.0.1", port=server.getsockname()[1], timeout=1)
    results = backend.carry(mails(2), lambda: True)
    server.close()
    assert {r.reason for r in results} == {"provider_down"}
    assert not any(r.fate in (Fate.LOST, Fate.ACCEPTED, Fate.REFUSED) for r in results)


def test_a_kept_connection_that_the_server_closed_is_opened_again() -> None:
    with Sink() as sink, backend_for(sink.port) as backend:
        backend.carry(mails(1), lambda: True)
        backend._wire().shutdown(socket.SHUT_RDWR)
        results = backend.carry(mails(2), lambda: True)
    assert [r.fate for r in results] == [Fate.ACCEPTED] * 2


def test_nothing_leaves_once_the_process_slept() -> None:
    answers = iter([True, False, False])
    with Sink() as sink, backend_for(sink.port) as backend:
        results = backend.carry(mails(3), lambda: next(answers))
    assert [r.fate for r in results] == [Fate.ACCEPTED, Fate.UNSENT, Fate.UNSENT]
    assert results[1].reason == "slept"
    assert len(sink.accepted) == 1


def test_djangos_own_interface_raises_for_a_refusal() -> None:
    with Sink(Faults(dead_words=("r0@",))) as sink:
        with backend_for(sink.port) as backend, pytest.raises(Exception, match="address"):
            backend.send_messages(mails(1))
        assert (
            PipelinedBackend(host="127.0.0.1", port=sink.port, fail_silently=True).send_messages(mails(2))
            == 1
        )


def test_a_line_break_in_an_address_is_refused_before_anything_is_sent() -> None:
    message = EmailMessage("x", "x", "a@jogan.example", ["b@example.com\r\nRCPT TO:<c@example.com>"])
    with (
        Sink() as sink,
        backend_for(sink.port) as backend,
        pytest.raises(ValueError, match=r"(?i)line|newline|address|invalid"),
    ):
        backend.carry([message], lambda: True)
    assert not sink.accepted
