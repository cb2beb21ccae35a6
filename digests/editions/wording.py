"""The paper's voice in a language. Pure."""

from digests.editions.voice import Wording
from digests.editions.voice_en import English
from digests.editions.voice_ko import Korean

_WORDINGS: dict[str, Wording] = {"ko": Korean(), "en": English()}


def wording(language: str) -> Wording:
    """The voice of `language`; Korean where there is none of its own."""
    return _WORDINGS.get(language, _WORDINGS["ko"])
