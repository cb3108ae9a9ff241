"""Routes for subscriptions by mail: the form, the pages behind links in mails, and the webhook for bounces.

A GET shows what the POST would do and changes nothing, as mail scanners follow every link. A POST needs no cookie:
mail readers with one-click unsubscribe (RFC 8058) have none, and the link is the authorization.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.web.forms import body, read, secret_of
from adapters.web.languages import chosen_language, language_of
from adapters.web.render import PageContext, html, title
from bot.commands.facade import BotService
from bot.commands.mailing import EMAIL
from bot.commands.typed import filled
from bot.domain.errors import BadArgument, NotAllowed, NotFound, StoreError, UserError
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.mailbox_results import MailboxResult
from bot.domain.pages import Action, Page
from bot.domain.requests import Door
from bot.domain.schedule.format import show_days
from bot.domain.subscriptions import Subscription
from bot.messages import trouble
from bot.messages.catalogue import negotiate
from bot.messages.localization import localized
from bot.messages.mailbox_results import page_of
from bot.messages.named_commands import without_commands
from bot.query.subscriptions.parser import EVERYTHING
from bot.services.mailboxes.mail_addresses import network
from bot.services.mailboxes.mailing import MailAction, Mailing
from bot.services.mailboxes.reports import BounceNotification, read_fields, read_json

log = Log(__name__)

#: pages about one person's mail must not be cached or indexed
_OWN = {"cache-control": "no-store", "x-robots-tag": "noindex"}
_LONGEST_FIELD = 300
#: maximum bytes of a bounce report; Amazon's limit
_LONGEST_REPORT = 256 * 1024
_ANNOUNCED = "on announce"


class DayChoice(NamedTuple):
    """A choice of days: as a person would type it, and its label."""

    typed: str
    label: str


DAYS = (
    DayChoice(typed="weekdays", label=tr("Weekdays")),
    DayChoice(typed="daily", label=tr("Every day")),
    DayChoice(typed="mondays", label=tr("Mondays")),
    DayChoice(typed="monthly on the 1st", label=tr("On the 1st of each month")),
    DayChoice(typed=_ANNOUNCED, label=tr("As soon as the day's list is out")),
)
ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "Europe/Athens", "Africa/Nairobi", "Asia/Dubai", "Asia/Kolkata"),
    *("Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "America/Sao_Paulo", "America/New_York"),
    *("America/Chicago", "America/Denver", "America/Los_Angeles"),
)


class MailRoutes:
    """The routes for mail."""

    def __init__(self, service: BotService, mailing: Mailing) -> None:
        self._service = service
        self._mailing = mailing

    @property
    def routes(self) -> Sequence[Route]:
        """The routes by path."""
        return (
            Route("/subscribe", self.form),
            Route("/subscribe", self.subscribe, methods=["POST"]),
            Route("/confirm/{token}", self.confirming),
            Route("/confirm/{token}", self.confirm, methods=["POST"]),
            Route("/u/{token}", self.unsubscribing),
            Route("/u/{token}", self.unsubscribe, methods=["POST"]),
            Route("/change/{token}", self.changing),
            Route("/change/{token}", self.change, methods=["POST"]),
            Route("/bounces", self.bounced, methods=["POST"]),
        )

    async def form(self, request: HttpRequest) -> Response:
        """Show an empty form, with the topic of the page it was opened from."""
        return _form(request, {"query": request.query_params.get("q", "")[:_LONGEST_FIELD]})

    async def subscribe(self, request: HttpRequest) -> Response:
        """Send the confirmation mail; or show the form again with the error."""
        _same_site(request)
        fields = {name: value[:_LONGEST_FIELD] for name, value in (await read(request)).items()}
        where_from = f"web {network(request.client.host if request.client else '')}"
        try:
            address, language = fields.get("address", ""), language_of(request)
            result = await self._mailing.invite(address, _words(fields), where_from, language)
            return _shown(request, self._page(result), language)
        except UserError as error:
            return _form(request, fields, error)

    async def confirming(self, request: HttpRequest) -> Response:
        """Show what the confirmation will start."""
        return await self._answered(request, MailAction.CONFIRM, Door.LINK)

    async def confirm(self, request: HttpRequest) -> Response:
        """Confirm the subscription. If the invitation has no language, the mails come in that of this page."""
        response = await self._answered(request, MailAction.CONFIRM, Door.FORM)
        if response.status_code == 200:
            await self._suggest_language(request)
        return response

    async def unsubscribing(self, request: HttpRequest) -> Response:
        """Show what will be unsubscribed."""
        return await self._answered(request, MailAction.UNSUBSCRIBE, Door.LINK)

    async def unsubscribe(self, request: HttpRequest) -> Response:
        """Unsubscribe, after a button press or a one-click request. The body is ignored."""
        return await self._answered(request, MailAction.UNSUBSCRIBE, Door.FORM)

    async def changing(self, request: HttpRequest) -> Response:
        """Show the subscription in a form."""
        return await self._change_form(request, MailAction.CHANGE, Door.LINK)

    async def change(self, request: HttpRequest) -> Response:
        """Save the form."""
        fields = {name: value[:_LONGEST_FIELD] for name, value in (await read(request)).items()}
        match fields.pop("do", ""):
            case "pause":
                return await self._change_form(request, MailAction.PAUSE, Door.FORM)
            case "resume":
                return await self._change_form(request, MailAction.RESUME, Door.FORM)
            case _:
                words = _words({**fields, "query": fields.get("query", "").strip() or EVERYTHING})
                return await self._change_form(request, MailAction.CHANGE, Door.FORM, words)

    async def bounced(self, request: HttpRequest) -> Response:
        """Receive a bounce report from Amazon SES, Postmark, or as fields `address` and `kind`."""
        if not self._mailing.bounces.may_report(secret_of(request)):
            hint = tr(
                "Send the header {bearer}, or Basic with the secret as the password.",
                bearer="Authorization: Bearer <PAPERBOY_BOUNCE_SECRET>",
            )
            raise HTTPException(401, hint, {"www-authenticate": 'Basic realm="bounces"'})
        try:
            notification = await _parse_report(request)
            if notification.confirm_at.startswith("https://"):
                log.warning(
                    "open this address once, so that bounces are reported", address=notification.confirm_at[:1_000]
                )
            done = await self._mailing.record_reports(notification.reports)
        except UserError as error:
            log.warning("report of a bounce refused", reason=error.message)
            return JSONResponse({"error": f"{error.message} {error.hint}".rstrip()}, _status(error))
        return JSONResponse({"done": [self._page(result).title for result in done]})

    async def _answered(self, request: HttpRequest, action: MailAction, door: Door) -> Response:
        language = await self._language(request)
        try:
            result = await self._mailing.perform(action, _token(request), door)
            return _shown(request, self._page(result), language)
        except UserError as error:
            return _refused(request, error, language)

    def _page(self, result: MailboxResult) -> Page:
        return page_of(result, self._mailing.clock())

    async def _language(self, request: HttpRequest) -> str:
        """Return the tag of the language of a page behind a link: the reader's choice, else that of the mailbox."""
        return chosen_language(request) or await self._mailing.language(_token(request)) or language_of(request)

    async def _suggest_language(self, request: HttpRequest) -> None:
        try:
            subscription = await self._mailing.requested(_token(request))
            await self._service.suggest_language(subscription.chat, language_of(request))
        except StoreError as error:
            log.warning("language not suggested", surface="email", reason=str(error))

    async def _change_form(self, request: HttpRequest, action: MailAction, door: Door, words: str = "") -> Response:
        token, status, language = _token(request), 200, await self._language(request)
        try:
            before = await self._mailing.wanted(token)
            page = self._page(await self._mailing.perform(action, token, door, words))
        except NotFound as error:
            return _refused(request, error, language)
        except UserError as error:
            page, status = trouble.refused(error), _status(error)
        subscription = await self._mailing.wanted(token) if status == 200 else before
        toggle = Action(tr("Resume"), "resume") if subscription.paused else Action(tr("Pause"), "pause")
        page = replace(page, actions=(toggle,))
        fields = _fields_of(subscription)
        return _page(request, "change.html", page, status, language, fields=fields, days=DAYS, zones=ZONES)


