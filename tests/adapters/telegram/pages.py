"""Pages that a surface has to show, made by hand so that they change only when somebody changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.pages import Action, Card, Layout, Link, Moment, Page, Row, RowKind, Section

_TITLES = (
    "Natural Gradients Without the Fisher Matrix",
    "Agents That Stop: When More Steps Make Worse Plans",
    "A Map of What Large Models Forget",
    "Proteins <1 kDa & Their Folds: R&D at Scale",
    "世界模型中的长期记忆",
    "Who Reads the Reviews? 10,000 Rebuttals, Read",
    "One Camera, Many Cities",
    "The Price of a Token",
    "Weather From Windows: Nowcasting With Street Video",
    "Small Data, Large Claims",
)
_BODY = (
    "Curvature is read off two forward passes instead of being inverted, so that the step is as cheap as that of "
    "Adam; on four tasks of language and three of control it needs a third of the updates."
)


def card(number: int | None = 1, **facts: object) -> Card:
    """A paper with everything that a paper can have."""
    place = number or 1
    id = f"2604.{place:05}"
    page = f"https://huggingface.co/papers/{id}"
    given: dict[str, object] = {
        "key": id,
        "number": number,
        "title": _TITLES[(place - 1) % len(_TITLES)],
        "url": page,
        "byline": "Ada Lovelace, Alan Turing, Emmy Noether et al. (12) · Meta AI · Fri 24 Apr 2026",
        "reason": f"▲ {41 - 3 * (place - 1)} votes in 6 h · 128 votes · code ★ 1.2k",
        "links": (
            Link("Hugging Face", page),
            Link("code", "https://github.com/ada/engine"),
            Link("arXiv", f"https://arxiv.org/abs/{id}"),
        ),
        "body": _BODY,
        "actions": (
            Action("Why", f"why {id}"),
            Action("More", f"paper {id}"),
            Action("👍", f"vote {id} up"),
            Action("👎", f"vote {id} down"),
            Action("Save", f"save {id}"),
        ),
    }
    return Card(**(given | facts))  # type: ignore[arg-type]


def digest(count: int = 10) -> Page:
    """What comes in the morning."""
    late = count - 2 if count > 3 else count
    sections = [Section(cards=tuple(card(number) for number in range(1, late + 1)))]
    if late < count:
        sections.append(Section(heading="Late risers", cards=tuple(card(n) for n in range(late + 1, count + 1))))
    return Page(
        title="Trending papers · Fri 24 Apr 2026 · agents",
        intro="10 of 126 papers, Fri 24 Apr, trending first",
        sections=tuple(sections),
        footer="Hugging Face 5 min ago · arXiv 2 h ago\n"
        "Summaries: AI summary by Hugging Face · Digest 2026-04-24-k3x9\n"
        "Next digest: Mon 27 Apr at 09:00 Europe/Berlin",
        actions=(
            Action("Follow this topic", "subscribe agents"),
            Action("Week", "trending week agents"),
            Action("Month", "trending month agents"),
            Action("Help", "help"),
        ),
        moments=(Moment("Mon 27 Apr at 09:00 Europe/Berlin", datetime(2026, 4, 27, 7, tzinfo=UTC)),),
    )


def full(count: int = 10) -> Page:
    """The same with everything."""
    return replace(digest(count), layout=Layout.FULL)


def paper() -> Page:
    """One paper by itself."""
    actions = (*card().actions[:1], *card().actions[2:], Action("BibTeX", "bibtex 2604.00001"))
    alone = card(None, body=" ".join([_BODY] * 4), body_by="", actions=actions)
    return Page(
        title="Paper 2604.00001",
        sections=(
            Section(cards=(alone,)),
            Section(heading="AI summary by Hugging Face", text="A cheaper natural gradient."),
            Section(rows=(Row("Topics", "optimisation, curvature"), Row("arXiv", "2604.00001 cs.LG stat.ML"))),
        ),
        actions=(Action("Why", "why 2604.00001"), Action("Similar", "similar 2604.00001")),
    )


def why() -> Page:
    """The parts of a score."""
    rows = (
        Row(" 39.6", "votes so far, 9 of them new (15 h)", RowKind.NUMBER),
        Row("  4.2", "more expected within 8 h", RowKind.NUMBER),
    )
    return Page(
        title="Why 2604.00001 is here",
        intro="“Natural Gradients Without the Fisher Matrix”\n▲ 41 votes in 6 h",
        sections=(Section(text="#1 of 126 papers listed in the last 7 days."), Section(rows=rows)),
        footer="As of Fri 24 Apr 2026 12:00 UTC.",
        actions=(Action("Paper", "paper 2604.00001"),),
    )


def proposal() -> Page:
    """A subscription that is not saved yet."""
    return Page(
        title="Subscribe to “agents”?",
        intro="Next: Mon 27 Apr at 09:00 Europe/Berlin, in 2 days.",
        sections=(Section(heading="Understood", rows=(Row("words", "agents"), Row("role", "or role:@name"))),),
        footer="Not saved yet: /subscribe save does it.",
        actions=(Action("Save", "subscribe save #abcdefgh"), Action("Fewer", "subscribe fewer #abcdefgh")),
        moments=(Moment("Mon 27 Apr at 09:00 Europe/Berlin", datetime(2026, 4, 27, 7, tzinfo=UTC)),),
    )


def citation() -> Page:
    """A BibTeX entry."""
    entry = "@misc{lovelace2026natural,\n  title = {Natural Gradients},\n  author = {Lovelace, Ada and Turing, Alan}\n}"
    return Page(title="To cite 2604.00001", sections=(Section(verbatim=entry),))


EVERY = {
    "digest": lambda: digest(5),
    "full": full,
    "paper": paper,
    "why": why,
    "proposal": proposal,
    "citation": citation,
}
