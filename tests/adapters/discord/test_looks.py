"""What a digest and a paper look like: pictures, links, times of the reader, commands that can be clicked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.discord.command_names import COMMAND_NAMES
from adapters.discord.custom_ids import ButtonAction
from adapters.discord.message import components, forms
from adapters.discord.render import RenderContext, box, parts
from adapters.discord.slash_commands import commands
from bot.commands import COMMANDS
from bot.domain.i18n import lines, tr
from bot.domain.pages import Action, Card, Layout, Link, Page, Row, RowKind, Section
from bot.messages import words
from bot.messages.localization import localized
from tests.adapters.discord import bodies
from tests.adapters.discord.client import found
from tests.adapters.discord.pages import digest, with_pictures
from tests.adapters.discord.people import Person
from tests.adapters.discord.scene import Scene
from tests.builders import NOON
from tests.storage.harvests import harvest

IDS = {name: str(1000 + number) for number, name in enumerate(COMMAND_NAMES)}
PICTURE = "https://pictures.example.org/1.png"
LAYOUTS = [Layout.COMPACT, Layout.CARDS]


def pictures(page: Page) -> list[str]:
    """The addresses of the pictures of a message."""
    every = bodies.components(box(page).message)
    return [each["media"]["url"] for each in every if each["type"] == bodies.THUMBNAIL]


def shown(page: Page, context: RenderContext = RenderContext(), language: str = "en") -> str:  # noqa: B008 - frozen
    """All texts of a message."""
    return "\n".join(bodies.texts(components(localized(page, language), context)))


@pytest.mark.parametrize(("layout", "wanted"), [(Layout.COMPACT, 1), (Layout.CARDS, 5), (Layout.FULL, 0)])
def test_each_layout_has_its_pictures(layout: Layout, wanted: int) -> None:
    page = replace(with_pictures(digest(5)), layout=layout)

    assert pictures(page) == [card.thumbnail for card in page.cards][:wanted]
    assert bodies.fault(components(page, RenderContext())) == ""


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("count", [1, 5, 8, 10, 15, 25])
def test_pictures_give_way_before_summaries_and_papers(layout: Layout, count: int) -> None:
    page = replace(with_pictures(digest(count)), layout=layout)

    for part in parts(page):
        form = box(part)
        assert form.fits
        assert bodies.fault(components(part, RenderContext())) == ""
        if layout is not Layout.FULL and count <= 10:
            assert json.dumps(form.json).count("\\n> ") == len(part.cards)


def test_cards_have_more_of_the_summary_than_a_compact_list() -> None:
    body = "One sentence of the summary has some sixty letters or more. " * 5
    cards = tuple(Card(key=str(n), number=n, title="T", url="https://arxiv.org/abs/1", body=body) for n in range(1, 6))
    compact, long = (shown(Page(title="x", sections=(Section(cards=cards),), layout=each)) for each in LAYOUTS)

    assert 5 <= compact.count("One sentence") < long.count("One sentence")
    assert "…" not in compact + long


@pytest.mark.parametrize(
    "url", ["http://pictures.example.org/a.png", "javascript:1", "https://pictures.example.org/" + "a" * 2100, "x"]
)
def test_a_picture_that_discord_would_refuse_costs_no_message(url: str) -> None:
    page = with_pictures(digest(5))
    (section,) = page.sections
    cards = (replace(section.cards[0], thumbnail=url), *section.cards[1:])

    bodies_of_forms = list(forms(replace(page, sections=(replace(section, cards=cards),)), RenderContext()))

    if not url.startswith("http://"):
        assert bodies.fault(bodies_of_forms[0]) == ""
    assert bodies.fault(bodies_of_forms[1]) == ""
    assert all("thumbnail" not in json.dumps(each) for each in bodies_of_forms)


def test_a_paper_has_a_picture_and_link_buttons_and_each_link_once() -> None:
    links = (
        Link("Hugging Face", "https://huggingface.co/papers/2604.00001"),
        Link("Code", "https://github.com/ada/engine"),
        Link("PDF", "https://arxiv.org/pdf/2604.00001"),
        Link("Project", "https://example.org/" + "a" * 600),
        Link("Nothing", "javascript:alert(1)"),
    )
    card = Card(
        key="2604.00001",
        title="Engines",
        url="https://arxiv.org/abs/2604.00001",
        links=links,
        body="An abstract.",
        thumbnail="https://pictures.example.org/1.png",
        actions=(Action("👍", "vote 2604.00001 up"),),
    )
    page = Page(title="Paper", sections=(Section(cards=(card,)),))

    body = components(page, RenderContext())
    every = list(bodies.components(body["components"]))  # type: ignore[arg-type]
    buttons = [each["url"] for each in every if each["type"] == bodies.BUTTON and "url" in each]

    assert bodies.fault(body) == ""
    assert buttons == [link.url for link in links[:3]]
    # what is too long for a button stays a link of the text, and what is no address stays a word
    assert links[3].url in shown(page)
    assert "javascript" not in json.dumps(body)
    assert all(url not in shown(page) for url in buttons)
    assert [each["media"]["url"] for each in every if each["type"] == bodies.THUMBNAIL] == [card.thumbnail]
    # the abstract has the whole width
    sections = [each for each in every if each["type"] == bodies.SECTION]
    assert "An abstract" not in json.dumps(sections)


def test_every_form_of_a_paper_has_its_links() -> None:
    link = Link("PDF", "https://arxiv.org/pdf/2604.00001")
    card = Card(key="1", title="Engines", url="https://arxiv.org/abs/1", links=(link,))

    for body in forms(Page(title="Paper", sections=(Section(cards=(card,)),)), RenderContext()):
        assert link.url in json.dumps(body)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_time_on_a_page_is_the_readers_and_each_is_its_own(language: str) -> None:
    late, soon = NOON - timedelta(minutes=12), NOON + timedelta(hours=2)
    later = NOON - timedelta(minutes=2)
    page = Page(
        title="Papers",
        intro=tr("Next digest: {moment} ({span}).", moment=words.ago(soon, NOON), span=words.ago(later, NOON)),
        sections=(Section(rows=(Row("one", words.joined("arXiv", words.ago(late, NOON))),)),),
        footer=lines(words.ago(late, NOON)),
    )

    stamps = re.findall(r"<t:(\d+):R>", shown(page, language=language))

    assert [int(stamp) for stamp in stamps] == [int(each.timestamp()) for each in (soon, later, late, late)]


def test_words_that_only_look_like_a_time_stay_words() -> None:
    ago = NOON - timedelta(minutes=2)
    page = Page(
        title="Papers",
        intro=lines(tr("“{title}”", title="What was new 2 min ago"), "12 min ago", words.ago(ago, NOON)),
    )

    assert shown(page).count("<t:") == 1
    assert "12 min ago" in shown(page)


@pytest.mark.parametrize("name", COMMAND_NAMES)
def test_every_command_that_a_page_names_can_be_clicked(name: str) -> None:
    page = Page(
        title="x",
        intro=tr("Send {command}, or ({other}).", command=f"/{name} 1", other=f"/{name}"),
        sections=(
            Section(
                text=f"/{name}",
                rows=(
                    Row(f"/{name} agents", "x", RowKind.COMMAND),
                    Row("a", tr("b: {command}. Or not", command=f"/{name}")),
                ),
            ),
        ),
        footer=tr("End: {command}", command=f"/{name}"),
    )

    text = shown(page, RenderContext(commands=IDS))

    assert text.count(f"</{name}:{IDS[name]}>") == 6
    assert re.search(rf"</{name}:{IDS[name]}> (?:\w+:)?1,", text)


@pytest.mark.parametrize(
    "text",
    ["“/help”", "„Was /help kann“", "https://example.org/help", "Europe/status", "a/papers", "/helper", "/help-me"],
)
def test_what_is_no_command_of_ours_or_quoted_is_not(text: str) -> None:
    named = ("/help", "/status", "/papers")
    page = Page(title="/help", intro=text, sections=(Section(verbatim="/help"),), commands=named)

    assert "</" not in shown(page, RenderContext(commands=IDS))


def test_no_title_or_summary_can_contain_a_command_or_a_time() -> None:
    page = with_pictures(digest(1))
    (section,) = page.sections
    card = replace(section.cards[0], title="On </help:1> and /help", reason="/help", body="/help now", byline="/help")
    hostile = replace(page, intro="", footer="", sections=(replace(section, cards=(card,)),))

    assert {each.kind for each in found(shown(hostile, RenderContext(commands=IDS)))}.isdisjoint({"command", "time"})


def test_where_an_id_is_not_known_the_command_has_the_name_of_the_menus() -> None:
    page = Page(title="x", intro=tr("Send {command}", command="/subscriptions edit 1 top 5"))

    assert "/subscriptions action:edit number:1 changes:top 5" in shown(page)
    german = shown(page, language="de")
    assert "/abos " in german
    # the choice too, by the name that the menu shows
    assert "edit" not in german
    clickable = shown(page, RenderContext(commands=IDS), language="de")
    assert f"</subscriptions:{IDS['subscriptions']}> " in clickable
    assert "edit" not in clickable


@pytest.mark.parametrize("name", ["pause", "subscriptions", "trending"])
def test_a_hint_on_a_page_about_another_channel_names_it_where_the_command_takes_one(name: str) -> None:
    text = shown(Page(title="x", intro=f"/{name} 1"), RenderContext(commands=IDS, channel="42"))

    assert ("channel:<#42> number:1" in text) is (name != "trending")


@pytest.mark.parametrize(
    ("hint", "chosen"),
    [
        ("/subscriptions edit 1 at 18:30", "action:edit number:1 changes:at 18:30"),
        ("/subscriptions move 1 to <#42>", "action:move number:1 to:\\<#42\\>"),
        ("/pause 2", "number:2"),
        ("/paper 1", "id:1"),
        ("/paper 2604.01234", "id:2604.01234"),
        ("/language chat de", "language:de for:chat"),
        ("/trending week", "window:week"),
        ("/taste reset", "what:reset"),
        ("/subscribe save", "save:yes"),
        ("/subscribe agents at 9:00 Berlin", "query:agents at:9:00 timezone:Berlin"),
        ("/subscribe on announce in Tokyo top 5 save", "timezone:Tokyo days:on announce count:5 save:yes"),
        ("/import agents top:5 daily", "settings:agents top:5 daily"),
        ("/preview 1", "of:1"),
        ("/saved 1", "1"),
    ],
)
def test_what_to_choose_is_named_as_discord_does(hint: str, chosen: str) -> None:
    name = hint.partition(" ")[0].removeprefix("/")

    text = shown(Page(title="x", intro=hint), RenderContext(commands=IDS))

    assert text.endswith(f"</{name}:{IDS[name]}> {chosen}")


def test_every_option_and_choice_that_a_hint_names_is_registered() -> None:
    registered = {str(each["name"]): each for each in commands(COMMANDS, [0, 1])}
    hints = [
        (command.name, value) for command in COMMANDS for option in command.options for value in (*option.choices, "1")
    ]

    for name, word in hints:
        text = shown(Page(title="x", intro=f"/{name} {word}"), RenderContext(commands=IDS))
        option, colon, value = text.rpartition("> ")[2].partition(":")
        if not colon:
            continue
        given: dict[str, Any] = {str(each["name"]): each for each in registered[name]["options"]}  # type: ignore[attr-defined]
        assert value in {choice["value"] for choice in given[option].get("choices", [])} or value == "1"


async def test_the_ids_are_those_of_the_registered_commands(here: Scene) -> None:
    seen = await Person(here.local, here.channel).type("help")
    ids = {str(each["name"]): str(each["id"]) for each in here.local.world.commands}

    mentioned = re.findall(r"</([^:>]+):(\d+)>", "\n".join(bodies.texts(seen.body)))

    assert len(mentioned) > 3
    assert all(ids[name] == id for name, id in mentioned)


async def test_votes_are_counted_on_a_paper_with_a_picture_that_everybody_sees(here: Scene) -> None:
    (paper,) = await here.store.papers.many([digest(1).cards[0].key])
    await here.store.keep(harvest(replace(paper, thumbnail_url=PICTURE), seen_at=here.now))
    ada = Person(here.local, here.channel, manages=True)

    public = await ada.press(await ada.type("paper", id=paper.id), ButtonAction.SHARE)
    await ada.press(public, f"vote {paper.id} up")

    await here.settled(lambda: "👍 1" in str(public.message.body))
    assert PICTURE in str(public.message.body)
    assert [each for each in bodies.components(public.message.body["components"]) if "url" in each]
