"""What each page and act of the desk asks of whoever opens it, in Django's own permissions.

The roles are groups of these, made once after migrations; an owner may then change them as any group.
"""

from collections.abc import Mapping, Sequence

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

SEE = "editions.view_edition"
SEE_SENDING = "delivery.view_delivery"
SEE_READERS = "subscribers.view_subscriber"
SEE_STORIES = "stories.view_story"
CURATE = "editions.change_item"
WRITE = "stories.change_words"
MERGE = "stories.change_story"
PUBLISH = "editions.change_edition"
CORRECT = "editions.add_correction"
OPERATE = "delivery.change_delivery"

_VIEWER = (
    SEE,
    SEE_STORIES,
    *("editions.view_item", "editions.view_correction", "editions.view_digest", "stories.view_words"),
    *("stories.view_topic", "stories.view_organization", "stories.view_tag", "sources.view_article"),
    *("sources.view_publisher", "journal.view_act"),
)
_CURATOR = (
    *_VIEWER,
    *(CURATE, WRITE, MERGE, "stories.change_tag", "stories.view_verdict", "sources.view_feed"),
)
ROLES: Mapping[str, Sequence[str]] = {
    "viewer": _VIEWER,
    # Content, and no addresses.
    "curator": _CURATOR,
    # Approves, holds, corrects, and may stop the sending.
    "publisher": (*_CURATOR, PUBLISH, CORRECT, SEE_SENDING, OPERATE),
    # Sees that mails go out; nothing of the content can be changed.
    "operator": (
        *(SEE, SEE_SENDING, OPERATE, "delivery.view_deliveryevent", "delivery.view_editionsum"),
        *("sources.view_feed", "sources.change_feed", "journal.view_tick", "journal.view_act"),
    ),
    # Addresses, and no content.
    "support": (
        *(SEE_READERS, SEE_SENDING, "subscribers.change_subscriber", "subscribers.view_consentevent"),
        *("subscribers.view_suppression",),
    ),
}


def demand(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless whoever asks has every one of `permissions`."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def make_roles(sender: AppConfig, using: str = "default", **_sent: object) -> None:
    """Make the groups that are missing, with their permissions; those there are stay as they are."""
    if using != "default":
        return
    missing = set(ROLES) - set(Group.objects.filter(name__in=ROLES).values_list("name", flat=True))
    if not missing:
        return
    for label in sorted({name.partition(".")[0] for names in ROLES.values() for name in names}):
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role in sorted(missing):
        group = Group.objects.create(name=role)
        group.permissions.set([known[name] for name in ROLES[role]])
