"""Tells from what a package tool said whether its registry was out of reach."""

import re

_OUT_OF_REACH = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Max retries exceeded|Connection (refused|timed out|reset)"
    r"|Temporary failure (in name resolution|resolving)|Name or service not known|Network is unreachable|ProxyError"
    r"|Could not (connect|resolve)|Failed to fetch|getaddrinfo"
    r"|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT"
)


def did_not_answer(said: str) -> bool:
    """Whether the tool failed for want of an answer, and not because of what it was asked."""
    return _OUT_OF_REACH.search(said) is not None
