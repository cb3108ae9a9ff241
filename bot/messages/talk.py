"""Short replies to small talk, and to requests that the bot cannot meet."""

from __future__ import annotations

from bot.domain.i18n import tr
from bot.domain.pages import Action, Page
from bot.domain.talk import Cannot, Talk

_EXAMPLE = "“diffusion models”"
_TALK = {
    Talk.GREETING: (tr("Hello!"), tr("Tell me a topic, or ask what's trending.")),
    Talk.THANKS: (tr("You're welcome."), ""),
    Talk.ACKNOWLEDGED: ("👍", ""),
    Talk.NEVER_MIND: (tr("No problem."), tr("Nothing was changed.")),
    Talk.PRAISE: (tr("Thank you, glad it helps."), ""),
    Talk.COMPLAINT: (
        tr("Sorry about that."),
        tr("Tell me what you were looking for, or send {command} to see what I understand.", command="/help"),
    ),
    Talk.GOODBYE: (tr("See you!"), ""),
    Talk.WHO: (
        tr("I'm Paperboy, a bot for research papers."),
        tr("I show what's trending, find papers on a topic and send digests on your schedule."),
    ),
    Talk.UNCLEAR: (
        tr("I didn't get that."),
        tr("Send a topic such as {example}, or {command} to see what I can do.", example=_EXAMPLE, command="/help"),
    ),
}
_CANNOT = {
    Cannot.CITATIONS: (
        tr("I can't look up citations."),
        tr("I only know votes, dates and code links. Semantic Scholar and Google Scholar list citations."),
    ),
    Cannot.FULL_TEXT: (
        tr("I can't answer questions about a paper's full text."),
        tr("I know the abstract and a short summary. The paper's page links to the PDF."),
    ),
    Cannot.TRANSLATE: (
        tr("I can't translate papers."),
        tr("Titles, abstracts and summaries are in English only."),
    ),
    Cannot.SHARE: (
        tr("I can't post to other services."),
        tr("Invite me to the channel where you want digests, or forward a message yourself."),
    ),
    Cannot.REFERENCE_MANAGER: (
        tr("I can't export to that directly."),
        tr(
            "{one} gives you an entry that reference managers can import, {all} the entries of all your saved papers.",
            one="/bibtex",
            all="/saved",
        ),
    ),
    Cannot.SUBMIT: (
        tr("I can't submit papers."),
        tr("Submit them at {sites}.", sites="arxiv.org, huggingface.co/papers/submit"),
    ),
    Cannot.PRINT: (tr("I can't print or order anything."), tr("The paper's page links to the PDF.")),
    Cannot.AUDIO: (tr("I can't make audio, video or slides."), tr("I can show the abstract and a short summary.")),
    Cannot.WRITE: (
        tr("I can't write that for you."),
        tr("I can find papers on the topic and give you their BibTeX."),
    ),
    Cannot.UNRELATED: (
        tr("I can't help with that."),
        tr("I only know research papers. Send {command} to see what I can do.", command="/help"),
    ),
}


def small_talk(talk: Talk) -> Page:
    """Return a short reply."""
    title, hint = _TALK[talk]
    offers = talk in (Talk.GREETING, Talk.WHO, Talk.UNCLEAR)
    return Page(
        title=title,
        intro=hint,
        actions=(Action(tr("What's trending"), "trending"), Action(tr("Help"), "help")) if offers else (),
    )


def cannot(what: Cannot, nearest: str) -> Page:
    """Decline a request; `nearest` is a command that comes close to it, without slash, or empty."""
    title, hint = _CANNOT[what]
    label = tr("Show the paper") if nearest.startswith("paper") else "BibTeX"
    close = (Action(label, nearest),) if nearest else ()
    return Page(title=title, intro=hint, actions=(*close, Action(tr("Help"), "help")))
