"""A mail server that delivers nothing: what arrives becomes a file to look at."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.demo.ports import HOST, any_free

LARGEST_MESSAGE = 20 * 1024 * 1024


class Folder:
    """Writes each message, as received, to its own `.eml` file; names sort by time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the message; the answer is what the sender gets to read."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:6]}.eml"
        aside = self.folder / f".{name}"
        aside.write_bytes(envelope.original_content or b"")
        aside.rename(self.folder / name)  # readers never see half a message
        return "250 Kept, not delivered"


class MailCatcher:
    """Listens on a free port of this machine while it runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = Folder(folder)
        self._controller: Any = None

    def start(self) -> str:
        """Start and return the address in the form of `EMAIL_URL`."""
        port = any_free()
        self._controller = Controller(
            self._folder,
            hostname=HOST,
            port=port,
            data_size_limit=LARGEST_MESSAGE,
        )
        self._controller.start()
        return f"smtp://{HOST}:{port}"

    def stop(self) -> None:
        """Stop listening; what arrived stays."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)
