"""Render a page as a Discord message (Components V2) in the fullest form that fits: summaries are shortened and
dropped first, then links, then buttons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adapters.discord.components import (
    IN_A_ROW,
    MOST_LETTERS,
    ActionRow,
    Button,
    ButtonStyle,
    Container,
    Part,
    SelectMenu,
    SelectOption,
    Separator,
    TextDisplay,
    TextWithButton,
    rows,
)
from adapters.discord.custom_ids import ButtonAction, CustomId
from adapters.discord.markup import escaped, legible, link, verbatim
from adapters.discord.pages import PAPER_MENU
from bot.domain.pages import Action, Card, Layout, Moment, Page, Row, Section, paginate
from bot.domain.requests import Tally
from bot.domain.text import sentences, shorten
from bot.messages.localization import heading, text_in

#: the accent colour of every message
COLOUR = 0xF2A33A
_LONGEST_TITLE, _LONGEST_BYLINE = 150, 70
_STYLES = {"subscribe": ButtonStyle.GREEN, "unsubscribe": ButtonStyle.RED, "forget": ButtonStyle.RED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much of each paper is shown."""

    #: characters of a summary, cut at a sentence; 0 for none
    body: int = 0
    #: number of links besides the title's
    links: int = 0
    lines: bool = False
    #: titles and bylines in full length
    whole: bool = True


#: the whole summary, as no list has a longer one
_WHOLE = MOST_LETTERS
#: from the fullest to the barest
_FULL = (
    Detail(body=_WHOLE, links=4, lines=True),
    Detail(links=4, lines=True),
    Detail(links=4),
    Detail(links=1),
    Detail(),
    Detail(whole=False),
)
_COMPACT = (
    Detail(body=220, links=4, lines=True),
    Detail(body=160, links=4, lines=True),
    Detail(body=100, links=4, lines=True),
    Detail(body=160, links=4),
    Detail(body=100, links=4),
    Detail(body=100, links=1),
    *_FULL[1:],
)
_BAREST = _FULL[-1]
#: papers of a compact list that have a button each; more are in a menu
_MOST_NUMBERS = 2 * IN_A_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """What a message contains besides its page."""

    #: id of the channel that the buttons are about, if it is another one
    channel: str = ""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    #: id of a role to mention at the top
    role: str = ""
    mark: int = 0
    #: buttons for other parts of the page, before the page's own, so that they stay in the same position
    paging: tuple[Button, ...] = ()
    #: further buttons behind the page's own
    more: tuple[Button, ...] = ()


_PLAIN = RenderContext()


def box(page: Page, context: RenderContext = _PLAIN) -> Container:
    """Return the fullest form that fits, or the barest if none does.

    Texts are dropped before buttons, the last button first. If even the barest form is too large, Discord refuses
    it, and the next form of `adapters.discord.message.forms` is sent.
    """
    buttons = len(_page_buttons(page, context))
    candidates = (_box(page, context, detail, dropped) for dropped in range(buttons + 1) for detail in _details(page))
    return next((form for form in candidates if form.fits), None) or _box(page, context, _BAREST, buttons)


def _details(page: Page) -> Sequence[Detail]:
    return _COMPACT if page.layout is Layout.COMPACT else _FULL


def parts(page: Page) -> tuple[Page, ...]:
    """Split the page into as few messages as possible."""
    if _bare(page, _ALONE).fits:
        return (page,)
    return paginate(_bounded(page), lambda part: _bare(part, _ROOMY).fits)


def _bare(page: Page, context: RenderContext) -> Container:
    """Render the page in its barest form."""
    return _box(page, context, _BAREST, max(0, len(_page_buttons(page, context)) - _KEPT))


#: the largest context of any page: a mention and a button; for a page of several also two paging buttons
_ALONE = RenderContext(role="0" * 20, more=(Button("", "0"),))
_ROOMY = replace(_ALONE, paging=(Button("", "1"), Button("", "2")))
_LONGEST_NOTE, _LONGEST_HEADING = 1500, 300
#: number of its own buttons that a page always keeps
_KEPT = 1


