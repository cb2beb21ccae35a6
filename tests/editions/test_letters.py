"""The service's other mails, in the same hand, in both languages."""

import pytest

from digests.editions.linting_mail import lint_mail
from digests.editions.rendering import render_letter
from digests.editions.rendering_letters import ACTIONS
from tests.editions.press import CUTOFF, frozen_edition

LETTERS = ["confirm", "welcome", "already", "link", "goodbye", "renewal", "correction", "move", "erase"]
CONTEXT = {
    "site_url": "https://elsewhere.example",
    "confirm_url": "https://jogan.example/confirm/TOKEN/",
    "preferences_url": "https://jogan.example/p/TOKEN/",
    "unsubscribe_url": "https://jogan.example/u/TOKEN/",
    "undo_url": "https://jogan.example/u/TOKEN/?undo",
    "move_url": "https://jogan.example/m/TOKEN/",
    "erase_url": "https://jogan.example/e/TOKEN/",
    "hour": 7,
    "zone": "Asia/Seoul",
    "reason_line": "ada@example.com <ada> 님이 신청하셔서 보냅니다.",
    "headlines": [{"title": "은빛소자 <칩> 양산", "url": "https://jogan.example/2026-01-05/a4/"}],
    "corrections": [
        {
            "headline": "은빛소자, 칩 양산",
            "note": "‘3분기’를 ‘4분기’로 바로잡습니다.",
            "url": "https://jogan.example/2026-01-05/a4/",
        }
    ],
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_passes_the_linter(letter, language):
    mail = render_letter(letter, language, CONTEXT)
    assert lint_mail(mail.html, mail.text, mail.subject, is_letter=True) == []
    assert len(mail.html.encode()) < 12_000


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("letter", sorted(ACTIONS))
def test_a_letters_button_leads_where_it_says_in_both_parts(letter, language):
    mail = render_letter(letter, language, CONTEXT)
    url = next(CONTEXT[name] for name in ACTIONS[letter] if name in CONTEXT)
    assert mail.html.count(f'href="{url}"') >= 2
    assert url in mail.text


@pytest.mark.parametrize("letter", LETTERS)
def test_no_letter_is_left_in_english(letter):
    mail = render_letter(letter, "ko", CONTEXT)
    for line in [mail.subject, *mail.text.split("\n-- ")[0].splitlines()]:
        if line and not line.startswith("http"):
            assert any("가" <= letter <= "힣" for letter in line), line


def test_a_letter_says_the_hour_and_the_place():
    assert "매일 오전 7시(서울)에" in render_letter("confirm", "ko", CONTEXT).text
    assert "every day at 7 am (Seoul)" in render_letter("confirm", "en", CONTEXT).text
    bare = {"confirm_url": CONTEXT["confirm_url"]}
    assert "매일 아침" in render_letter("confirm", "ko", bare).text


def test_what_comes_from_outside_is_escaped_in_html_and_plain_in_text():
    mail = render_letter("welcome", "ko", CONTEXT)
    assert "&lt;칩&gt;" in mail.html
    assert "은빛소자 <칩> 양산" in mail.text
    assert "ada@example.com <ada>" in mail.text


@pytest.mark.parametrize("letter", ["confirm", "goodbye", "move", "erase", "link"])
def test_people_who_are_not_subscribed_are_not_asked_to_unsubscribe(letter):
    assert "수신 거부" not in render_letter(letter, "ko", CONTEXT).html


@pytest.mark.django_db
def test_a_welcome_shows_the_latest_edition(settings):
    settings.EDITION_CUTOFFS = (CUTOFF,)
    context = {name: value for name, value in CONTEXT.items() if name != "headlines"}
    assert "솔바람연구소" not in render_letter("welcome", "ko", context).text
    frozen_edition()
    mail = render_letter("welcome", "ko", context)
    assert "솔바람연구소, 3,200억" in mail.text
    assert "/2026-01-05/a1/" in mail.text
