"""Keeping, renaming, sharing and deleting filters of the inbox."""

from datetime import datetime

from django.db import transaction
from django.http import QueryDict

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.desk.asking import OF_PAGES, query_of
from cases.models import SavedView
from cases.review.filters import ReviewFilter

MOST_VIEWS = 100
LONGEST_QUERY = 600
# Where one is in a list, not what the list is of.
_PLACE_IN_LIST = tuple(name for name in OF_PAGES if name != "view")


class CannotSave(Exception):
    """This cannot be kept; `field` is whose fault it is, the text says why."""

    def __init__(self, field: str, words: str) -> None:
        self.field = field
        super().__init__(words)


def canonical_view(query: str) -> str:
    """Return a filter in one spelling: sorted, without the place in the list."""
    return query_of(QueryDict(query.lstrip("?")), without=_PLACE_IN_LIST)


def save_view(
    *, owner: User, name: str, query: str, is_shared: bool, at: datetime
) -> SavedView:
    """Keep a filter under a name; a name that the owner has already gets this filter.

    Raises `CannotSave` and `MissingCapability`.
    """
    _check_right(owner)
    name, text = _tidy(name), _readable(query, owner)
    with transaction.atomic():
        # One at a time for each owner, so that two clicks make one view.
        User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
        mine = SavedView.objects.filter(owner=owner)
        view = mine.filter(name=name).first()
        if view is None and mine.count() >= MOST_VIEWS:
            words = f"You have {MOST_VIEWS} already. Delete one that is not needed."
            raise CannotSave("name", words)
        before = _as_recorded(view) if view else None
        view = view or SavedView(owner=owner, name=name, created_at=at)
        view.query, view.is_shared = text, is_shared
        view.save()
        record(
            action=Action.VIEW_CHANGED if before else Action.VIEW_SAVED,
            actor=owner,
            target=view,
            before=before,
            after=_as_recorded(view),
        )
    return view


def change_view(*, view: SavedView, actor: User, name: str, is_shared: bool) -> None:
    """Rename a view, share it or keep it to oneself. Only its owner may.

    Raises `CannotSave`, and `SavedView.DoesNotExist` for anybody else's.
    """
    _check_right(actor)
    name = _tidy(name)
    with transaction.atomic():
        mine = SavedView.objects.select_for_update().filter(owner=actor)
        current = mine.get(pk=view.pk)
        if mine.filter(name=name).exclude(pk=view.pk).exists():
            raise CannotSave("name", "You have another one of that name.")
        if (current.name, current.is_shared) == (name, is_shared):
            return
        before = _as_recorded(current)
        current.name, current.is_shared = name, is_shared
        after = _as_recorded(current)
        current.save(update_fields=["name", "is_shared"])
        record(
            action=Action.VIEW_CHANGED,
            actor=actor,
            target=current,
            before=before,
            after=after,
        )


def delete_view(*, view: SavedView, actor: User) -> None:
    """Delete one's own view; doing it twice is harmless."""
    with transaction.atomic():
        before = _as_recorded(view)
        removed, _ = SavedView.objects.filter(pk=view.pk, owner=actor).delete()
        if removed:
            record(action=Action.VIEW_DELETED, actor=actor, target=view, before=before)


def _check_right(owner: User) -> None:
    if not owner.can(Capability.SIGN):
        require(owner, Capability.PROPOSE)


def _tidy(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise CannotSave("name", "Give it a name.")
    return name[:80]


def _readable(query: str, owner: User) -> str:
    """Return the filter canonically if the inbox can read it."""
    text = canonical_view(query)
    if len(text) > LONGEST_QUERY:
        raise CannotSave("query", "This filter has too many parts to be kept.")
    asked = ReviewFilter(QueryDict(text), user=owner)
    if unknown := asked.unknown_names(besides=OF_PAGES):
        raise CannotSave("query", f"Not a filter here: {', '.join(unknown)}.")
    if not asked.is_valid():
        raise CannotSave("query", "This filter is not complete: correct it first.")
    return text


def _as_recorded(view: SavedView) -> dict[str, object]:
    """Return what the log says of a view: of a private one nothing but that it is so.

    Once it is shared, colleagues read its whole log.
    """
    if not view.is_shared:
        return {"shared": False}
    return {"name": view.name, "query": view.query, "shared": True}
