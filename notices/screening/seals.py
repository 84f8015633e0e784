"""Closing a colleague's words on the findings of a notice for a while.

The layer above says when: while somebody is to read a notice without knowing what the
first reader made of it. Findings that somebody added count as before.
"""

from accounts.models import User
from notices.models import JudgementSeal, Notice


def seal_words(*, notice: Notice, author: User) -> None:
    """Let nobody but `author` read their words on findings of `notice`."""
    JudgementSeal.objects.get_or_create(notice=notice, author=author)


def open_words(*, notice: Notice) -> None:
    """Let everybody who reads findings read all words on those of `notice` again."""
    JudgementSeal.objects.filter(notice=notice).delete()
