"""Which of the readers' languages a text is written in."""

import re

# A headline or a lead says enough; counting a whole article says no more.
_SAMPLE = 4000
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_KANA = re.compile("[\u3040-\u30ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile("[a-z\u00df-\u024f]+(?:'[a-z]+)?")
_WEB_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+", re.IGNORECASE)

# A Korean headline may be mostly Latin names ("SKT, A.X K1 공개"): one Hangul letter in ten is enough.
# An English text that quotes a Korean name stays under it.
_KOREAN_SHARE = 0.10

_ENGLISH_NAMES = """
the of and to in a is for that on with as are be it by at from this an or was will has have not its
new how why what your you we our more can their they after over into says said about but
"""
_ENGLISH = frozenset(_ENGLISH_NAMES.split())
_FOREIGN_WORDS = {
    "de": "der die das und nicht mit ein eine ist für auf den von zu dem im wird sich auch bei",
    "fr": "le la les des et une est pour dans que qui sur avec par pas au du ce cette sont",
    "es": "el la los las de que y en un una por con para es del se su al como más",
    "pt": "o os as de que e em um uma por com para é do da se não ao como mais",
    "it": "il lo gli di che e un una per con non è del della si sono come più anche",
    "nl": "de het een en van is dat op te zijn met voor niet aan er ook als",
}
_FOREIGN = [frozenset(words.split()) for words in _FOREIGN_WORDS.values()]


def detect_language(text: str) -> str:
    """The language of `text`: "ko", "en", or "xx" for any other or none.

    Counts letters by script, so that a text of two languages is told by the one a reader needs;
    Latin text counts as English unless the small words of another language outnumber the English.
    """
    sample = _WEB_ADDRESS.sub(" ", text[:_SAMPLE])
    letters = len(_LETTER.findall(sample))
    if not letters:
        return "xx"
    hangul = len(_HANGUL.findall(sample))
    kana = len(_KANA.findall(sample))
    if hangul >= letters * _KOREAN_SHARE and hangul > kana:
        return "ko"
    if len(_LATIN.findall(sample)) < letters * 0.5:
        return "xx"
    return "en" if _reads_as_english(sample) else "xx"


def _reads_as_english(sample: str) -> bool:
    words = _WORD.findall(sample.lower())
    english = sum(word in _ENGLISH for word in words)
    foreign = max(sum(word in small for word in words) for small in _FOREIGN)
    if foreign == english == 0:
        accents = sum(any(letter > "\u00bf" for letter in word) for word in words)
        return accents * 4 <= len(words)
    return english >= foreign
