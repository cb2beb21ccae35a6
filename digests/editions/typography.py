"""Korean lines that break where a reader would break them, and text safe to show. Pure.

With `word-break: keep-all` a Korean line breaks at spaces only, but browsers still break after a
closing bracket, quote or per-cent sign that a particle follows (`60%|는`, `(MoE)|의`): those words
go into a span that does not wrap.
"""

import html
import re

from django.utils.safestring import SafeString, mark_safe

# U+F8F0 and U+F8F1 frame the slots of mail templates; no story may bring its own.
_INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\uf8f0\uf8f1]+"
)
_CLOSING = r"[%‰)\]’”'\"»」』》〉℃·]"
_PARTICLE = re.compile(rf"(?!·){_CLOSING}[가-힣]")
_TRAP = re.compile(rf"{_CLOSING}[가-힣]|[가-힣A-Za-z0-9]\(")
_TAIL = re.compile(rf"[^\s(\[‘“「『《〈]{{0,10}}{_CLOSING}+[가-힣]{{1,4}}")
_DOUBLE = re.compile(r'"([^"]*)"')
_SINGLE = re.compile(r"(?<![0-9A-Za-z가-힣'])'([^'\s](?:[^']|(?<=[A-Za-z])'(?=[a-z]))*)'(?![0-9A-Za-z'])")
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])'(?=[A-Za-z])")
_DOTS = re.compile(r"\.{3,}")
_WORD = re.compile(r"\S+")
# Text between two tags, and the words in it.
_TEXT = re.compile(r"(?<=>)[^<>]*[가-힣][^<>]*(?=</?(?:p|h1|a|strong|br)\b)")
_BETWEEN = re.compile(r"[^\s<>]+")
# A word that may not wrap must fit the narrowest phone (320 px holds about 16 Korean characters).
LONGEST = 14
# A last word this short would stand alone on its line.
WIDOW = 2


def visible(text: str) -> str:
    """`text` on one line, without characters that control instead of being read."""
    return " ".join(_INVISIBLE.sub(" ", text).split())


def curled(text: str) -> str:
    """`text` with the quotes and dots that print has: straight ones in pairs become curly, "..." becomes "…".

    A quote without its partner stays as it is, and an apostrophe is one.
    """
    if text.count('"') % 2 == 0:
        text = _DOUBLE.sub(r"“\1”", text)
    return _DOTS.sub("…", _APOSTROPHE.sub("’", _SINGLE.sub(r"‘\1’", text)))


def escape(text: str) -> str:
    """`text` for HTML, in and out of attributes; newlines and controls removed."""
    return html.escape(visible(text), quote=True)


def traps(text: str) -> list[str]:
    """The words of `text` that a browser would break before a particle."""
    return [word for word in _WORD.findall(text) if _PARTICLE.search(word)]


def typeset(text: str) -> SafeString:
    """`text` escaped, its breakable words each in `<span class="nb">`; for mails and pages alike."""
    words = [_word(word) for word in visible(text).split(" ")]
    if len(words) > 1 and len(words[-1]) <= WIDOW:
        words[-2:] = [f"{words[-2]}&nbsp;{words[-1]}"]
    return mark_safe(" ".join(words))  # noqa: S308 - every word went through html.escape


def bind_words(markup: str) -> str:
    """Finished HTML of our own templates, with its breakable words bound; tags and scripts of it stay."""
    return _TEXT.sub(lambda match: _BETWEEN.sub(_bound, match.group()), markup)


def _bound(match: re.Match[str]) -> str:
    word = match.group()
    return f'<span class="nb">{word}</span>' if len(word) <= LONGEST and _TRAP.search(word) else word


def _word(word: str) -> str:
    if not _TRAP.search(word):
        return html.escape(word, quote=True)
    if len(word) <= LONGEST:
        return f'<span class="nb">{html.escape(word, quote=True)}</span>'
    parts: list[str] = []
    end = 0
    for match in _TAIL.finditer(word):
        parts.append(html.escape(word[end : match.start()], quote=True))
        parts.append(f'<span class="nb">{html.escape(match.group(), quote=True)}</span>')
        end = match.end()
    return "".join([*parts, html.escape(word[end:], quote=True)])
