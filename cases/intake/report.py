"""What a run did, for terminals and scripts (`design/commands.md`)."""

from typing import Any

from notices.choices import RunState
from notices.models import FeedRun

# Errors that a table shows; the run page and --json have them all.
SHOWN = 20
COUNTS = (
    ("read", "Rows read"),
    ("created", "New"),
    ("changed", "Changed"),
    ("unchanged", "Unchanged"),
    ("rejected", "Rejected"),
    ("absent", "Missing from this list"),
    ("reappeared", "Listed again"),
)


def as_json(run: FeedRun) -> dict[str, Any]:
    """Return the report as the contract of the command has it."""
    return {
        "run": run.pk,
        "feed": run.feed.slug,
        "complete": run.state == RunState.COMPLETE,
        "state": run.state,
        **{name: getattr(run, name) for name, _ in COUNTS},
        "errors": [
            {
                "source": error.source,
                "row": error.row,
                "field": error.field,
                "reason": error.reason,
            }
            for error in run.errors.order_by("pk").iterator()
        ],
        "unmapped": run.unmapped,
        "gaps": run.gaps,
    }


def as_table(run: FeedRun) -> str:
    """Return the report as people read it."""
    kind = "Dry run" if run.is_dry_run else "Run"
    lines = [f"{kind} {run.pk} of {run.feed.name}: {run.get_state_display()}"]
    lines += [f"  {label:<24}{getattr(run, name):>10,}" for name, label in COUNTS]
    lines += [f"  Gap: {gap}." for gap in run.gaps]
    if run.is_full and run.gaps:
        lines.append("  No absence was judged.")
    for code, count in sorted(run.unmapped.items()):
        lines.append(f"  Unmapped code {code}: {count:,}")
    errors = run.errors.order_by("pk")
    for error in errors[:SHOWN]:
        place = (
            error.source if error.row is None else f"{error.source}, row {error.row}"
        )
        field = f", {error.field}" if error.field else ""
        lines.append(f"  {place}{field}: {error.reason}")
    more = errors.count() - SHOWN
    if more > 0:
        lines.append(f"  … and {more:,} more, on the page of run {run.pk}")
    return "\n".join(lines)
