"""Mail addresses: which we accept, in which one spelling, and the keyed hash that outlives them."""

import hashlib
import hmac

from django.conf import settings
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

# RFC 5321, 4.5.3.1: octets of the local part, and of a path without its angle brackets.
MAX_LOCAL = 64
MAX_ADDRESS = 254

# `=?` starts an RFC 2047 word, `%` and `!` are source routes of old relays; `/` and `|` are valid atoms
# that some local deliverers read as a file or a command.
REFUSED = ("=?", "%", "!", "|", "/", "`")


class BadAddress(ValueError):  # noqa: N818 - the glossary's word
    """An address we do not accept; its message is for the person who typed it."""


def normalise(raw: str) -> str:
    """The one spelling of the address `raw` under which we know it: lower case, ASCII domain.

    Raises BadAddress with a message in the active language. The rules are email-validator's without
    SMTPUTF8, quoted local parts and literals, and ours above.
    """
    text = raw.strip(" \t\u00a0\u3000")  # what fingers and keyboards add; a line break is no slip
    if not text:
        raise BadAddress(_("Please enter your e-mail address."))
    if len(text) > 4 * MAX_ADDRESS:  # longer than any spelling that could shrink to a valid one
        raise BadAddress(_("This address is too long. Please check it once more."))
    if "@" not in text:
        raise BadAddress(_("The address has no @. Please write it like name@example.com."))
    if any(part in text for part in REFUSED) or not text.isprintable():
        raise BadAddress(_("The address has a character we cannot write to. Please check it once more."))
    try:
        valid = validate_email(
            text,
            check_deliverability=False,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
        )
    except EmailNotValidError as error:
        raise BadAddress(
            _("This does not look like an e-mail address. Please write it like name@example.com.")
        ) from error
    address = (valid.ascii_email or valid.normalized).lower()
    if len(address) > MAX_ADDRESS or len(address.partition("@")[0]) > MAX_LOCAL:
        raise BadAddress(_("This address is too long. Please check it once more."))
    return address


def address_hash(email: str) -> str:
    """The HMAC-SHA256 of a normalised address under ADDRESS_HASH_KEY, in hex: what suppressions keep."""
    key = settings.ADDRESS_HASH_KEY.encode()
    return hmac.new(key, email.lower().encode(), hashlib.sha256).hexdigest()


def domain_of(email: str) -> str:
    """The domain of a normalised address."""
    return email.rpartition("@")[2]
