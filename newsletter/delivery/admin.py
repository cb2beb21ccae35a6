"""Deliveries in the admin: who got what, who did not and why, and what a person may settle."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsletter.delivery.models import Delivery, DeliveryEvent, EditionSum
from newsletter.delivery.reconciling import retry_failed, settle_by_hand


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the service writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody edits one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody deletes one."""
        return False


class EventInline(admin.TabularInline):
    """What the provider said about this delivery."""

    model = DeliveryEvent
    fields = readonly_fields = ("at", "kind", "provider", "detail")
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody adds one."""
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The ledger. Unknown rows are settled here by hand, failed ones tried again."""

    list_display = ("pk", "reader", "kind", "local_date", "status", "reason", "tries", "due_at", "settled_at")
    list_filter = ("status", "kind", "reason", "provider", ("edition", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("subscriber",)
    search_fields = ("=id", "=subscriber__email", "=provider_id")
    search_help_text = _("The delivery's number, the whole address, or the provider's id.")
    date_hierarchy = "local_date"
    show_full_result_count = False
    list_per_page = 50
    inlines = (EventInline,)
    actions = ("settle_as_sent", "send_again", "try_again")
    exclude = ("subscriber",)
    readonly_fields = ("reader",)

    @admin.display(description=_("subscriber"))
    def reader(self, delivery: Delivery) -> str:
        """The reader, with the address masked."""
        return delivery.subscriber.masked_email if delivery.subscriber else "—"

    @admin.action(description=_("Unknown: it arrived"), permissions=["settle"])
    def settle_as_sent(self, request: HttpRequest, chosen: "QuerySet[Delivery]") -> None:
        """Settle unknown deliveries as sent."""
        self._each(
            request, chosen, lambda d, who: settle_by_hand(d, was_sent=True, actor=who, now=timezone.now())
        )

    @admin.action(description=_("Unknown: it did not arrive, send it again"), permissions=["settle"])
    def send_again(self, request: HttpRequest, chosen: "QuerySet[Delivery]") -> None:
        """Plan unknown deliveries again."""
        self._each(
            request, chosen, lambda d, who: settle_by_hand(d, was_sent=False, actor=who, now=timezone.now())
        )

    @admin.action(description=_("Failed: try again"), permissions=["settle"])
    def try_again(self, request: HttpRequest, chosen: "QuerySet[Delivery]") -> None:
        """Plan failed deliveries again."""
        self._each(request, chosen, lambda d, who: retry_failed(d, actor=who, now=timezone.now()))

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Whoever may change deliveries may settle them, though nobody edits their fields."""
        return request.user.has_perm("delivery.change_delivery")

    def _each(
        self, request: HttpRequest, chosen: "QuerySet[Delivery]", act: Callable[[Delivery, User | None], bool]
    ) -> None:
        """Do `act` to each chosen row and say for how many it was so."""
        who = request.user if isinstance(request.user, User) else None
        done = [act(delivery, who) for delivery in chosen]
        said = ngettext("%(count)s delivery settled.", "%(count)s deliveries settled.", sum(done))
        self.message_user(
            request, said % {"count": sum(done)}, messages.SUCCESS if any(done) else messages.WARNING
        )
        if not all(done):
            self.message_user(
                request, _("The others are in another state and were left alone."), messages.WARNING
            )


@admin.register(DeliveryEvent)
class DeliveryEventAdmin(ReadOnlyAdmin):
    """Bounces, complaints and deliveries as the providers told them."""

    list_display = ("at", "kind", "provider", "delivery_id", "detail")
    list_filter = ("kind", "provider")
    search_fields = ("=delivery__id", "=event_id")
    date_hierarchy = "at"
    raw_id_fields = ("delivery",)


@admin.register(EditionSum)
class EditionSumAdmin(ReadOnlyAdmin):
    """The proof of each edition: eligible = sent + failed + skipped + unknown, and nothing on its way."""

    list_display = (
        "edition",
        "eligible",
        "sent",
        "failed",
        "skipped",
        "unknown",
        "on_the_way",
        "proved",
        "at",
    )
    list_select_related = ("edition",)
    ordering = ("-edition__date",)

    @admin.display(boolean=True, description=_("proved"))
    def proved(self, stored: EditionSum) -> bool:
        """Whether everyone is accounted for and nothing is on its way."""
        return stored.is_proved
