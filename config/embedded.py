"""Placeholder until the embedded servers are in place."""

import hashlib
import secrets
import tempfile
from pathlib import Path


class Installation:
    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        tag = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
        self.socket_dir = Path(tempfile.gettempdir()) / f"tracker-{tag}"

    @property
    def database_url(self) -> str:
        return f"postgres://postgres@/tracker?host={self.socket_dir}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.socket_dir}/broker.sock?db=0"

    def secret(self, name: str) -> str:
        path = self.data_dir / "secrets" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()


def broker_url(redis_url: str) -> str:
    return redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
