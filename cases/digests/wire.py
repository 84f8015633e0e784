"""The line to the mail server: one connection for many mails, and an honest account of
how far each one came.
"""

import smtplib
import time
from collections.abc import Callable
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from cases.digests.table import Answer, Step

# A server has 10 minutes to answer after the final dot (RFC 5321, 4.5.3.2.6).
ANSWER_SECONDS = 600
# After a longer pause it is asked whether it is still there.
IDLE_SECONDS = 5
_END = b"\r\n.\r\n"


class _Watched(smtplib.SMTP):
    """Calls `before_body` just before DATA, and knows how far a mail came."""

    before_body: Callable[[], None]
    step = Step.BEFORE
    said = ""

    def rcpt(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        self.step = Step.RECIPIENT
        return super().rcpt(*args, **kwargs)

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.before_body()
        self.step = Step.BODY
        code, text = super().data(msg)
        self.said = _words(text)
        return code, text

    def send(self, s: Any) -> None:
        super().send(s)
        # Sent whole, and it was no command: the final dot is on its way. If it breaks
        # off before, the dot never left.
        if self.step is Step.BODY and isinstance(s, bytes) and s.endswith(_END):
            self.step = Step.DOT
            if self.sock is not None:
                self.sock.settimeout(ANSWER_SECONDS)

    def rest(self, seconds: float | None) -> None:
        """Wait less patiently again, once a mail is through."""
        if self.sock is not None:
            self.sock.settimeout(seconds)


class _WatchedTLS(_Watched, smtplib.SMTP_SSL):
    """The same on a line that is encrypted from the start."""


class _Backend(EmailBackend):
    """Django's, with a watched line that can also be dropped without a farewell."""

    connection: _Watched | None
    _partial_connection: _Watched | None

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedTLS if self.use_ssl else _Watched

    @property
    def step(self) -> Step:
        return self.connection.step if self.connection is not None else Step.BEFORE

    def is_alive(self) -> bool:
        """Ask the server whether it is still there."""
        try:
            return self.connection is not None and self.connection.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def drop(self) -> None:
        for line in (self.connection, self._partial_connection):
            if line is not None:
                line.close()


class Post:
    """Sends mails one after the other over one connection.

    Not for several threads. A connection on which anything went wrong is dropped.
    """

    def __init__(self) -> None:
        self._backend: _Backend | None = None
        self._used = 0.0

    def send(self, message: EmailMessage, *, before_body: Callable[[], None]) -> Answer:
        """Send `message` to its one recipient and return the last answer.

        `before_body` is called when the server has accepted the recipient; what it
        raises passes through, and then no body was sent.
        """
        fresh = self._open_again()
        answer = self._attempt(message, before_body)
        if answer.step is Step.BEFORE and answer.code in (None, 421) and not fresh:
            # The server closed a line that it found idle or used enough.
            answer = self._attempt(message, before_body)
        return answer

    def close(self) -> None:
        """Take leave of the server."""
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except (smtplib.SMTPException, OSError):
                backend.drop()

    def _open_again(self) -> bool:
        """Return whether the next mail starts a new connection."""
        wanted = _Backend()
        now = self._backend
        if now is not None and (now.host, now.port) != (wanted.host, wanted.port):
            self.close()
        idle = time.monotonic() - self._used > IDLE_SECONDS
        if self._backend is not None and idle and not self._backend.is_alive():
            self._drop()
        return self._backend is None

    def _attempt(
        self, message: EmailMessage, before_body: Callable[[], None]
    ) -> Answer:
        backend = self._backend = self._backend or _Backend()
        try:
            backend.open()
            line = backend.connection
            if line is None:
                return Answer(Step.BEFORE, None, "No connection.")
            line.before_body, line.step = before_body, Step.BEFORE
            backend.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            answer = Answer(Step.RECIPIENT, code, _words(text))
        except smtplib.SMTPDataError as error:
            answer = Answer(backend.step, error.smtp_code, _words(error.smtp_error))
        except smtplib.SMTPResponseException as error:
            answer = Answer(Step.BEFORE, error.smtp_code, _words(error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            answer = Answer(backend.step, None, f"{type(error).__name__}: {error}")
        except BaseException:
            self._drop()
            raise
        else:
            self._used = time.monotonic()
            line.rest(backend.timeout)
            return Answer(Step.DOT, 250, line.said)
        self._drop()
        return answer

    def _drop(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            backend.drop()


def _words(text: bytes | str) -> str:
    plain = text.decode(errors="replace") if isinstance(text, bytes) else text
    return plain[:500]
