"""Events and runs of the screening, which are nobody's own."""

from django.urls import reverse

from accounts.models import User
from notices.choices import ContextKind, Level, ScreeningScope, ScreeningState
from notices.models import ContextEntry, RulesSwitch, ScreeningRun
from tests.factories import NOON


def context_addresses(author: User) -> dict[str, str]:
    """Addresses of an event, of a run of the screening and of rules that wait.

    Whoever holds the capability sees every one.
    """
    entry = ContextEntry.objects.create(
        country_id="RU",
        kind=ContextKind.ELECTION,
        happened_on="2026-12",
        what="An invented election",
        source="An invented gazette",
        level=Level.DOCUMENTED,
        entered_by=author,
        entered_at=NOON,
    )
    run = ScreeningRun.objects.create(
        scope=ScreeningScope.DIFFERENCE,
        state=ScreeningState.COMPLETE,
        rules_version="2026.1",
        created_at=NOON,
    )
    switch = RulesSwitch.objects.create(
        version="2026.1", difference=run, proposed_by=author, proposed_at=NOON
    )
    of_run = ("run", "stop", "resume")
    return {
        **{
            name: reverse(name, args=[entry.key])
            for name in ("event", "event-change", "event-withdraw")
        },
        **{
            f"screening-{name}": reverse(f"screening-{name}", args=[run.key])
            for name in of_run
        },
        "rules-propose": reverse("rules-propose", args=[run.key]),
        "rules-confirm": reverse("rules-confirm", args=[switch.pk]),
        "rules-drop": reverse("rules-drop", args=[switch.pk]),
    }
