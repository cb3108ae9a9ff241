"""Why a source could not be read: a code with a detail, and the clause that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.i18n import Message, Translatable, joined, tr


class TroubleCode(StrEnum):
    """Kinds of failed requests. The values are stored."""

    NONE = ""
    #: the detail is the time waited: "20 s"
    TIMEOUT = "timeout"
    CONNECT_TIMEOUT = "connect_timeout"
    DNS = "dns"
    CERTIFICATE = "certificate"
    TLS = "tls"
    CONNECT = "connect"
    #: the detail is the proxy's error
    PROXY = "proxy"
    CONNECTION_LOST = "connection_lost"
    ENCODING = "encoding"
    #: the detail is the error of the HTTP client
    CLIENT = "client"
    #: the source's waiting time has not passed
    WAIT = "wait"
    #: the detail is the HTTP status, and what the source says: "503", "400 (bad query)"
    RATE_LIMIT = "rate_limit"
    STATUS = "status"
    #: the source refuses our token
    TOKEN = "token"  # noqa: S105 - a code, not a token
    #: the detail is the target
    REDIRECT = "redirect"
    #: the detail is the limit: "10 MB"
    TOO_LARGE = "too_large"
    NOT_MODIFIED = "not_modified"
    WEB_PAGE = "web_page"
    NOT_A_FEED = "not_a_feed"
    INCOMPLETE_FEED = "incomplete_feed"
    #: the detail says what is missing, for the log: "no date", "3 of 5 entries"
    INCOMPLETE_LIST = "incomplete_list"
    NOT_JSON = "not_json"
    NOT_A_LIST = "not_a_list"
    #: status 200 without a body
    EMPTY = "empty"
    #: a list of which no item can be used, as after a change of its fields
    UNREADABLE = "unreadable"
    #: the detail is the reference in the log
    INTERNAL = "internal"
    #: the detail is a clause: an error of a local file, or one that an earlier version stored
    OTHER = "other"


_CLAUSES: Mapping[TroubleCode, Message] = {
    TroubleCode.TIMEOUT: tr("no answer within {detail}"),
    TroubleCode.CONNECT_TIMEOUT: tr("can't be reached: no connection within {detail}"),
    TroubleCode.DNS: tr("can't be reached: DNS lookup failed"),
    TroubleCode.CERTIFICATE: tr("can't be reached: invalid TLS certificate"),
    TroubleCode.TLS: tr("can't be reached: TLS handshake failed"),
    TroubleCode.CONNECT: tr("can't be reached: no connection"),
    TroubleCode.PROXY: tr("can't be reached: proxy error ({detail})"),
    TroubleCode.CONNECTION_LOST: tr("the connection was lost"),
    TroubleCode.ENCODING: tr("sent a response that can't be decompressed"),
    TroubleCode.CLIENT: tr("can't be queried: {detail}"),
    TroubleCode.WAIT: tr("asked us to wait"),
    TroubleCode.RATE_LIMIT: tr("answered {detail}: too many requests"),
    TroubleCode.STATUS: tr("answered {detail}"),
    TroubleCode.TOKEN: tr("rejected the access token"),
    TroubleCode.REDIRECT: tr("redirects to {detail}"),
    TroubleCode.TOO_LARGE: tr("sent more than {detail}"),
    TroubleCode.NOT_MODIFIED: tr("answered 304 to an unconditional request"),
    TroubleCode.WEB_PAGE: tr("sent a web page instead of data"),
    TroubleCode.NOT_A_FEED: tr("didn't send a feed"),
    TroubleCode.INCOMPLETE_FEED: tr("sent an incomplete feed"),
    TroubleCode.INCOMPLETE_LIST: tr("sent a list that can't be read in full"),
    TroubleCode.NOT_JSON: tr("sent invalid JSON"),
    TroubleCode.NOT_A_LIST: tr("didn't send a list"),
    TroubleCode.EMPTY: tr("sent an empty response"),
    TroubleCode.UNREADABLE: tr("sent a list that I can't read"),
    TroubleCode.INTERNAL: tr("internal error {detail}"),
}


@dataclass(frozen=True, slots=True)
class SourceTrouble:
    """Why a source could not be read; false if there was no problem. `str` gives the English clause, for logs."""

    code: TroubleCode = TroubleCode.NONE
    detail: str = ""

    def __bool__(self) -> bool:
        return self.code is not TroubleCode.NONE

    def __str__(self) -> str:
        return str(self.clause())

    def clause(self) -> Translatable:
        """Return the reason, to be read after the source's name: "no answer within 20 s"; empty without a problem."""
        known = _CLAUSES.get(self.code)
        return Message(known.template, {"detail": self.detail}) if known else joined("", self.detail)


NO_TROUBLE = SourceTrouble()
