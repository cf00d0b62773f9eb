"""The site as it is served: on this machine only, with what no page can say of itself."""

import functools
import http.server
from pathlib import Path

from cvplus.pages.policy import COMMON_HEADERS, policy_of

DATA_DOCS = "data_docs"
# Where a page does not say which scripts are its own, at least none comes from elsewhere.
_ALL = policy_of(
    script_src=["'self'", "'unsafe-inline'"],
    style_src=["'self'", "'unsafe-inline'"],
    img_src=["'self'", "data:"],
    font_src=["'self'", "data:"],
    connect_src=["'self'"],
    worker_src=["'self'"],
)
# Nor do pages of earlier versions, which say nothing of themselves and show texts from outside as they came.
_NO_SCRIPTS = policy_of(style_src=["'unsafe-inline'"])


class SiteHandler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, each with its policy."""

    def end_headers(self) -> None:
        """Add what every answer says."""
        # A request that cannot be read has no path; an address may be written in many ways, a file has one.
        file = Path(self.translate_path(getattr(self, "path", "/")))
        policy = _NO_SCRIPTS if file.is_relative_to(Path(self.directory) / DATA_DOCS) else _ALL
        self.send_header("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        for name, value in COMMON_HEADERS.items():
            self.send_header(name, value)
        super().end_headers()


def site_server(site: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of the site on loopback; the caller starts and closes it."""
    handler = functools.partial(SiteHandler, directory=str(site))
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
