"""Whether a domain takes mail at all: asked of the DNS, off every request, and kept in the database.

Only a certain no counts: the domain does not exist, or says by a null MX (RFC 7505) that it takes none.
Everything else lets the letter go: a domain without MX may take mail by its address record (RFC 5321, 5.1),
and a resolver that is slow or broken must keep nobody out.
"""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache

import dns.exception
import dns.name
import dns.resolver

from newsletter.subscribers.models import MailDomain

# An answer in doubt is asked for again soon, a no by the next try of the reader, a yes rarely.
KEPT = {None: timedelta(minutes=10), False: timedelta(hours=12), True: timedelta(days=7)}
FORGOTTEN_AFTER = timedelta(days=8)
# One question, with all its tries.
ANSWER_SECONDS = 2.0
AT_ONCE = 8
Ask = Callable[[str], bool | None]


def dead_domains(domains: Collection[str], now: datetime, ask: Ask | None = None) -> set[str]:
    """Those of `domains` that certainly take no mail; what is not known yet, or too old, is asked for.

    Takes about ANSWER_SECONDS per AT_ONCE unknown domains when the resolver is silent.
    """
    rows = MailDomain.objects.filter(domain__in=domains)
    known = {row.domain: row.takes_mail for row in rows if row.checked_at > now - KEPT[row.takes_mail]}
    unknown = sorted(set(domains) - set(known))
    if unknown:
        with ThreadPoolExecutor(min(AT_ONCE, len(unknown))) as pool:
            known |= dict(zip(unknown, pool.map(ask or takes_mail, unknown), strict=True))
        MailDomain.objects.bulk_create(
            [MailDomain(domain=name, takes_mail=known[name], checked_at=now) for name in unknown],
            update_conflicts=True,
            unique_fields=["domain"],
            update_fields=["takes_mail", "checked_at"],
        )
    return {name for name, takes in known.items() if takes is False}


def takes_mail(domain: str, resolver: dns.resolver.Resolver | None = None) -> bool | None:
    """What the DNS says of a domain: False for a certain no, None when it does not say. Never raises."""
    try:
        found = (resolver or system_resolver()).resolve(
            dns.name.from_text(domain), "MX", lifetime=ANSWER_SECONDS
        )
    except dns.resolver.NXDOMAIN:
        return False
    except dns.resolver.NoAnswer:
        return True
    except (dns.exception.DNSException, OSError, UnicodeError):
        return None
    return any(record.exchange != dns.name.root for record in found)


@lru_cache(maxsize=1)
def system_resolver() -> dns.resolver.Resolver:
    """The machine's resolver. Raises dns.resolver.NoResolverConfiguration."""
    return dns.resolver.Resolver()


def forget_domains(now: datetime) -> int:
    """Drop answers too old to count; say how many."""
    return MailDomain.objects.filter(checked_at__lt=now - FORGOTTEN_AFTER).delete()[0]
