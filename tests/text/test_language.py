"""Which language a text is read as."""

import pytest

from digests.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("가온이 누리 2를 냈다", "ko"),
        ("SKT, A.X K1 공개", "ko"),
        ("OpenAI GPT-5 API, 드디어 나왔다", "ko"),
        ("Gaon releases Nuri 2", "en"),
        ("The company said it will open 가온 next year, after a long wait for users", "en"),
        ("GPT-5", "en"),
        ("ガオンが新しいモデルを発表した", "xx"),
        ("高文发布新模型", "xx"),
        ("Das Unternehmen hat ein neues Modell vorgestellt und die Preise gesenkt", "xx"),
        ("L'entreprise a présenté un nouveau modèle pour les développeurs", "xx"),
        ("", "xx"),
        ("12345 !!!", "xx"),
        ("https://example.com/the/of/and", "xx"),
    ],
)
def test_a_text_is_told_by_its_letters_and_small_words(text: str, language: str) -> None:
    assert detect_language(text) == language
