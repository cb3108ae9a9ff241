"""The methods of the Bot API that a surface needs, with a server's refusals in its own words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.adapters.telegram.floods import Floods
from tests.adapters.telegram.formatting import CannotParse, parse_html
from tests.adapters.telegram.rich import BadRichMessage, parse_rich
from tests.adapters.telegram.world import BOT_ID, BOT_NAME, Json, Message, Place, World

_LONGEST = 4096
_MOST_ENTITIES = 100
_MARKUP = 9_500
_BUTTON_BYTES = 64
_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
_OLD_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"
_KINDS = {"group": "group", "supergroup": "supergroup", "channel": "channel"}


class Refusal(Exception):
    """An answer that is not "ok"."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass(slots=True)
class Answered:
    """How a press or an inline query was answered."""

    method: str
    given: Json

    @property
    def text(self) -> str:
        return str(self.given.get("text", ""))

    @property
    def alert(self) -> bool:
        return bool(self.given.get("show_alert", False))

    @property
    def url(self) -> str:
        return str(self.given.get("url", ""))


@dataclass(slots=True)
class Methods:
    """Answers calls, and changes the world as they say."""

    world: World
    floods: Floods
    #: queries that wait for an answer, with what is done when it comes
    waiting: dict[str, Callable[[Answered], None]] = field(default_factory=dict)
    #: scope and language to the names of the commands there
    commands: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    webhook: Json = field(default_factory=lambda: {"url": ""})
    #: how much the server knows of ephemeral messages: "" nothing, "10.2" other parameters, "10.3" everything
    ephemeral: str = ""
    #: the server has rich messages
    rich: bool = True
    #: the bot can be asked in chats that it is not in
    guest_queries: bool = True
    #: the bot reads everything that is said in groups
    reads_all: bool = False
    #: what else getMe says of the bot
    modes: Json = field(default_factory=dict)

    def call(self, method: str, given: Json) -> object:
        """The result. Raises `Refusal`."""
        named = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", method)
        return getattr(self, f"_{named}")(given)

    def _get_me(self, given: Json) -> Json:
        me = {"id": BOT_ID, "is_bot": True, "first_name": "Paperboy", "username": BOT_NAME}
        return (
            me
            | {
                "can_join_groups": True,
                "can_read_all_group_messages": self.reads_all,
                "supports_inline_queries": True,
            }
            | self.modes
        )

    def _get_webhook_info(self, given: Json) -> Json:
        return {"url": self.webhook["url"], "has_custom_certificate": False, "pending_update_count": 0}

    def _delete_webhook(self, given: Json) -> bool:
        self.webhook = {"url": ""}
        return True

    def _set_my_commands(self, given: Json) -> bool:
        scope = given.get("scope", {"type": "default"})["type"]
        self.commands[scope, given.get("language_code", "")] = [each["command"] for each in given["commands"]]
        return True

    def _get_my_commands(self, given: Json) -> list[Json]:
        scope = given.get("scope", {"type": "default"})["type"]
        names = self.commands.get((scope, given.get("language_code", "")), [])
        return [{"command": name, "description": name} for name in names]

    def _get_chat(self, given: Json) -> Json:
        return self._place(given["chat_id"]).json | {"accent_color_id": 0, "max_reaction_count": 11}

    def _get_chat_member(self, given: Json) -> Json:
        place = self._place(given["chat_id"])
        user = given["user_id"]
        if user == BOT_ID:
            return member({"id": BOT_ID, "is_bot": True, "first_name": "Paperboy"}, place.bot, place.bot_may_post)
        _reachable(place)
        status = place.people.get(user, "left")
        return member(self.world.people[user].json, status, user not in place.may_not_post)

    def _send_message(self, given: Json) -> Json:
        place = self._writable(given)
        text, entities = _parsed(given)
        self._flood(place)
        # a server ignores parameters that it does not know
        to_one = given.get("ephemeral_message_parameters") if self.ephemeral == "10.3" else None
        if to_one and not (to_one.get("callback_query_id") or place.bot_writes_to_one):
            raise Refusal(400, "Bad Request: not enough rights to send an ephemeral message")
        message = self.world.add_message(
            place,
            only_for=to_one["receiver_user_id"] if to_one else None,
            thread=given.get("message_thread_id"),
            sender={"id": BOT_ID, "is_bot": True, "first_name": "Paperboy", "username": BOT_NAME},
            text=text,
            entities=entities,
            source=given["text"],
            parse_mode=given.get("parse_mode", ""),
            markup=_markup(given),
            silent=bool(given.get("disable_notification")),
            preview=given.get("link_preview_options", {}),
            reply_to=given.get("reply_parameters", {}).get("message_id"),
            sent_at=time.monotonic(),
        )
        return message.json

    def _send_rich_message(self, given: Json) -> Json:
        if not self.rich:
            raise Refusal(404, "Not Found: method not found")
        place = self._writable(given)
        text, entities = _parsed_rich(given)
        self._flood(place)
        message = self.world.add_message(
            place,
            thread=given.get("message_thread_id"),
            sender={"id": BOT_ID, "is_bot": True, "first_name": "Paperboy", "username": BOT_NAME},
            text=text,
            entities=entities,
            rich=given["rich_message"],
            markup=_markup(given),
            silent=bool(given.get("disable_notification")),
            reply_to=given.get("reply_parameters", {}).get("message_id"),
            sent_at=time.monotonic(),
        )
        return message.json

    def _edit_message_text(self, given: Json) -> Json:
        message = self._message(given)
        # a server ignores parameters that it does not know
        rich = given.get("rich_message", {}) if self.rich else {}
        text, entities = _parsed_rich(given) if rich else _parsed({"text": "", **given})
        markup = _markup(given)
        if (text, entities, markup) == (message.text, message.entities, message.markup):
            raise Refusal(400, _NOT_MODIFIED)
        self._flood(message.place)
        message.text, message.entities, message.markup = text, entities, markup
        message.source, message.rich, message.edits = given.get("text", ""), rich, message.edits + 1
        return message.json

    def _edit_message_reply_markup(self, given: Json) -> Json:
        message, markup = self._message(given), _markup(given)
        if markup == message.markup:
            raise Refusal(400, _NOT_MODIFIED)
        message.markup, message.edits = markup, message.edits + 1
        return message.json

    def _delete_message(self, given: Json) -> bool:
        self._message(given).deleted = True
        return True

    def _delete_ephemeral_message(self, given: Json) -> bool:
        self._to_one(given).deleted = True
        return True

    def _edit_ephemeral_message_text(self, given: Json) -> bool:
        message = self._to_one(given)
        message.text, message.entities = _parsed(given)
        message.markup, message.source, message.edits = _markup(given), given["text"], message.edits + 1
        return True

    def _edit_ephemeral_message_reply_markup(self, given: Json) -> bool:
        message = self._to_one(given)
        message.markup, message.edits = _markup(given), message.edits + 1
        return True

    def _to_one(self, given: Json) -> Message:
        if not self.ephemeral:
            raise Refusal(404, "Not Found: method not found")
        place = self._place(given["chat_id"])
        found = self.world.messages.get((place.id, given["ephemeral_message_id"]))
        if found is None or found.only_for != given["receiver_user_id"]:
            raise Refusal(400, "Bad Request: message not found")
        return found

    def _answer_guest_query(self, given: Json) -> Json:
        content = given["result"]["input_message_content"]
        _parsed({"text": content["message_text"]} | content)
        if not given["result"].get("title", "").strip():
            raise Refusal(400, "Bad Request: article title is empty")
        _markup(given["result"])
        self._answered("answerGuestQuery", given["guest_query_id"], given)
        return {"inline_message_id": f"guest-{given['guest_query_id']}"}

    def _answer_callback_query(self, given: Json) -> bool:
        if len(given.get("text", "")) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        return self._answered("answerCallbackQuery", given["callback_query_id"], given)

    def _answer_inline_query(self, given: Json) -> bool:
        if len(given["results"]) > 50:
            raise Refusal(400, "Bad Request: RESULTS_TOO_MUCH")
        button = given.get("button")
        if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "")):
            raise Refusal(400, "Bad Request: START_PARAM_INVALID")
        for result in given["results"]:
            if "reply_markup" in result:
                _markup(result)
            _parsed({"text": result["input_message_content"]["message_text"]} | result["input_message_content"])
        return self._answered("answerInlineQuery", given["inline_query_id"], given)

    def _answered(self, method: str, query: str, given: Json) -> bool:
        if query not in self.waiting:
            raise Refusal(400, _OLD_QUERY)
        self.waiting.pop(query)(Answered(method, given))
        return True

    def _flood(self, place: Place) -> None:
        if wait := self.floods.wait(place.id, time.monotonic()):
            raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    def _place(self, id: int | str) -> Place:
        places = self.world.places
        found = places.get(id) if isinstance(id, int) else _named(places.values(), id)
        if found is None:
            raise Refusal(400, "Bad Request: chat not found")
        return found

    def _message(self, given: Json) -> Message:
        place = self._writable(given)
        found = self.world.messages.get((place.id, given["message_id"]))
        if found and found.id not in place.forgotten:
            return found
        raise Refusal(400, "Bad Request: message to edit not found")

    def _writable(self, given: Json) -> Place:
        """The place, where the bot may write there; as tdlib/telegram-bot-api's Client::check_chat_access decides."""
        place = self._place(given["chat_id"])
        _reachable(place)
        thread = given.get("message_thread_id")
        if thread is not None and thread not in place.topics:
            raise Refusal(400, "Bad Request: message thread not found")
        if thread is not None and place.topics[thread] == "closed":
            raise Refusal(400, "Bad Request: TOPIC_CLOSED")
        if not place.bot_may_post and place.kind == "channel":
            raise Refusal(400, "Bad Request: need administrator rights in the channel chat")
        if not place.bot_may_post:
            raise Refusal(400, "Bad Request: not enough rights to send text messages to the chat")
        person = self.world.people.get(place.id)
        if person and person.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        return place


