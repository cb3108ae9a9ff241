"""Pure: short replies to what asks for no paper, and honest refusals of what cannot be done."""

from __future__ import annotations

from bot.page import Action, Page
from bot.talk import Cannot, Talk

_TALK = {
    Talk.GREETING: ("Hello!", "Tell me a topic, or ask what's trending."),
    Talk.THANKS: ("You're welcome.", ""),
    Talk.ACKNOWLEDGED: ("👍", ""),
    Talk.NEVER_MIND: ("No problem.", "Nothing was changed."),
    Talk.PRAISE: ("Thank you, glad it helps.", ""),
    Talk.COMPLAINT: ("Sorry about that.", "Tell me what you were looking for, or see /help for what I understand."),
    Talk.GOODBYE: ("See you!", ""),
    Talk.WHO: (
        "I'm Paperboy, a bot for research papers.",
        "I show what is trending, find papers on a topic and send digests on your schedule.",
    ),
    Talk.UNCLEAR: ("I didn't get that.", "Send a topic such as “diffusion models”, or see /help."),
}
_CANNOT = {
    Cannot.CITATIONS: (
        "I can't look up citations.",
        "I only know votes, dates and code links. Semantic Scholar and Google Scholar list citations.",
    ),
    Cannot.FULL_TEXT: (
        "I can't answer questions about a paper's full text.",
        "I know the abstract and a short summary; the PDF is linked on the paper's page.",
    ),
    Cannot.TRANSLATE: ("I can't translate papers.", "Titles, abstracts and summaries are in English only."),
    Cannot.SHARE: (
        "I can't post to other services.",
        "Invite me to the channel where you want digests, or forward a message yourself.",
    ),
    Cannot.REFERENCE_MANAGER: (
        "I can't export to that directly.",
        "/bibtex gives you an entry that reference managers import; /saved lists those of all saved papers.",
    ),
    Cannot.SUBMIT: ("I can't submit papers.", "Submit at arxiv.org or huggingface.co/papers/submit."),
    Cannot.PRINT: ("I can't print or order anything.", "The PDF is linked on the paper's page."),
    Cannot.AUDIO: ("I can't make audio, video or slides.", "I can show the abstract and a short summary."),
    Cannot.WRITE: ("I can't write that for you.", "I can find papers on the topic and give you their BibTeX."),
    Cannot.UNRELATED: ("I can't help with that.", "I only know research papers. See /help for what I can do."),
}


def small_talk(talk: Talk) -> Page:
    """One line back."""
    title, hint = _TALK[talk]
    offers = talk in (Talk.GREETING, Talk.WHO, Talk.UNCLEAR)
    return Page(
        title=title,
        intro=hint,
        actions=(Action("What's trending", "trending"), Action("Help", "help")) if offers else (),
    )


def cannot(what: Cannot, nearest: str) -> Page:
    """No, and what comes nearest."""
    title, hint = _CANNOT[what]
    close = (Action("Show the paper" if nearest.startswith("paper") else "BibTeX", nearest),) if nearest else ()
    return Page(title=title, intro=hint, actions=(*close, Action("Help", "help")))
