"""Consent: the exact texts readers agree to, by version, and the append-only record of each event."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from newsletter.subscribers.models import ConsentEvent, Subscriber

# A text that was ever shown is never edited: a new wording is a new version, and old events keep theirs.
TEXT_VERSION = "2026-11"
TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "2026-11": MappingProxyType(
            {
                "ko": "AI 조간이 이 주소로 AI 뉴스 소식지를 보내는 데 동의합니다. "
                "주소와 고른 설정은 소식지를 보내는 데만 쓰고, 언제든 한 번에 그만 받을 수 있습니다.",
                "en": "I agree that AI Morning sends its newsletter about AI to this address. "
                "My address and choices are used for sending it and nothing else, "
                "and I can stop it at any time with one click.",
            }
        ),
    }
)

# Events in which the reader agreed to a text; the others withdraw or only report.
AGREEING = frozenset(
    {
        ConsentEvent.Kind.REQUESTED,
        ConsentEvent.Kind.CONFIRMED,
        ConsentEvent.Kind.RENEWED,
        ConsentEvent.Kind.RESTORED,
    }
)


def consent_text(language: str, version: str = TEXT_VERSION) -> str:
    """What a reader of `language` agrees to, word for word as the pages show it."""
    texts = TEXTS[version]
    return texts.get(language, texts["ko"])


def record_consent(
    subscriber: Subscriber,
    kind: ConsentEvent.Kind,
    how: ConsentEvent.How,
    now: datetime,
    *,
    network: str = "",
    text: str = "",
) -> ConsentEvent:
    """Write one event of `subscriber` down, in the transaction of the change it tells.

    `text` replaces the standing text where the evidence is another: an import's statement, a curator's
    note. Events that agree to nothing carry no text unless given one.
    """
    agrees = kind in AGREEING and not text
    return ConsentEvent.objects.create(
        subscriber=subscriber,
        address_hash=subscriber.address_hash,
        kind=kind,
        how=how,
        at=now,
        language=subscriber.language,
        text_version=TEXT_VERSION if agrees else "",
        text=consent_text(subscriber.language) if agrees else text,
        network=network,
    )
