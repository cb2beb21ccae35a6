"""Addresses: one form, one key, and which may be shown."""
# ruff: noqa: E501 - a case reads best in one line

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.urls import canonical_url, normal_host, safe_link, url_key

SAME = [
    ("https://www.example.com/news/articleView.html?idxno=205133", "https://WWW.Example.com:443/news/articleView.html?utm_source=rss&idxno=205133#top"),
    ("https://example.com/a?b=2&a=1", "https://example.com/a?b=2&fbclid=x&a=1&gclid=y"),
    ("https://n.news.naver.com/article/421/0008682440", "https://news.naver.com/main/read.naver?mode=LSD&oid=421&aid=0008682440"),
    ("https://n.news.naver.com/article/421/0008682440", "https://n.news.naver.com/mnews/article/421/0008682440?sid=105"),
    ("https://n.news.naver.com/article/421/0008682440", "http://m.news.naver.com/read.nhn?oid=421&aid=0008682440&sid1=100"),
    ("https://example.com/%EA%B0%80~", "https://example.com/가%7E"),
    ("https://example.com/", "https://example.com"),
    ("https://xn--3e0b707e.com/", "https://한국.com/"),
    ("https://example.com/a", "https://example.com/a?ref=rss"),
]  # fmt: skip


@pytest.mark.parametrize(("canonical", "written"), SAME)
def test_one_page_has_one_form(canonical: str, written: str) -> None:
    assert canonical_url(written) == canonical
    assert url_key(written) == url_key(canonical)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/articleView.html?idxno=1", "https://example.com/articleView.html?idxno=2"),
        ("https://example.com/a?ref=v2", "https://example.com/a"),
        ("https://example.com/a?x=1&y=2", "https://example.com/a?y=2&x=1"),
        ("https://example.com/A", "https://example.com/a"),
    ],
)
def test_other_pages_have_other_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_the_key_is_the_same_for_http_and_www() -> None:
    assert len({url_key(url) for url in ("http://example.com/a", "https://www.example.com/a/", "https://example.com/a")}) == 1  # fmt: skip


@given(st.text(max_size=120))
def test_the_canonical_form_is_stable(text: str) -> None:
    for url in (text, f"https://example.com/{text}"):
        assert canonical_url(canonical_url(url)) == canonical_url(url)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        (" http://example.com/가 ", "http://example.com/%EA%B0%80"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://example.com/?q=<b>", ""),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("java\tscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("vbscript:x", ""),
        ("//example.com/", ""),
        ("/a", ""),
        ("ftp://example.com/", ""),
        ("https://user@example.com/", ""),
        ("https://user:pass@example.com/", ""),
        ("https://example.com\\@evil.example/", ""),
        ("https:\\\\example.com/", ""),
        ("https://example.com/\nx", ""),
        ("https://example.com/\x00", ""),
        ("https://example.com/\u202egpj.exe", ""),
        ('https://example.com/"onclick="', ""),
        ("https://example.com:99999/", ""),
        ("https://", ""),
        ("https:///a", ""),
        ("https://exa mple.com/", ""),
        ("https://[::1/", ""),
        ("https://example.com/" + "a" * 2000, ""),
        ("", ""),
    ],
)
def test_only_a_plain_http_address_may_be_shown(url: str, link: str) -> None:
    assert safe_link(url) == link


@given(st.text(max_size=200))
def test_a_safe_link_is_ascii_without_quotes_and_safe_again(text: str) -> None:
    for url in (text, f"https://example.com/{text}"):
        link = safe_link(url)
        assert link.isascii()
        assert not set(link) & set("\"<>\\ \n\r\t'")
        assert safe_link(link) == link


def test_a_host_is_lower_case_ascii() -> None:
    assert [normal_host(url) for url in ("HTTPS://Example.COM./a", "example.com", "http://한국.com", "http://[::1]/", "http://[")] == ["example.com", "example.com", "xn--3e0b707e.com", "::1", ""]  # fmt: skip