def _named(places: Iterable[Place], name: str) -> Place | None:
    """The public place of that name; here its title is its name."""
    return next((place for place in places if name in (f"@{place.title}", f"@{place.username}")), None)


def _reachable(place: Place) -> None:
    kind = f"{_KINDS.get(place.kind, '')} chat"
    if place.moved_to is not None:
        raise Refusal(
            400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=place.moved_to
        )
    match place.bot:
        case "never":
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        case "kicked" if place.kind == "private":
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        case "kicked":
            raise Refusal(403, f"Forbidden: bot was kicked from the {kind}")
        case "left":
            raise Refusal(403, f"Forbidden: bot is not a member of the {kind}")


def member(user: Json, status: str, may_post: bool) -> Json:
    member: Json = {"user": user, "status": status}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status != "administrator":
        return member | ({"until_date": 0} if status == "kicked" else {})
    rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats")
    more = ("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users")
    stories = ("can_post_stories", "can_edit_stories", "can_delete_stories")
    return member | dict.fromkeys((*rights, *more, *stories), True) | {"can_post_messages": may_post}


def _parsed(given: Json) -> tuple[str, list[Json]]:
    if not given["text"].strip():
        raise Refusal(400, "Bad Request: message text is empty")
    text, entities = given["text"], []
    if given.get("parse_mode"):
        try:
            parsed = parse_html(text)
        except CannotParse as error:
            raise Refusal(400, f"Bad Request: {error}".replace("Can't parse", "can't parse")) from None
        text, entities = parsed.text.strip(), parsed.entities
    if len(text.encode("utf-16-le")) // 2 > _LONGEST:
        raise Refusal(400, "Bad Request: message is too long")
    if len(entities) > _MOST_ENTITIES or len(given["text"]) - len(text) > _MARKUP:
        raise Refusal(400, "Bad Request: ENTITIES_TOO_LONG")
    return text, entities


def _parsed_rich(given: Json) -> tuple[str, list[Json]]:
    try:
        return parse_rich(given["rich_message"])
    except BadRichMessage as error:
        raise Refusal(400, f"Bad Request: {error}") from None


def _markup(given: Json) -> Json:
    markup: Json = given.get("reply_markup", {})
    for row in markup.get("inline_keyboard", []):
        for button in row:
            _check_button(button)
    return markup


def _check_button(button: Json) -> None:
    if not 1 <= len(button.get("callback_data", "x").encode()) <= _BUTTON_BYTES:
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    if not 1 <= len(button.get("copy_text", {"text": "x"})["text"]) <= 256:
        raise Refusal(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
    if not button["text"].strip():
        raise Refusal(400, "Bad Request: inline keyboard button text is empty")
