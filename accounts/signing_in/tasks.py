"""What the worker tidies about sessions."""

from celery import shared_task

from accounts.signing_in.session_store import SessionStore


@shared_task
def forget_ended_sessions() -> None:
    """Delete the rows of sessions that are over; a second run finds none."""
    SessionStore.clear_expired()
