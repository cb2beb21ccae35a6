"""The local mailbox: mails as their readers see them, under rules that keep them harmless."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from newsletter.delivery.mailbox import read_mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def public(settings) -> None:
    settings.MAILBOX_PUBLIC = True


def send(subject: str, markup: str = "", text: str = "글자") -> str:
    mail = EmailMultiAlternatives(
        subject,
        text,
        to=["ada@example.com"],
        headers={"List-Unsubscribe": "<http://127.0.0.1:8000/u/token/>"},
        connection=get_connection("newsletter.delivery.mailbox.MailboxBackend"),
    )
    if markup:
        mail.attach_alternative(markup, "text/html")
    mail.send()
    return read_mailbox()[0].name


def test_an_empty_mailbox_says_so(client: Client) -> None:
    assert "아직 보낸 메일이 없습니다" in client.get("/mailbox/").content.decode()


def test_mails_are_listed_newest_first(client: Client) -> None:
    send("첫 메일")
    send("다음 메일")
    page = client.get("/mailbox/").content.decode()
    assert page.index("다음 메일") < page.index("첫 메일")


def test_a_mail_shows_its_headers_and_a_frame_that_cannot_run_anything(client: Client) -> None:
    name = send("제목", "<html><head></head><body><p style='color:red'>안녕</p></body></html>")
    page = client.get(f"/mailbox/{name}/").content.decode()
    assert "&lt;http://127.0.0.1:8000/u/token/&gt;" in page
    assert f'src="/mailbox/{name}/html/"' in page
    assert 'sandbox="allow-top-navigation-by-user-activation allow-popups"' in page


def test_the_frame_has_rules_of_its_own_and_its_links_open_in_the_window(client: Client) -> None:
    name = send(
        "제목", "<html><HEAD lang=ko></HEAD><body><a href='http://127.0.0.1:8000/u/t/'>x</a></body></html>"
    )
    answer = client.get(f"/mailbox/{name}/html/")
    rules = answer["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "style-src 'unsafe-inline'" in rules
    assert "sandbox allow-top-navigation-by-user-activation allow-popups" in rules
    assert "script" not in rules
    assert '<HEAD lang=ko><base target="_top">' in answer.content.decode()


def test_the_text_part_has_a_tab(client: Client) -> None:
    name = send("제목", "<p>안녕</p>", "본문 http://127.0.0.1:8000/u/t/ <b>")
    page = client.get(f"/mailbox/{name}/", {"part": "text"}).content.decode()
    assert '<a href="http://127.0.0.1:8000/u/t/"' in page
    assert "&lt;b&gt;" in page
    assert "<iframe" not in page


def test_a_mail_of_text_alone_is_shown_as_text(client: Client) -> None:
    name = send("제목")
    assert "<pre>글자" in client.get(f"/mailbox/{name}/").content.decode()
    assert client.get(f"/mailbox/{name}/html/").status_code == 404


@pytest.mark.parametrize("name", ["unknown.eml", "..%2f..%2fsecret.key", "%00", "a" * 300])
def test_only_stored_mails_have_pages(client: Client, name: str) -> None:
    assert client.get(f"/mailbox/{name}/").status_code == 404


def test_a_service_that_sends_for_real_shows_no_mail(client: Client, settings) -> None:
    name = send("제목", "<p>안녕</p>")
    settings.MAILBOX_PUBLIC = False
    for path in ("/mailbox/", f"/mailbox/{name}/", f"/mailbox/{name}/html/"):
        assert client.get(path).status_code == 404
    assert "/mailbox/" not in client.get("/about/").content.decode()
