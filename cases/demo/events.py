"""Events and records of states in the demo: invented, and marked so."""

from datetime import timedelta

from cases.demo.scene import Demo
from notices.choices import ContextKind, Level
from notices.context.entries import Told, add_entry
from notices.screening.runs import waiting_runs, work_on

_SOURCE = "Demo Gazette (invented), page 1"
# State, kind, days from now, days that it lasted, what.
_EVENTS = (
    ("RU", ContextKind.ELECTION, 24, 2, "Invented early election to the parliament"),
    ("RU", ContextKind.PROTEST, -31, 6, "Invented protests over the price of bread"),
    ("TR", ContextKind.TRIAL, 9, 0, "Invented trial of forty editors opens"),
    ("TR", ContextKind.CRACKDOWN, -60, 3, "Invented arrests in three newsrooms"),
    ("IR", ContextKind.PROTEST, -44, 12, "Invented protests of oil workers"),
    ("AZ", ContextKind.SUMMIT, 15, 1, "Invented summit on the waters of the Kura"),
    ("BY", ContextKind.CHANGE_OF_POWER, -200, 0, "Invented change of the government"),
    ("CN", ContextKind.ASYLUM, -40, 0, "Invented asylum for a painter, made public"),
    ("SV", ContextKind.ELECTION, -12, 0, "Invented election of mayors"),
    ("PK", ContextKind.CONFLICT, -90, 20, "Invented closing of an embassy"),
)
# State, kind, months ago, what. One is older than the screening reads.
_RECORDS = (
    (
        "RU",
        ContextKind.MISUSE,
        4,
        "An invented report counts 40 void notices",
    ),
    ("TR", ContextKind.MISUSE, 7, "An invented committee heard of copied requests"),
    ("IR", ContextKind.MISUSE, 19, "An invented study of notices against dissidents"),
    ("AZ", ContextKind.COURTS, 9, "An invented survey of its courts"),
    ("SV", ContextKind.REFORM, 3, "An invented law lets courts review each request"),
)


def record_events(demo: Demo) -> None:
    """Ana records what is known of some states; what it touches is screened again."""
    at = demo.ago(hours=6)
    for country, kind, days, lasted, what in _EVENTS:
        begun = (demo.at + timedelta(days=days)).date()
        until = (begun + timedelta(days=lasted)).isoformat() if lasted else ""
        _record(demo, country, kind, begun.isoformat(), what, until)
    for country, kind, months, what in _RECORDS:
        published = demo.ago(days=30.4 * months)
        _record(demo, country, kind, f"{published:%Y-%m}", what)
    for run in waiting_runs():
        work_on(run_id=run, clock=lambda: at)


def _record(
    demo: Demo, country: str, kind: str, on: str, what: str, until: str = ""
) -> None:
    add_entry(
        told=Told(
            country=country,
            kind=kind,
            happened_on=on,
            until=until,
            what=what,
            source=_SOURCE,
            level=Level.DOCUMENTED,
            is_invented=True,
        ),
        actor=demo.people["ana"],
        at=demo.ago(hours=7),
    )
