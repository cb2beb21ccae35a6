"""The named reasons in a curator's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    "not_modified": _("Not modified since the last time"),
    "same_body": _("The same content as the last time"),
    "same_newest": _("No newer entry"),
    "nothing_new": _("Nothing new"),
    "bad_url": _("The address cannot be used"),
    "dns": _("The host was not found"),
    "private_address": _("The address is not on the public Internet"),
    "refused": _("The host did not accept the connection"),
    "tls": _("The certificate is not valid"),
    "timeout": _("It took too long"),
    "disconnected": _("The connection broke"),
    "bad_answer": _("The answer was not understandable"),
    "too_large": _("The answer was too large"),
    "too_many_redirects": _("Too many redirects"),
    "robots": _("robots.txt does not allow it"),
    "empty": _("The answer was empty"),
    "not_a_feed": _("It is not a feed"),
    "html_page": _("It is a web page, not a feed"),
    "entities": _("It declares entities, which we refuse"),
    "unreadable": _("It could not be read"),
    "no_readable_entry": _("None of its entries could be read"),
    "no_items": _("It has no entries"),
    "stale": _("Its newest entry is more than 90 days old"),
    "known_feed": _("We have this feed already"),
    "known_articles": _("Most of its entries are known from another feed"),
    "too_slow": _("Reading it took too long"),
    "too_heavy": _("Reading it took too much memory"),
    "reader_died": _("Reading it failed"),
    "not_stored": _("It could not be stored"),
    "shorter_than_feed": _("The page held less than the feed"),
    "no_text": _("The page held no article"),
    "thin": _("Its texts are hardly longer than their titles"),
    "no_dates": _("Its entries have no dates"),
    "future_dates": _("It has dates in the future"),
    "skipped_entries": _("Some of its entries could not be read"),
    "not_well_formed": _("It is not well-formed XML"),
    "other_language": _("It is in neither Korean nor English"),
    "plain_http": _("It has no https address"),
    "robots_pages": _("robots.txt keeps us from its article pages: we will have the feed's text only"),
}


def in_words(reason: str) -> str:
    """What `reason` means, for people; an HTTP status is said as one."""
    if reason.startswith("http_"):
        return str(_("The host answered with the status %(status)s")) % {"status": reason[5:]}
    return str(WORDS.get(reason, reason))
