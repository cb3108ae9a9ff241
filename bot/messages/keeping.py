"""Pages about votes, saved papers and citations."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.bibtex import entry
from bot.domain.i18n import Translatable, lines, number, tr, tr_n
from bot.domain.pages import Action, Page, Section
from bot.domain.papers import Paper
from bot.domain.requests import Tally
from bot.messages import cards, words

_VOTED = {1: tr("You voted 👍"), -1: tr("You voted 👎"), 0: tr("Vote removed")}


def voted(paper: Paper, value: int, tally: Tally) -> Page:
    """Return the person's vote and the votes of the chat."""
    return Page(
        title=_VOTED[value],
        intro=lines(words.quoted(paper.title), tr("In this chat: {votes}", votes=tallied(tally))),
        actions=() if value == 0 else (Action(tr("Remove my vote"), f"vote {paper.handle} none"),),
    )


def ask_vote(paper: Paper) -> Page:
    """Ask for a vote on a paper."""
    return Page(
        title=tr("Vote on this paper?"),
        intro=_unchanged(paper),
        actions=(
            Action("👍", f"vote {paper.handle} up"),
            Action("👎", f"vote {paper.handle} down"),
            Action(tr("Remove my vote"), f"vote {paper.handle} none"),
        ),
    )


def ask_save(paper: Paper) -> Page:
    """Ask whether to save a paper."""
    return Page(
        title=tr("Save this paper?"), intro=_unchanged(paper), actions=(Action(tr("Save"), f"save {paper.handle}"),)
    )


def ask_unsave(paper: Paper) -> Page:
    """Ask whether to remove a paper from the saved ones."""
    return Page(
        title=tr("Remove this paper from your saved papers?"),
        intro=_unchanged(paper),
        actions=(Action(tr("Remove"), f"unsave {paper.handle}"),),
    )


def _unchanged(paper: Paper) -> Translatable:
    return lines(words.quoted(paper.title), tr("Nothing has changed yet."))


def tallied(tally: Tally) -> str:
    """ "👍 3 · 👎 1"."""
    return words.joined(f"👍 {tally.up}", f"👎 {tally.down}")


def saved(paper: Paper, number: int) -> Page:
    """Confirm that a paper was saved; `number` counts all that the person has saved."""
    total = tr_n("You have {count} saved paper.", "You have {count} saved papers.", number)
    return Page(
        title=tr("Saved"),
        intro=lines(words.quoted(paper.title), total),
        actions=(Action(tr("Saved papers"), "saved"), Action(tr("Undo"), f"unsave {paper.handle}")),
    )


def unsaved(paper: Paper, was: bool) -> Page:
    """Confirm that a paper is not saved; `was` says whether it had been."""
    return Page(
        title=tr("Removed from your saved papers") if was else tr("This paper wasn't on your list"),
        intro=words.quoted(paper.title),
        actions=(Action(tr("Saved papers"), "saved"),),
    )


def everything_saved(papers: Sequence[Paper], among: int, *, numbered: bool = True) -> Page:
    """Return a person's newest saved papers with their BibTeX entries; `among` counts all of them.

    `numbered` says whether commands can name them by number.
    """
    if not papers:
        return Page(
            title=tr("You have no saved papers yet"),
            intro=tr("{command} saves paper 3 of the last list.", command="/save 3"),
        )
    newest = tr("The newest {shown} of {all}.", shown=len(papers), all=number(among)) if among > len(papers) else ""
    listed = tuple(cards.listed(paper, place) for place, paper in enumerate(papers, 1))
    remove = f"/unsave {1 if numbered else papers[0].handle}"
    return Page(
        title=tr_n("{count} saved paper", "{count} saved papers", among),
        intro=newest,
        sections=(
            Section(cards=listed),
            Section(heading="BibTeX", verbatim="\n".join(entry(paper) for paper in papers)),
        ),
        footer=tr("{command} removes the first one.", command=remove),
    )


def citation(paper: Paper) -> Page:
    """Return the BibTeX entry of a paper."""
    return Page(title=tr("Citation for {paper}", paper=paper.id), sections=(Section(verbatim=entry(paper)),))
