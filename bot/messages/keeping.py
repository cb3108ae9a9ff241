"""Pure: what people think of papers, and which they keep."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.bibtex import entry
from bot.domain.i18n import tr_n
from bot.domain.pages import Action, Page, Section
from bot.domain.papers import Paper
from bot.domain.requests import Tally
from bot.messages import cards, words

_SAID = {1: "Your 👍 counts", -1: "Your 👎 counts", 0: "Your vote is removed"}


def voted(paper: Paper, value: int, tally: Tally) -> Page:
    """What the person said, and what the chat thinks."""
    return Page(
        title=_SAID[value],
        intro=f"“{paper.title}”\nIn this chat: {tallied(tally)}",
        actions=() if value == 0 else (Action("Remove my vote", f"vote {paper.id} none"),),
    )


def ask_vote(paper: Paper) -> Page:
    """A paper to vote on."""
    return Page(
        title="Your vote on this paper?",
        intro=f"“{paper.title}”\nNothing was changed yet.",
        actions=(
            Action("👍", f"vote {paper.id} up"),
            Action("👎", f"vote {paper.id} down"),
            Action("Remove my vote", f"vote {paper.id} none"),
        ),
    )


def ask_save(paper: Paper) -> Page:
    """A paper to keep."""
    return Page(
        title="Save this paper?",
        intro=f"“{paper.title}”\nNothing was changed yet.",
        actions=(Action("Save", f"save {paper.id}"),),
    )


def ask_unsave(paper: Paper) -> Page:
    """A paper to keep no longer."""
    return Page(
        title="Remove this paper from those you saved?",
        intro=f"“{paper.title}”\nNothing was changed yet.",
        actions=(Action("Remove", f"unsave {paper.id}"),),
    )


def tallied(tally: Tally) -> str:
    """ "👍 3 · 👎 1"."""
    return words.joined(f"👍 {tally.up}", f"👎 {tally.down}")


def saved(paper: Paper, number: int) -> Page:
    """It is kept."""
    return Page(
        title="Saved for you",
        intro=f"“{paper.title}”\nYou have {tr_n('{count} saved paper', '{count} saved papers', number)}.",
        actions=(Action("Saved papers", "saved"), Action("Not saved", f"unsave {paper.id}")),
    )


def unsaved(paper: Paper, was: bool) -> Page:
    """It is not kept."""
    return Page(
        title="Not saved any more" if was else "It was not saved",
        intro=f"“{paper.title}”",
        actions=(Action("Saved papers", "saved"),),
    )


def everything_saved(papers: Sequence[Paper], among: int) -> Page:
    """A person's papers with an entry for each. `among` is how many there are, of which these are the newest."""
    if not papers:
        return Page(title="You have saved no paper yet", intro="/save 3 keeps the third of the last list.")
    shown = f"The newest {len(papers)} of {among}." if among > len(papers) else ""
    listed = tuple(cards.listed(paper, number) for number, paper in enumerate(papers, 1))
    return Page(
        title=tr_n("{count} saved paper", "{count} saved papers", among),
        intro=shown,
        sections=(
            Section(cards=listed),
            Section(heading="BibTeX", verbatim="\n".join(entry(paper) for paper in papers)),
        ),
        footer="/unsave 1 takes the first away.",
    )


def citation(paper: Paper) -> Page:
    """How to cite one."""
    return Page(title=f"To cite {paper.id}", sections=(Section(verbatim=entry(paper)),))
