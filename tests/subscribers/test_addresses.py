import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.addresses import BadAddress, address_hash, domain_of, normalise


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ada@example.com", "ada@example.com"),
        ("\u3000 Ada.Kim+news@Example.COM \t", "ada.kim+news@example.com"),
        ("o'neil@example.co.kr", "o'neil@example.co.kr"),
        ("a@신문.kr", "a@xn--6q8bt9e.kr"),
        ("a@xn--6q8bt9e.kr", "a@xn--6q8bt9e.kr"),
        ("1@example.museum", "1@example.museum"),
    ],
)
def test_one_spelling_per_address(raw, expected):
    if "신문" in raw or "xn--" in raw:
        expected = "a@" + "신문".encode("idna").decode() + ".kr"
        raw = raw if "신문" in raw else expected
    assert normalise(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "   ",
        "reader.example.com",
        "@example.com",
        "ada@",
        "ada@localhost",
        "ada@@example.com",
        "ada@example..com",
        ".ada@example.com",
        "ada.@example.com",
        "a..b@example.com",
        '"ada b"@example.com',
        '"><script>"@b.kr',
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada(comment)@example.com",
        "Ada <ada@example.com>",
        "ada@example.com,bob@example.com",
        "ada@example.com\r\nBcc: bob@example.com",
        "ada\x00@example.com",
        "ada@example.com\r\n",
        "\nada@example.com",
        "ada@exam\u200bple.com",
        "=?utf-8?q?ada?=@example.com",
        "ada%example.org@example.com",
        "example.org!ada@example.com",
        "|/bin/sh@example.com",
        "/dev/null@example.com",
        "조간@example.com",
        "ada@example.invalid",
        "ada@example.test",
        "a" * 65 + "@example.com",
        "a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + "." + "f" * 20 + ".com",
        "x" * 1_000_000,
        "x" * 500_000 + "@example.com",
    ],
    ids=lambda raw: raw[:30],
)
def test_what_we_do_not_write_to(raw):
    with pytest.raises(BadAddress) as refused:
        normalise(raw)
    assert str(refused.value)


def test_the_message_is_in_the_words_of_who_typed():
    with override("ko"), pytest.raises(BadAddress, match="@가 없습니다"):
        normalise("reader.example.com")
    with override("en"), pytest.raises(BadAddress, match="has no @"):
        normalise("reader.example.com")


@given(st.text(max_size=400))
def test_any_text_is_an_address_or_a_bad_address(text):
    try:
        address = normalise(text)
    except BadAddress:
        return
    assert normalise(address) == address
    assert address.isascii()
    assert "\n" not in address
    assert len(address) <= 254


def test_the_hash_needs_the_key(settings):
    settings.ADDRESS_HASH_KEY = "one"
    first = address_hash("ada@example.com")
    assert first == address_hash("ADA@example.com")
    assert len(first) == 64
    settings.ADDRESS_HASH_KEY = "two"
    assert address_hash("ada@example.com") != first


def test_the_domain_is_what_follows_the_at():
    assert domain_of("ada@example.com") == "example.com"
