"""Korean grammar that templates and summaries need: particles that fit the word before them."""

import re

_CLOSERS = " \n\t\"'”’»」』】〉》>)]}.,!?…"
# No particle depends on more than the last word.
_LOOKED_AT = 80
_BRACKETED = re.compile(r"\s*[(\[（][^()\[\]（）]*[)\]）]$")
_HANGUL_FIRST, _HANGUL_LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8

# How the last digit is read: 영 일 이 삼 사 오 육 칠 팔 구; 2 = ends in ㄹ, 1 = another final, 0 = none.
_DIGITS = {"0": 1, "1": 2, "2": 0, "3": 1, "4": 0, "5": 0, "6": 1, "7": 2, "8": 2, "9": 0}
# How a letter is named: 엘 엠 엔 알 end in a consonant, the others in a vowel.
_LETTERS = {"l": 2, "m": 1, "n": 1, "r": 2}
# Endings of English words as Korean writes them: (ending, final). First match wins.
_ENDINGS = (
    (re.compile(r"(?:[^aeiou]le|l)$"), 2),  # Google 구글, Intel 인텔
    (re.compile(r"(?:m|n|ng)e?$"), 1),  # Amazon 아마존, Samsung 삼성, Chrome 크롬
    (re.compile(r"(?:ck|[^aeiou]?[aeiou][ckpt]|[aeiou]{2}[ckp])$"), 1),  # Slack 슬랙, Copilot 코파일럿
)
_PAIRS = {
    frozenset(pair): pair
    for pair in (
        ("이", "가"),
        ("은", "는"),
        ("을", "를"),
        ("과", "와"),
        ("으로", "로"),
        ("이에요", "예요"),
        ("이나", "나"),
        ("이란", "란"),
        ("이라", "라"),
        ("이라고", "라고"),
        ("아", "야"),
    )
}


def josa(word: str, pair: str) -> str:
    """The word with the particle of `pair` that fits its last sound: `josa("가온", "이/가")` is "가온이".

    `pair` is written "이/가" in either order; the particle follows closing quotes and brackets but is
    chosen by the sound before them. Digits and Latin letters are read as Korean reads them. Raises
    ValueError for a pair without a slash.
    """
    one, slash, other = pair.partition("/")
    if not slash:
        raise ValueError(f"not a pair of particles: {pair!r}")
    closed, opened = _PAIRS.get(frozenset((one, other)), (one, other))
    final = _final(word)
    if closed == "으로" and final == 2:
        return word + opened
    return word + (closed if final else opened)


def _final(word: str) -> int:
    """The last sound of `word`: 0 a vowel, 1 a consonant, 2 the consonant ㄹ."""
    word = word.rstrip()[-_LOOKED_AT:]
    if word.endswith(("%", "％")):
        return 0  # 퍼센트
    bare = _BRACKETED.sub("", word).rstrip(_CLOSERS) or word.rstrip(_CLOSERS)
    if not bare:
        return 0
    last = bare[-1]
    if _HANGUL_FIRST <= ord(last) <= _HANGUL_LAST:
        final = (ord(last) - _HANGUL_FIRST) % _FINALS
        return 2 if final == _RIEUL else int(final > 0)
    if last.isascii() and last.isdigit():
        return _final_of_number(bare)
    return _final_of_latin(bare)


def _final_of_number(text: str) -> int:
    if last := _DIGITS[text[-1]]:
        zeros = len(text) - len(text.rstrip("0"))
        # 십 백 천 만 십만 … all end in a consonant, and so does 영; 조 (10^12) does not.
        return 0 if zeros >= 12 else last
    return last


def _final_of_latin(text: str) -> int:
    match = re.search(r"[A-Za-z]+$", text)
    if not match:
        return 0
    word = match.group()
    # Capitals are spelled out: LLM 엘엘엠, GPT 지피티; so is a single letter.
    if len(word) == 1 or word[-2:].isupper():
        return _LETTERS.get(word[-1].lower(), 0)
    lowered = word.lower()
    for ending, final in _ENDINGS:
        if ending.search(lowered):
            return final
    return 0
