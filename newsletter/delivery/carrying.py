"""A window of mails through whatever mail backend is set, and the fate of each.

One mail shows one address, always: anymail's merge data on a plain backend would show them all.
"""

import smtplib
from collections.abc import Callable, Sequence

import requests
from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from newsletter.delivery import outcomes
from newsletter.delivery.mailbox import MailboxBackend
from newsletter.delivery.messages import Mail
from newsletter.delivery.outcomes import Fate, Outcome
from newsletter.delivery.smtp import PipelinedBackend

MaySend = Callable[[], bool]


def open_backend() -> BaseEmailBackend:
    """The backend of the settings. ESPs skip what they cannot do (no tracking, tags) instead of refusing."""
    backend = get_connection()
    if isinstance(backend, AnymailBaseBackend):
        backend.ignore_unsupported_features = True
    return backend


def name_of(backend: BaseEmailBackend) -> str:
    """The provider's short name, as in MAIL_PROVIDER."""
    esp = getattr(backend, "esp_name", "")
    return str(esp).lower() if esp else type(backend).__module__.rpartition(".")[2]


def carry(backend: BaseEmailBackend, mails: Sequence[Mail], may_send: MaySend) -> list[Outcome]:
    """Hand each mail to the backend; the fate of each, in order. Raises ValueError for a shared mail."""
    for mail in mails:
        if len(mail.recipients()) != 1:
            raise ValueError("a mail has exactly one recipient")
    if isinstance(backend, PipelinedBackend):
        return backend.carry(mails, may_send)
    results: list[Outcome] = []
    for mail in mails:
        if not may_send():
            results.append(outcomes.SLEPT)
        elif results and results[-1].reason == "provider_down":
            results.append(outcomes.unsent("provider_down", results[-1].detail))
        else:
            results.append(
                carry_one(backend, mail if isinstance(backend, MailboxBackend) else mail.write_out())
            )
    return results


def carry_one(backend: BaseEmailBackend, mail: EmailMessage) -> Outcome:
    """Hand over one mail; never raises for what a provider does."""
    try:
        count = backend.send_messages([mail])
    except AnymailRecipientsRefused:
        return from_status(mail)
    except AnymailAPIError as error:
        return from_api(error)
    except AnymailInvalidAddress:
        return Outcome(Fate.REFUSED, "address", "not an address")
    except AnymailError as error:
        # Raised while the call was put together: a setting is missing, or the mail is not representable.
        return Outcome(
            Fate.DEFERRED, "provider_down", outcomes.plain_detail(f"{type(error).__name__}: {error}")
        )
    except smtplib.SMTPException as error:
        drop(backend)
        return outcomes.from_smtplib(error)
    except OSError as error:
        drop(backend)
        return from_os(backend, error)
    if isinstance(backend, AnymailBaseBackend):
        return from_status(mail)
    return outcomes.ACCEPTED if count else outcomes.unsent("provider_down", "the backend took nothing")


def drop(backend: BaseEmailBackend) -> None:
    """Close a connection in an unknown state, whatever it says to that."""
    try:
        backend.close()
    except (OSError, smtplib.SMTPException):
        if isinstance(backend, SmtpBackend):
            backend.connection = None


def from_os(backend: BaseEmailBackend, error: OSError) -> Outcome:
    """A connection never made sent nothing; a file not written is no mail; else the answer is lost."""
    detail = f"{type(error).__name__}: {error.strerror or error}"
    if isinstance(error, ConnectionRefusedError) or not isinstance(backend, SmtpBackend):
        return Outcome(Fate.DEFERRED, "provider_down", outcomes.plain_detail(detail))
    if isinstance(error, OSError) and backend.connection is None:
        return outcomes.unsent("provider_down", detail)
    return outcomes.lost(detail)


def from_status(mail: EmailMessage) -> Outcome:
    """What the ESP's answer said about this mail's recipient."""
    status = getattr(mail, "anymail_status", None)
    recipients = getattr(status, "recipients", None) or {}
    found = next(iter(recipients.values()), None)
    if found is None:
        return outcomes.lost("the answer names no recipient")
    return outcomes.from_recipient_status(found.status, found.message_id)


def from_api(error: AnymailAPIError) -> Outcome:
    """A failed call: refused by status, never connected, or without an answer."""
    response = getattr(error, "response", None)
    if response is not None and error.status_code is not None:
        return outcomes.from_http(error.status_code, text_of(response), response.headers)
    if isinstance(error.__cause__, requests.ConnectTimeout) or never_connected(error.__cause__):
        return outcomes.unsent("provider_down", type(error.__cause__).__name__)
    return outcomes.lost(f"{type(error).__name__}: {type(error.__cause__).__name__}")


def never_connected(cause: BaseException | None) -> bool:
    """Whether requests failed before a connection stood: DNS, refused, unreachable."""
    return isinstance(cause, requests.ConnectionError) and "NewConnectionError" in repr(cause)


def text_of(response: requests.Response) -> str:
    """The start of an ESP's error, for a person to read."""
    return str(response.text)[:300]
