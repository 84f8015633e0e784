"""An SMTP server for tests that answers as a script says."""

import asyncio
import threading
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import create_connection

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"
PATIENCE = 30
# What a script may say instead of an answer.
HOLD = "hold"  # say nothing until `release()`
DROP = "drop"  # close the connection without a word


@dataclass(frozen=True)
class Received:
    """A mail whose final dot arrived, and whether it was answered with 250."""

    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    def part(self, subtype: str) -> str:
        """Return the text of the `plain` or `html` part."""
        body = self.message.get_body((subtype,))
        assert body is not None
        return body.get_content().replace("\r\n", "\n")


class MailSink:
    """An SMTP server on a free port. Steps: greeting, mail, rcpt, data, dot."""

    def __init__(self) -> None:
        self.arrived: list[Received] = []  # the dot came, whatever was answered
        self.connections = 0
        self.port = 0
        self._scripts: dict[tuple[str, str], deque[str]] = defaultdict(deque)
        self._held: dict[str, threading.Semaphore] = defaultdict(
            lambda: threading.Semaphore(0)
        )
        self._released = threading.Event()
        self._controller = _Controller(self)
        self._controller.start()
        self.connections = 0  # not counting the knock
        self.url = f"smtp://{HOST}:{self.port}"

    def script(self, step: str, *answers: str, recipient: str = "") -> None:
        """Give these answers, HOLD or DROP at the next times that step is reached.

        With `recipient` (steps rcpt and dot) only for mail to that address.
        """
        self._scripts[step, recipient].extend(answers)

    def wait_held(self, step: str) -> None:
        """Return when a client is held at that step."""
        assert self._held[step].acquire(timeout=PATIENCE), f"nobody is held at {step}"

    def release(self) -> None:
        """Let everyone who is held go on."""
        self._released.set()

    def mails_to(self, address: str) -> list[Received]:
        return [mail for mail in self.arrived if address in mail.recipients]

    def stop(self) -> None:
        self.release()
        self._controller.stop(no_assert=True)

    async def answer(self, step: str, smtp: SMTP, recipient: str = "") -> str | None:
        """Return what the script says here, None for the usual answer."""
        queue = self._scripts.get((step, recipient)) or self._scripts.get((step, ""))
        if not queue:
            return None
        word = queue.popleft()
        if word == HOLD:
            self._released.clear()
            self._held[step].release()
            while not self._released.is_set():
                await asyncio.sleep(0.02)
            return None
        if word == DROP:
            smtp.transport.abort()
            await asyncio.sleep(0)
            raise ConnectionResetError
        return word


class _ScriptedSMTP(SMTP):
    """aiosmtpd with a say before the greeting and before a body."""

    sink: MailSink

    async def _handle_client(self) -> None:
        self.sink.connections += 1
        with suppress(ConnectionResetError):
            said = await self.sink.answer("greeting", self)
            if said is not None:
                await self.push(said)
                self.transport.close()
                return
            await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:
        said = await self.sink.answer("data", self)
        await (super().smtp_DATA(arg) if said is None else self.push(said))

    async def handle_exception(self, error: Exception) -> str:
        raise error


class _Controller(Controller):
    def __init__(self, sink: MailSink) -> None:
        self._sink = sink
        super().__init__(self, hostname=HOST, port=0)

    def factory(self) -> SMTP:
        smtp = _ScriptedSMTP(self.handler, hostname="sink.example")
        smtp.sink = self._sink
        return smtp

    def _trigger_server(self) -> None:
        """Knock once, as aiosmtpd wants; it knows no port that the system chose."""
        self._sink.port = self.server.sockets[0].getsockname()[1]
        with create_connection((HOST, self._sink.port), PATIENCE) as knock:
            knock.recv(100)

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:
        said = await self._sink.answer("mail", server)
        if said is None or said.startswith("2"):
            envelope.mail_from = address
        return said or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        said = await self._sink.answer("rcpt", server, address)
        if said is None or said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        mail = Received(tuple(envelope.rcpt_tos), envelope.original_content)
        self._sink.arrived.append(mail)
        said = await self._sink.answer("dot", server, envelope.rcpt_tos[0])
        return said or "250 2.0.0 Kept as 4711"
