"""Who may see what, as queries. Everything fails closed: no rule, no rows."""

from typing import TYPE_CHECKING, Any, Self, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Concat

from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import (
    COUNSEL_FACTS,
    PROTECTED_FACTS,
    Confidentiality,
    NameSource,
)
from notices.names import latin

if TYPE_CHECKING:
    Viewer = User | AnonymousUser


# Of the layer above: levels of case files that only the people named on them see.
_CLOSED_LEVELS = ("restricted", "walled")


class _IsOneOf(Func):
    """`key = ANY (ARRAY (SELECT …))`: the list is fetched once a query.

    As `key IN (SELECT …)` beside an OR the planner counts the inner query once a row,
    and then reads whole tables rather than an index.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = models.BooleanField()

    def __init__(self, path: str, keys: models.QuerySet[Any, Any]) -> None:
        super().__init__(F(path), ArraySubquery(keys))


def notices_open_to(user: "Viewer", prefix: str = "") -> Q | None:
    """Return the condition for notices that `user` may see, or None for no notice.

    `prefix` is the path to the notice, such as `notice__`.
    """
    if not isinstance(user, User):
        return None
    if user.can(Capability.SEE_FINDINGS):
        return Q(
            **{
                f"{prefix}confidentiality__in": [
                    Confidentiality.PUBLIC,
                    Confidentiality.ORGANISATION,
                ]
            }
        ) | Q(_IsOneOf(f"{prefix}pk", _granted_to(user)))
    if user.can(Capability.SEE_PUBLIC_NOTICES):
        return Q(**{f"{prefix}confidentiality": Confidentiality.PUBLIC})
    return None


def _granted_to(user: User) -> models.QuerySet[Any, Any]:
    """Return the ids of closed notices that `user` reads.

    Those that somebody let them see, and those of the case files that name them today;
    of these the layer above tells, by its relation to the user.
    """
    granted = user.notice_grants.values("notice_id")
    files = user.case_memberships.current().exclude(case__links=None).order_by()
    return granted.union(files.values(notice_id=F("case__links__notice_id")), all=True)


class NoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """Public notices for readers; also the organisation's, and granted ones."""
        condition = notices_open_to(user)
        return self.none() if condition is None else self.filter(condition)


class OfNoticeQuerySet(models.QuerySet[Any]):
    """For rows that belong to one notice through `notice`."""

    def visible_to(self, user: "Viewer") -> Self:
        condition = notices_open_to(user, "notice__")
        return self.none() if condition is None else self.filter(condition)


class FindingsQuerySet(models.QuerySet[Any]):
    """For screenings: their notice must be visible and the role must read findings."""

    path = "notice__"

    def visible_to(self, user: "Viewer") -> Self:
        condition = notices_open_to(user, self.path)
        if condition is None or not user.can(Capability.SEE_FINDINGS):  # type: ignore[union-attr]
            return self.none()
        return self.filter(condition)


class FindingQuerySet(FindingsQuerySet):
    path = "screening__notice__"


class JudgementQuerySet(FindingsQuerySet):
    def visible_to(self, user: "Viewer") -> Self:
        """Words on findings; none that quote a protected fact hidden from `user`.

        Words that are sealed are read by their author alone.
        """
        rows = super().visible_to(user)
        if isinstance(user, User):
            seals = self.model._meta.apps.get_model("notices", "JudgementSeal").objects
            sealed = seals.filter(notice=OuterRef("notice"), author=OuterRef("author"))
            rows = rows.filter(Q(author=user) | ~Exists(sealed))
        facts = self.model._meta.apps.get_model("notices", "PersonFact").objects
        hidden = facts.filter(kind__in=PROTECTED_FACTS, withdrawn_at=None).exclude(
            pk__in=facts.visible_to(user).values("pk")
        )
        kept = facts.kept_in_files().values("pk")
        # A fact of a file hides only its own words: more would tell that it is there.
        common = (
            hidden.exclude(pk__in=kept)
            .annotate(as_field=Concat(Value("fact: "), "kind"))
            .filter(person=OuterRef("notice__person"), as_field=OuterRef("field"))
        )
        in_files = hidden.filter(pk__in=kept).quoted("notice__person")
        return rows.filter(~Exists(common), ~Exists(in_files))


class PersonQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """People named by a notice that `user` may see."""
        condition = notices_open_to(user)
        if condition is None:
            return self.none()
        notices = self.model._meta.apps.get_model("notices", "Notice")
        return self.filter(
            Exists(notices.objects.filter(condition, person=OuterRef("pk")))
        )

    def named(self, name: str, *, user: "Viewer") -> Self:
        """People with a name that has each word of `name`, in any script."""
        return cast(Self, named(self, name, user=user))