def _bounded(page: Page) -> Page:
    """Return the page with every text that is too long for one message shortened or split."""
    sections = tuple(piece for section in page.sections for piece in _cut(section))
    title, intro = shorten(page.title, _LONGEST_HEADING), shorten(page.intro, _LONGEST_NOTE // 2)
    footer = "\n".join(shorten(line, _LONGEST_HEADING) for line in page.footer.splitlines()[:3])
    return replace(page, title=title, intro=intro, footer=footer, sections=sections)


def _cut(section: Section) -> Iterator[Section]:
    """Split a section into pieces with a few rows and lines each."""
    if section.heading or section.text or section.verbatim or not section.rows:
        texts, codes = _chunks(section.text), _chunks(section.verbatim)
        yield Section(heading=section.heading, text=texts[0], verbatim=codes[0] if len(texts) == 1 else "")
        yield from (Section(text=text) for text in texts[1:])
        yield from (Section(verbatim=code) for code in codes[len(texts) == 1 :] if code)
    for start in range(0, len(section.rows), 5):
        few = section.rows[start : start + 5]
        yield Section(
            rows=tuple(replace(row, label=shorten(row.label, 100), text=shorten(row.text, 250)) for row in few)
        )
    if section.cards:
        yield Section(cards=tuple(_shortened(card) for card in section.cards))


def _shortened(card: Card) -> Card:
    """Return the card with each text shortened to fit into a message."""
    return replace(
        card,
        title=shorten(card.title, MOST_LETTERS),
        byline=shorten(card.byline, MOST_LETTERS),
        reason=shorten(card.reason, MOST_LETTERS),
        body=shorten(card.body, MOST_LETTERS),
    )


def _chunks(text: str) -> list[str]:
    """Split text at line breaks into chunks that fit beside other texts; at least one."""
    pieces = [""]
    for line in text.splitlines():
        for start in range(0, max(len(line), 1), _LONGEST_NOTE):
            more = line[start : start + _LONGEST_NOTE]
            if pieces[-1] and len(pieces[-1]) + len("\n") + len(more) > _LONGEST_NOTE:
                pieces.append(more)
            else:
                pieces[-1] = f"{pieces[-1]}\n{more}" if pieces[-1] else more
    return pieces


def _box(page: Page, context: RenderContext, detail: Detail, dropped: int = 0) -> Container:
    written = tuple(_merged(_written(page, context, detail)))
    own = _page_buttons(page, context)
    kept = own[: len(own) - dropped]
    buttons = (*context.paging, *kept, *context.more)
    return Container((*written, *_menu(page, context), *rows(buttons)), COLOUR, context.mark)


def _written(page: Page, context: RenderContext, detail: Detail) -> Iterator[Part]:
    mention = f"<@&{context.role}>\n" if context.role else ""
    yield TextDisplay(f"{mention}## {escaped(legible(heading(page))) or '…'}")
    if page.intro:
        yield TextDisplay(_with_timestamps(page.intro, page.moments))
    for section in page.sections:
        yield from _section(section, page, context, detail)
    if page.footer:
        if detail.lines:
            yield Separator()
        lines = (line for line in page.footer.splitlines() if line.strip())
        yield TextDisplay("\n".join(f"-# {_with_timestamps(line, page.moments)}" for line in lines))


def _with_timestamps(text: str, moments: Iterable[Moment]) -> str:
    """Return the text, escaped, with each moment as a timestamp that Discord shows in the reader's time zone."""
    stamps = {
        written: f"<t:{int(moment.at.timestamp())}:f>"
        for moment in moments
        # a marker is escaped at the start of a line only
        for written in (escaped(moment.text), escaped(f"x{moment.text}")[1:])
        if written
    }
    if not stamps:
        return escaped(text)
    longest_first = sorted(stamps, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: stamps[found[0]], escaped(text))


def _section(section: Section, page: Page, context: RenderContext, detail: Detail) -> Iterator[Part]:
    if section.heading:
        if detail.lines and section.cards:
            yield Separator()
        yield TextDisplay(f"### {escaped(section.heading)}")
    if section.text:
        yield TextDisplay(_with_timestamps(section.text, page.moments))
    if section.verbatim:
        yield TextDisplay(verbatim(section.verbatim))
    if section.rows:
        yield TextDisplay("\n".join(_row(row, page.moments) for row in section.rows))
    for place, card in enumerate(section.cards):
        if detail.lines and (place or not section.heading):
            yield Separator()
        yield _card(card, page.layout, context, detail)


def _row(row: Row, moments: Sequence[Moment]) -> str:
    text = link(row.text, row.url) if row.url else _with_timestamps(row.text, moments)
    return f"**{escaped(row.label)}** · {text}"


def _card(card: Card, layout: Layout, context: RenderContext, detail: Detail) -> Part:
    text = TextDisplay(_card_text(card, detail))
    vote = next((action for action in card.actions if action.command == f"vote {card.key} up"), None)
    if layout is Layout.COMPACT or card.number is None or vote is None:
        return text
    return TextWithButton(text, _vote(vote, context, card.key))


def _card_text(card: Card, detail: Detail) -> str:
    title = card.title if detail.whole else shorten(card.title, _LONGEST_TITLE)
    byline = card.byline if detail.whole else shorten(card.byline, _LONGEST_BYLINE)
    number = f"{card.number}. " if card.number is not None else ""
    lines = [f"**{number}{link(title, card.url) or '…'}**", f"-# {escaped(byline)}" if byline else ""]
    others = [each for each in card.links if each.url != card.url or card.number is None]
    few = others if card.number is None else others[: detail.links]
    lines.append(" · ".join(filter(None, (escaped(card.reason), *(link(each.label, each.url) for each in few)))))
    if body := card.body if card.number is None else sentences(card.body, detail.body):
        lines.append("\n".join(f"> {escaped(line)}" for line in body.splitlines()))
        lines.append(f"-# {escaped(card.body_by)}" if card.body_by else "")
    return "\n".join(filter(None, lines))


def _menu(page: Page, context: RenderContext) -> tuple[ActionRow, ...]:
    """Return the buttons or the menu that open one of the papers for the person who chooses it."""
    listed = [card for card in page.cards if card.number is not None]
    opens = {card.key: _opening(card) for card in listed}
    choices = [
        SelectOption(f"{card.number}. {card.title}", opens[card.key], card.reason) for card in listed if opens[card.key]
    ]
    different = tuple({choice.value: choice for choice in choices}.values())
    if not different:
        return ()
    if page.layout is Layout.COMPACT and len(different) <= _MOST_NUMBERS:
        return rows(_numbers(listed, opens, context))
    id = CustomId(act=ButtonAction.CHOOSE, channel=context.channel).id
    return (ActionRow((SelectMenu(id, text_in(PAPER_MENU, page.language), different),)),)


def _numbers(cards: Sequence[Card], opens: Mapping[str, str], context: RenderContext) -> Iterator[Button]:
    for card in cards:
        if command := opens[card.key]:
            yield Button(str(card.number), CustomId(command=command, channel=context.channel).id)


def _opening(card: Card) -> str:
    return next((action.command for action in card.actions if action.command.startswith("paper ")), "")


def _page_buttons(page: Page, context: RenderContext) -> list[Button]:
    """Return the page's buttons, those of a single paper first."""
    alone = [card for card in page.cards if card.number is None]
    own = [_button(action, context, card.key) for card in alone for action in card.actions]
    return own + [_button(action, context) for action in page.actions]


def _button(action: Action, context: RenderContext, key: str = "") -> Button:
    name = action.command.partition(" ")[0]
    if name == "vote" and key:
        return _vote(action, context, key)
    if name == "subscribe" and action.command.split(" ")[:2] != ["subscribe", "save"]:
        style = ButtonStyle.GREY
    else:
        style = _STYLES.get(name, ButtonStyle.GREY)
    return Button(action.label, CustomId(command=action.command, channel=context.channel).id, style)


def _vote(action: Action, context: RenderContext, key: str) -> Button:
    return Button(
        vote_label(action.command, context.tallies.get(key)) or action.label,
        CustomId(command=action.command, channel=context.channel).id,
    )


def voted_paper(command: str) -> str:
    """Return the paper that a command votes on; empty for other commands, and for one that removes a vote."""
    match command.split():
        case ["vote", paper, "up" | "down"]:
            return paper
        case _:
            return ""


def vote_label(command: str, tally: Tally | None) -> str:
    """Return the label of a vote button, such as "👍 3"; empty if the command is no vote."""
    match command.split():
        case ["vote", _, "up"]:
            return f"👍 {tally.up}" if tally and tally.up else "👍"
        case ["vote", _, "down"]:
            return f"👎 {tally.down}" if tally and tally.down else "👎"
        case _:
            return ""


def _merged(parts: Iterator[Part]) -> Iterator[Part]:
    """Merge adjacent texts, as each counts as a component."""
    waiting = ""
    for part in parts:
        if isinstance(part, TextDisplay):
            waiting = f"{waiting}\n{part.content}" if waiting else part.content
            continue
        if waiting:
            yield TextDisplay(waiting)
            waiting = ""
        yield part
    if waiting:
        yield TextDisplay(waiting)
