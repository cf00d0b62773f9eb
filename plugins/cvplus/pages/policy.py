"""What a page may do in a browser: its Content-Security-Policy.

Escaping keeps texts from outside texts. The policy is the second line: where one slipped through, the browser
still runs nothing but the scripts that are named, and asks nobody but this machine.
"""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

# Neither of these lets the default stand in for it.
_NOWHERE = ("base-uri 'none'", "form-action 'none'")
COMMON_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def hash_of(text: str) -> str:
    """How a policy names an inline script or style: by what stands between its tags."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def policy_of(**sources: Iterable[str]) -> str:
    """A policy that forbids everything but what is named, as in ``script_src=["'self'"]``."""
    allowed = [
        f"{kind.replace('_', '-')} {' '.join(dict.fromkeys(named))}" for kind, named in sources.items()
    ]
    return "; ".join(("default-src 'none'", *allowed, *_NOWHERE))


def policy_tag(policy: str) -> str:
    """The policy in the head of a page that people open as a file, where no server says it.

    A browser minds it from there on: it stands before everything that it is to govern.
    """
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