def named(rows: Any, name: str, *, user: "Viewer", prefix: str = "") -> Any:
    """Narrow `rows` to those whose person, at `prefix`, has each word of `name`.

    Names that colleagues entered lead only readers of findings to a person.
    """
    everything = isinstance(user, User) and user.can(Capability.SEE_FINDINGS)
    for word in latin([name]).split():
        rows = rows.filter(**{f"{prefix}search_name__trigram_word_similar": word})
        if not everything:
            rows = rows.filter(**{f"{prefix}display_name__trigram_word_similar": word})
    return rows


class NameQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """Names from feeds; names that colleagues entered for readers of findings.

        The caller has looked up the person among those that `user` may see.
        """
        if not isinstance(user, User):
            return self.none()
        if user.can(Capability.SEE_FINDINGS):
            return self.all()
        return self.filter(source=NameSource.FEED)


class FactQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """Facts about people a colleague who reads findings may see.

        Protected ones only for a role that reads them, named today on a case file of
        the person under which they were recorded: a file that somebody opens for
        themselves opens nothing that others recorded elsewhere.
        Whoever recorded one sees it, until a file of the person that named them no
        longer does. The layer above tells who is named, by its relation to the user.
        """
        condition = notices_open_to(user)
        if condition is None or not isinstance(user, User):
            return self.none()
        if not user.can(Capability.SEE_FINDINGS):
            return self.none()
        notices = self.model._meta.apps.get_model("notices", "Notice")
        # Of a person whom `user` may see, asked in one step: pages pay for each.
        facts = self.filter(
            Exists(notices.objects.filter(condition, person=OuterRef("person")))
        )
        ever = user.case_memberships.filter(case__person=OuterRef("person"))
        today = user.case_memberships.current().filter(case__person=OuterRef("person"))
        # Who was named and is barred now reads back nothing that they brought in.
        shut_out = ever.filter(case__bars__user=user, case__bars__ended_at=None)
        own = Q(recorded_by=user) & Q(~Exists(ever) | Exists(today))
        if user.can(Capability.SEE_PROTECTED_FACTS):
            files = user.case_memberships.current().values("case")
            named = _recorded_under(Q(case_memberships__case__in=files))
            if not user.can(Capability.SEE_COUNSEL_NOTES):
                named &= ~Q(kind__in=COUNSEL_FACTS)
            own |= named
        own &= Q(~Q(recorded_by=user) | ~Exists(shut_out))
        return facts.filter(~Q(kind__in=PROTECTED_FACTS) | own)

    def recorded_under(self, file: int) -> Self:
        """Facts recorded under one case file, given by its id."""
        return self.filter(_recorded_under(Q(case_memberships__case=file)))

    def kept_in_files(self) -> Self:
        """Protected facts of case files that only named people see.

        No screening has them: its sheet is read by many, and would tell of the file.
        """
        closed = Q(case_memberships__case__level__in=_CLOSED_LEVELS)
        return self.filter(_recorded_under(closed), kind__in=PROTECTED_FACTS)

    def quoted(self, person: str) -> Self:
        """Those that the judgement of an outer query may quote.

        `person` is its path to the person. A word older than a fact quotes another one.
        """
        return self.annotate(as_field=Concat(Value("fact: "), "kind")).filter(
            Q(detail="") | Q(detail__contains=OuterRef("quote")),
            person=OuterRef(person),
            as_field=OuterRef("field"),
            recorded_at__lte=OuterRef("made_at"),
        )


def _recorded_under(file: Q) -> Q:
    """Return the condition for facts recorded under a case file that meets `file`.

    Whoever recorded it was named on such a file of the person before, or is or was
    named on it later and was on no file of the person before. So naming a colleague on
    a file brings in nothing that they recorded under another one.
    """
    recorder = User.objects.filter(pk=OuterRef("recorded_by"))
    of_person = Q(case_memberships__case__person=OuterRef("person"))
    before = of_person & Q(case_memberships__added_at__lte=OuterRef("recorded_at"))
    here = of_person & file
    return Q(Exists(recorder.filter(here & before))) | (
        Q(Exists(recorder.filter(here))) & ~Q(Exists(recorder.filter(before)))
    )


class RunQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        if not isinstance(user, User) or not user.can(Capability.SEE_RUNS):
            return self.none()
        return self.all()


class ContextQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        """Events and records of states, for all who read public notices."""
        if not isinstance(user, User) or not user.can(Capability.SEE_PUBLIC_NOTICES):
            return self.none()
        return self.all()

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class ScreeningRunQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Viewer") -> Self:
        if not isinstance(user, User) or not user.can(Capability.SEE_RUNS):
            return self.none()
        return self.all()
