"""Ports of this machine that nobody listens on."""

import socket

HOST = "127.0.0.1"
TRIES = 50


def is_free(port: int) -> bool:
    """Return whether one can listen on that port of this machine."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """Return a free port of the kernel's choice."""
    with socket.socket() as attempt:
        attempt.bind((HOST, 0))
        return int(attempt.getsockname()[1])


def next_free(first: int) -> int:
    """Return the first free port from that one on, or any if a row of them is taken."""
    candidates = range(first, first + TRIES)
    return next((port for port in candidates if is_free(port)), None) or any_free()
