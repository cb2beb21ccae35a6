from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.links import BadLink, ExpiredLink, Purpose, make, read, url

NOW = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keys(settings):
    settings.SECRET_KEY = "present-key"
    settings.SECRET_KEY_FALLBACKS = ["former-key", "older-key"]


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_says_whose_it_is(purpose):
    claims = read(purpose, make(purpose, 4711, 3, digest=12, name="가"))
    assert (claims.subscriber_id, claims.version) == (4711, 3)
    assert (claims["digest"], claims["name"]) == (12, "가")


@pytest.mark.parametrize("made", Purpose)
@pytest.mark.parametrize("wanted", Purpose)
def test_a_token_of_one_purpose_never_works_for_another(made, wanted):
    if made == wanted:
        return
    token = make(made, 1, 1)
    with pytest.raises(BadLink):
        read(wanted, token)
    with pytest.raises(BadLink):
        read(wanted, wanted.letter + token[1:])


@pytest.mark.parametrize("purpose", Purpose)
def test_every_one_bit_flip_is_refused(purpose):
    token = make(purpose, 123456, 7, digest=9)
    for index, character in enumerate(token):
        for bit in range(8):
            forged = token[:index] + chr(ord(character) ^ (1 << bit)) + token[index + 1 :]
            with pytest.raises(BadLink):
                read(purpose, forged)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_truncation_and_addition_is_refused(purpose):
    token = make(purpose, 123456, 7)
    for length in range(len(token)):
        with pytest.raises(BadLink):
            read(purpose, token[:length])
        with pytest.raises(BadLink):
            read(purpose, token[length + 1 :])
    for more in ("=", ".", "A", "\n", token):
        with pytest.raises(BadLink):
            read(purpose, token + more)


@given(st.text(max_size=700))
def test_no_text_of_a_stranger_is_read_or_raises_anything_else(text):
    for purpose in Purpose:
        with pytest.raises(BadLink):
            read(purpose, text)


@given(st.integers(0, 2**62), st.integers(0, 2**31), st.sampled_from(list(Purpose)))
def test_any_reader_and_version_comes_back(subscriber_id, version, purpose):
    claims = read(purpose, make(purpose, subscriber_id, version))
    assert (claims.subscriber_id, claims.version) == (subscriber_id, version)


def test_links_signed_with_a_former_key_still_work(settings):
    settings.SECRET_KEY = "former-key"
    token = make(Purpose.PREFERENCES, 5, 1)
    settings.SECRET_KEY = "present-key"
    assert read(Purpose.PREFERENCES, token).subscriber_id == 5
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadLink):
        read(Purpose.PREFERENCES, token)


@pytest.mark.parametrize("purpose", [p for p in Purpose if p.lifetime])
def test_a_link_works_until_its_lifetime_is_over(purpose):
    with time_machine.travel(NOW, tick=False):
        token = make(purpose, 8, 2)
    assert purpose.lifetime
    assert read(purpose, token, NOW + purpose.lifetime).subscriber_id == 8
    with pytest.raises(ExpiredLink) as expired:
        read(purpose, token, NOW + purpose.lifetime + timedelta(seconds=1))
    assert expired.value.claims.subscriber_id == 8


def test_an_unsubscribe_link_never_expires_and_is_the_same_each_time():
    with time_machine.travel(NOW, tick=False):
        token = make(Purpose.UNSUBSCRIBE, 8, 2)
    assert token == make(Purpose.UNSUBSCRIBE, 8, 2)
    assert read(Purpose.UNSUBSCRIBE, token, NOW + timedelta(days=36500)).version == 2


def test_links_stand_in_the_readers_language(settings):
    settings.SITE_URL = "https://jogan.example"
    assert url(Purpose.UNSUBSCRIBE, "T") == "https://jogan.example/u/T/"
    assert url(Purpose.PREFERENCES, "T", "en") == "https://jogan.example/en/p/T/"


def test_an_unsubscribe_link_fits_one_header_line(settings):
    settings.SITE_URL = "https://newsletter.jogan.example"
    token = make(Purpose.UNSUBSCRIBE, 10**9, 99)
    assert len(f"List-Unsubscribe: <{url(Purpose.UNSUBSCRIBE, token, 'en')}>") < 998
    assert len(token) < 60


def test_a_negative_number_is_no_reader():
    with pytest.raises(ValueError, match="negative"):
        make(Purpose.CONFIRM, -1, 1)
