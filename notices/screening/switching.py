"""Putting another rule set to use: one reviewer asks, another one switches it on."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import ScreeningScope, ScreeningState
from notices.models import RulesSwitch, ScreeningRun
from notices.screening.in_use import version_in_use
from notices.screening.runs import RunRefused, start_run


def waiting_switch() -> RulesSwitch | None:
    """Return the rule set that waits for a second reviewer."""
    return (
        RulesSwitch.objects.filter(confirmed_at=None, dropped_at=None)
        .select_related("proposed_by", "difference")
        .first()
    )


def propose_rules(
    *, difference: ScreeningRun, actor: User, at: datetime
) -> RulesSwitch:
    """Ask that the rules of `difference` be used, once it is known what they change.

    Raises MissingCapability, and RunRefused where that is not known yet, they are in
    use already, or another rule set waits.
    """
    require(actor, Capability.SWITCH_RULES)
    if (
        difference.scope != ScreeningScope.DIFFERENCE
        or difference.state != ScreeningState.COMPLETE
    ):
        raise RunRefused("First let the app find out what these rules would change.")
    if difference.rules_version == version_in_use():
        raise RunRefused("These rules are in use already.")
    try:
        with transaction.atomic():
            switch = RulesSwitch.objects.create(
                version=difference.rules_version,
                difference=difference,
                proposed_by=actor,
                proposed_at=at,
            )
            record(
                action=Action.RULES_PROPOSED,
                actor=actor,
                target=switch,
                after={"rules": switch.version, "changes": difference.changed},
            )
    except IntegrityError as taken:
        raise RunRefused("Another rule set waits for its second reviewer.") from taken
    return switch


def switch_rules(*, switch: RulesSwitch, actor: User, at: datetime) -> ScreeningRun:
    """Switch the proposed rules on, as the second person, and screen every notice.

    Screenings that were made under other rules stay as they were. Raises
    MissingCapability, and RunRefused for who proposed it, for a proposal that is over,
    or while a run over every notice is open.
    """
    require(actor, Capability.SWITCH_RULES)
    with transaction.atomic():
        locked = RulesSwitch.objects.select_for_update().get(pk=switch.pk)
        if locked.confirmed_at or locked.dropped_at:
            raise RunRefused("This proposal is over.")
        if locked.proposed_by_id == actor.pk:
            raise RunRefused("Another reviewer switches it on.")
        before = version_in_use()
        locked.confirmed_by, locked.confirmed_at = actor, at
        locked.save()
        run = start_run(actor=actor, at=at, version=locked.version)
        record(
            action=Action.RULES_SWITCHED,
            actor=actor,
            target=locked,
            before={"rules": before},
            after={"rules": locked.version},
        )
    return run


@transaction.atomic
def drop_switch(*, switch: RulesSwitch, actor: User, at: datetime) -> None:
    """Take a proposal back, or refuse it. Raises MissingCapability, and RunRefused."""
    require(actor, Capability.SWITCH_RULES)
    locked = RulesSwitch.objects.select_for_update().get(pk=switch.pk)
    if locked.confirmed_at or locked.dropped_at:
        raise RunRefused("This proposal is over.")
    locked.dropped_at = at
    locked.save(update_fields=["dropped_at"])
    record(action=Action.RULES_DROPPED, actor=actor, target=locked)
