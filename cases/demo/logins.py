"""The log-ins of the demo. They open a demo on one's own machine and nothing else."""

from dataclasses import dataclass

from accounts.choices import Role

DEMO_PASSWORD = "five herons on the pond"  # noqa: S105 - printed for everyone to use


@dataclass(frozen=True, slots=True)
class DemoLogin:
    name: str
    email: str
    role: Role
    does: str
    may_export: bool = False
    password: str = DEMO_PASSWORD


DEMO_LOGINS = (
    DemoLogin(
        "Ana Lindqvist",
        "ana@demo.example",
        Role.ANALYST,
        "proposes flags",
        may_export=True,
    ),
    DemoLogin(
        "Ben Okafor",
        "ben@demo.example",
        Role.REVIEWER,
        "signs or returns them",
        may_export=True,
    ),
    DemoLogin(
        "Carla Meyer",
        "carla@demo.example",
        Role.LAWYER,
        "keeps case files",
        may_export=True,
    ),
    DemoLogin("Dina Haddad", "dina@demo.example", Role.ADVOCACY, "reads digests"),
    DemoLogin("Emil Novak", "emil@demo.example", Role.ADMINISTRATOR, "runs the place"),
    DemoLogin("Fay Ndiaye", "fay@demo.example", Role.AUDITOR, "checks the audit log"),
    DemoLogin(
        "Olga Brandt",
        "olga@demo.example",
        Role.ANALYST,
        "is named on no restricted file",
    ),
)
