from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from adapters.telegram.senders import UpdateSender, key_of, sender_of
from tests.adapters.telegram.messages import ADA, GROUP, message

GROUP_BOT = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
CHANNEL = {"id": -1009000000001, "type": "channel", "title": "News"}


@pytest.mark.parametrize(
    ("facts", "sender"),
    [
        ({}, UpdateSender("7")),
        ({"from": GROUP_BOT, "sender_chat": GROUP}, UpdateSender(str(GROUP["id"]), is_group=True)),
        ({"from": GROUP_BOT}, UpdateSender(str(GROUP["id"]), is_group=True)),
        ({"from": CHANNEL_BOT, "sender_chat": CHANNEL}, UpdateSender(str(CHANNEL["id"]))),
        ({"from": CHANNEL_BOT}, UpdateSender(str(GROUP["id"]))),
        ({"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}, "sender_chat": CHANNEL},
         UpdateSender(str(CHANNEL["id"]))),
    ],
    ids=["person", "anonymous", "anonymous without a chat", "channel", "channel without a chat", "linked channel"],
)  # fmt: skip
def test_accounts_that_many_share_are_told_apart_by_their_chat(facts: dict[str, Any], sender: UpdateSender) -> None:
    found = sender_of(message("/trending", chat=GROUP, **facts))

    assert found == sender
    assert found.is_person == (sender.id == "7")


def keyed(update: dict[str, Any]) -> str:
    read = Update.de_json({"update_id": 3} | update, None)
    assert read is not None
    return key_of(read)


def test_every_update_has_a_key() -> None:
    told = message("x", chat=GROUP).to_dict()
    query = {"id": "1", "chat_instance": "1", "data": "help", "message": told}
    member = {"user": ADA, "status": "member"}
    change = {"chat": GROUP, "from": ADA, "date": 1, "old_chat_member": member, "new_chat_member": member}

    assert keyed({"callback_query": query | {"from": ADA}}) == "7"
    assert keyed({"callback_query": query | {"from": GROUP_BOT}}) == str(GROUP["id"])
    assert keyed({"inline_query": {"id": "1", "from": ADA, "query": "", "offset": ""}}) == "7"
    assert keyed({"my_chat_member": change}) == "7"
    assert keyed({}) == "3"