def _token(request: HttpRequest) -> str:
    return str(request.path_params["token"])[:64]


def _same_site(request: HttpRequest) -> None:
    """Refuse cross-site requests, so that other sites cannot make their visitors request mails."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, tr("That form belongs to another site. Use the one here."))


def _words(fields: Mapping[str, str]) -> str:
    """Return the form's fields as a typed command."""
    without = {"address", "at"} if fields.get("days") == _ANNOUNCED else {"address"}
    return filled(EMAIL, {name: value for name, value in fields.items() if name not in without})


async def _parse_report(request: HttpRequest) -> BounceNotification:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return read_fields(await read(request))
    # Amazon's Content-Type is text/plain
    return read_json(await body(request, _LONGEST_REPORT))


def _fields_of(subscription: Subscription) -> dict[str, str]:
    """Return a subscription as fields of the form."""
    schedule = subscription.schedule
    return {
        "query": subscription.query,
        "at": f"{schedule.at:%H:%M}" if schedule.at else "",
        "timezone": schedule.zone,
        "days": show_days(schedule),
        "count": str(subscription.size),
    }


def _form(request: HttpRequest, fields: Mapping[str, str], error: UserError | None = None) -> Response:
    page = Page(
        title=tr("Papers by mail"),
        intro=tr(
            "Get a digest on your topic at the time you choose. First you'll get a mail to confirm your address. "
            "Every mail has a link to unsubscribe."
        ),
    )
    refusal = localized(trouble.refused(error), language_of(request)) if error else None
    known = {"address": "", "query": "", "at": "09:00", "timezone": "", "days": "weekdays", "count": "10", **fields}
    status = _status(error) if error else 200
    language, facts = language_of(request), {"days": DAYS, "zones": ZONES}
    return _page(request, "subscribe.html", page, status, language, fields=known, refusal=refusal, **facts)


def _shown(request: HttpRequest, page: Page, language: str) -> Response:
    return _page(request, "act.html", page, 200, language)


def _refused(request: HttpRequest, error: UserError, language: str) -> Response:
    return _page(request, "act.html", replace(trouble.refused(error), actions=()), _status(error), language)


def _page(request: HttpRequest, template: str, page: Page, status: int, language: str, **facts: object) -> Response:
    context = PageContext(language=language, url=request.url.path, mail=True)
    # the site has the forms for a mailbox; commands cannot be sent for it
    page = without_commands(localized(page, context.language))
    body = html(template, context, page=page, title=title(page), **facts)
    return Response(body, status, {**_OWN, "content-language": negotiate(language)}, "text/html")


def _status(error: UserError) -> int:
    match error:
        case NotFound():
            return 404
        case NotAllowed():
            return 429
        case BadArgument():
            return 400
        case _:
            return 503
