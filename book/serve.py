"""Serve the built book on this machine and open it: python book/serve.py

It serves until Ctrl+C, on port 8000 or on the one that PORT names.
"""

import os
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one connection for many files, as hosts do

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        """Answer until the browser goes, however it goes."""
        with suppress(ConnectionError):
            super().handle()


@contextmanager
def serve(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve a folder on this machine; gives its address."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def main(folder: Path) -> int:
    """Serve the pages and open the first of them, until the caller has enough."""
    port = int(os.environ.get("PORT", "8000"))
    # who has enough may have it before the browser has opened
    with suppress(KeyboardInterrupt), serve(folder, port) as address:
        print(f"The book is at {address} until you press Ctrl+C.", flush=True)
        webbrowser.open(address)
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).parents[1] / "_build" / "html"))
