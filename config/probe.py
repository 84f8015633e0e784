"""Asks the web server beside it whether it is ready: `python -m config.probe [PORT]`.

For a container's health check, so it needs nothing but Python. Exit 0 or 1.
"""

import http.client
import os
import sys

SECONDS = 5


def main(port: int = 8000) -> int:
    """Return 0 if `/readyz` says so, else 1 with its words on stderr."""
    # Django answers to the names of the site only, and a probe comes by number.
    host = (
        os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": host})
        response = connection.getresponse()
        words = response.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"no answer: {error}\n")
        return 1
    if response.status != http.client.OK:
        sys.stderr.write(words)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
