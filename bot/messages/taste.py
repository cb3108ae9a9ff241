"""Pages of /taste and /recommended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.digests.taste import Profile, TasteTerm
from bot.domain.i18n import Translatable, joined, lines, listing, tr, tr_n
from bot.domain.pages import Action, Page, Row, Section
from bot.domain.papers import Paper
from bot.domain.taste import SaidWord, Strength
from bot.messages import cards

#: words, rows and papers that are shown
_MOSTLY, _LESS, _ROWS, _PAPERS = 5, 3, 8, 10
#: below this, likes stand hardly above other papers: their words do not set them apart
_SEPARATED = 0.65
_FEWEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteFacts:
    """What is shown of one taste."""

    #: whether it is a chat's, not a person's
    of_chat: bool = False
    #: None with too little evidence
    profile: Profile | None = None
    strength: Strength = Strength.STRONG
    #: newest first
    liked: Sequence[Paper] = ()
    disliked: int = 0
    passed_over: int = 0
    #: people whose votes were used
    people: int = 1
    #: share of other papers above which a left-out like stands; None if it cannot be told
    separation: float | None = None
    #: papers among the ten first of the last week that are there because of taste
    moved: int = 0
    #: whether the reader may see the words
    open: bool = True


def shown(facts: TasteFacts) -> Page:
    """Return what a taste has learned, from what, and how much it changes."""
    title = tr("What this chat likes") if facts.of_chat else tr("Your taste")
    if not facts.open:
        return Page(title=title, intro=_closed(facts), actions=(Action(tr("My taste"), "taste"),))
    if facts.profile is None:
        return Page(title=title, intro=_too_few(facts), footer=_how(facts), actions=_actions(facts))
    return Page(
        title=title,
        intro=lines(_mostly(facts.profile), _less(facts.profile), *_said_lines(facts.profile.said), _separated(facts)),
        sections=tuple(_sections(facts, facts.profile)),
        footer=_how(facts),
        actions=_actions(facts),
    )


def _mostly(profile: Profile) -> Translatable | str:
    if profile.likes < _FEWEST:
        return tr_n(
            "You've liked {count} paper so far. I start using your likes at {fewest}.",
            "You've liked {count} papers so far. I start using your likes at {fewest}.",
            profile.likes,
            fewest=_FEWEST,
        )
    several = [term.word for term in profile.more if term.papers > 1][:_MOSTLY]
    if several:
        words = listing(several)
        return tr_n("Mostly: {words} ({count} like).", "Mostly: {words} ({count} likes).", profile.likes, words=words)
    return tr_n(
        "You've liked only {count} paper so far, so there is nothing to compare it with.",
        "The {count} papers you liked have no word in common yet.",
        profile.likes,
    )


def _less(profile: Profile) -> Translatable | str:
    words = [term.word for term in profile.less if term.papers > 1][:_LESS] or [
        term.word for term in profile.less[:_LESS]
    ]
    if not words:
        return ""
    return tr_n("Less: {words} ({count} 👎).", "Less: {words} ({count} 👎).", profile.dislikes, words=listing(words))


def _said_lines(said: Sequence[SaidWord]) -> list[Translatable]:
    return [_said(each) for each in said[-_ROWS:]]


def _said(said: SaidWord) -> Translatable:
    if said.value > 0:
        return tr_n(
            "More {word}, as you asked.", "More {word}, as you asked {count} times.", said.times, word=said.word
        )
    return tr_n("Less {word}, as you asked.", "Less {word}, as you asked {count} times.", said.times, word=said.word)


def _separated(facts: TasteFacts) -> Translatable | str:
    if facts.separation is None:
        return ""
    share = round(100 * facts.separation)
    if facts.separation < _SEPARATED:
        return tr(
            "These words say little about what you like: a paper you like ranks above "
            "only {share}% of last week's papers (chance: 50%).",
            share=share,
        )
    return tr("How well it works: a paper you like ranks above {share}% of last week's papers.", share=share)


def _sections(facts: TasteFacts, profile: Profile) -> list[Section]:
    found = []
    if profile.likes >= _FEWEST and profile.more:
        rows = tuple(Row(term.word, _counted(term, profile.likes)) for term in profile.more[:_ROWS])
        found.append(Section(heading=tr("Strongest words"), rows=rows))
    if facts.liked:
        rows = tuple(Row(paper.id, paper.title) for paper in facts.liked[:_PAPERS])
        found.append(Section(heading=tr("Learned from"), text=_sources(facts), rows=rows))
    found.append(Section(heading=tr("Effect"), text=joined(" ", _strength(facts.strength), _moved(facts))))
    return found


def _counted(term: TasteTerm, among: int) -> Translatable:
    return tr("in {papers} of {among} likes", papers=term.papers, among=among)


def _sources(facts: TasteFacts) -> Translatable:
    return joined(
        " · ",
        tr_n("{count} liked paper", "{count} liked papers", len(facts.liked)),
        tr_n("{count} 👎", "{count} 👎", facts.disliked) if facts.disliked else "",
        tr_n(
            "{count} paper you passed over",
            "{count} papers you passed over",
            facts.passed_over,
        )
        if facts.passed_over
        else "",
        tr_n("votes of {count} person", "votes of {count} people", facts.people) if facts.of_chat else "",
        tr("the newest {shown} are listed", shown=_PAPERS) if len(facts.liked) > _PAPERS else "",
    )


def _strength(strength: Strength) -> Translatable:
    match strength:
        case Strength.OFF:
            return tr("Taste is off.")
        case Strength.MILD:
            return tr("Taste is mild: it counts as much as the votes.")
        case Strength.STRONG:
            return tr("Taste is strong: it counts five times as much as the votes.")


def _moved(facts: TasteFacts) -> Translatable | str:
    if facts.strength is Strength.OFF:
        return ""
    return tr_n(
        "It changes {count} of last week's top 10 papers.",
        "It changes {count} of last week's top 10 papers.",
        facts.moved,
    )


def _too_few(facts: TasteFacts) -> Translatable:
    count = len(facts.liked)
    if facts.of_chat:
        return tr_n(
            "People here have liked {count} paper so far. I need at least {fewest}: vote 👍 on papers in this chat.",
            "People here have liked {count} papers so far. I need at least {fewest}: vote 👍 on papers in this chat.",
            count,
            fewest=_FEWEST,
        )
    return tr_n(
        "You've liked {count} paper so far. I need at least {fewest}: vote 👍, save papers, or send {command}",
        "You've liked {count} papers so far. I need at least {fewest}: vote 👍, save papers, or send {command}",
        count,
        fewest=_FEWEST,
        command="/taste start",
    )


def _closed(facts: TasteFacts) -> Translatable:
    return tr("Only one person has voted here so far, so only that person can see the words.")


def _how(facts: TasteFacts) -> Translatable:
    prefix = "/taste chat" if facts.of_chat else "/taste"
    commands = [f"{prefix} {verb}" for verb in ("more WORD", "less WORD", "reset", "off")]
    return tr("Change it: {commands}", commands=joined(" · ", *commands))


def _actions(facts: TasteFacts) -> tuple[Action, ...]:
    prefix = "taste chat" if facts.of_chat else "taste"
    labels = {Strength.OFF: tr("Off"), Strength.MILD: tr("Mild"), Strength.STRONG: tr("Strong")}
    strengths = [Action(label, f"{prefix} {strength}") for strength, label in labels.items()]
    others = [action for action in strengths if not action.command.endswith(f" {facts.strength}")]
    if facts.of_chat:
        return (*others, Action(tr("My taste"), "taste"))
    return (
        Action(tr("Recommended"), "recommended"),
        Action(tr("Rate ten papers"), "taste start"),
        *others,
        Action(tr("This chat's taste"), "taste chat"),
    )


def changed(of_chat: bool, strength: Strength) -> Page:
    """Confirm a new strength."""
    return _confirmed(of_chat, _strength(strength))


def said(of_chat: bool, word: SaidWord) -> Page:
    """Confirm a word."""
    prefix = "taste chat" if of_chat else "taste"
    page = _confirmed(of_chat, _said(word))
    command = f"{prefix} unsay {word.word}"
    undo = (Action(tr("Undo"), command),) if len(command.encode()) <= 64 else ()
    return Page(title=page.title, intro=page.intro, footer=page.footer, actions=(*undo, *page.actions))


def unsaid(of_chat: bool, word: str, *, was: bool) -> Page:
    """Confirm that a word counts no more."""
    told = (
        tr("“{word}” no longer counts.", word=word)
        if was
        else tr("You haven't asked for more or less of “{word}”.", word=word)
    )
    return _confirmed(of_chat, told)


def was_reset(of_chat: bool) -> Page:
    """Confirm a new start."""
    return _confirmed(
        of_chat,
        tr("I'm starting over. Earlier votes, saved papers and your own words no longer count."),
    )


def imported(known: int, unknown: int) -> Page:
    """Tell which papers were found in a list."""
    return Page(
        title=tr_n("{count} paper counts as liked", "{count} papers count as liked", known),
        intro=tr_n("I couldn't find {count} of them.", "I couldn't find {count} of them.", unknown) if unknown else "",
        footer=tr("See what I learned from them: {command}", command="/taste"),
        actions=(Action(tr("My taste"), "taste"), Action(tr("Recommended"), "recommended")),
    )


def start(papers: Sequence[Paper], *, numbered: bool) -> Page:
    """Return papers that tell most about a taste."""
    listed = [cards.listed(paper, number if numbered else None) for number, paper in enumerate(papers, 1)]
    return Page(
        title=tr("Which of these do you like?"),
        intro=tr(
            "Vote 👍 on at least {fewest}, and 👎 on what you don't want to see. "
            "The papers differ a lot, so every vote helps.",
            fewest=_FEWEST,
        ),
        sections=(Section(cards=tuple(listed)),) if listed else (),
        footer=tr(
            "Or paste papers you like: {command} with arXiv ids, DOIs, BibTeX or a Zotero export", command="/taste like"
        ),
        actions=(Action(tr("My taste"), "taste"),),
    )


def nothing_to_start() -> Page:
    """Return that there are no papers to vote on."""
    return Page(
        title=tr("I have no papers from the last week yet"),
        intro=tr(
            "Paste papers you like: {command} with arXiv ids, DOIs, BibTeX or a Zotero export", command="/taste like"
        ),
    )


def recommended(papers: Sequence[tuple[Paper, str]], *, numbered: bool, strength: Strength) -> Page:
    """Return the week's papers for one person, each with its reason."""
    listed = [
        cards.listed(paper, number if numbered else None, reason) for number, (paper, reason) in enumerate(papers, 1)
    ]
    return Page(
        title=tr("Recommended for you this week"),
        intro=lines(
            "" if papers else tr("You've already seen all of this week's papers."),
            tr("Taste is off for your digests. This list still uses it.") if strength is Strength.OFF else "",
        ),
        sections=(Section(cards=tuple(listed)),) if listed else (),
        footer=tr("Learned from your votes and saved papers: {command}", command="/taste"),
        actions=(Action(tr("My taste"), "taste"), Action(tr("Trending"), "trending week")),
    )


def not_yet(likes: int) -> Page:
    """Return that nothing can be recommended yet."""
    facts = TasteFacts(liked=())
    return Page(
        title=tr("I don't know your taste yet"),
        intro=tr_n(
            "You've liked {count} paper so far. I need at least {fewest}: vote 👍, save papers, or send {command}",
            "You've liked {count} papers so far. I need at least {fewest}: vote 👍, save papers, or send {command}",
            likes,
            fewest=_FEWEST,
            command="/taste start",
        ),
        actions=(Action(tr("Rate ten papers"), "taste start"), *_actions(facts)[-1:]),
    )


def exported(settings: Sequence[str]) -> Page:
    """Return a taste as lines that can be pasted back."""
    if not settings:
        return Page(
            title=tr("Nothing to export"),
            intro=tr("You haven't liked any papers or asked for more or less of a topic yet."),
        )
    return Page(
        title=tr("Your taste, as text"),
        intro=tr("To restore it, send these lines one by one, here or in another chat."),
        sections=(Section(verbatim="\n".join(settings)),),
    )


def points(value: float, words: Sequence[str]) -> Translatable:
    """Return what taste adds to a score, in one line: "taste +12: agents, tool use"."""
    rounded = f"{round(value):+d}"
    if words and value > 0:
        return tr("taste {points}: {words}", points=rounded, words=", ".join(words))
    return tr("taste {points}", points=rounded)


def _confirmed(of_chat: bool, intro: str) -> Page:
    return Page(
        title=tr("This chat's taste was changed") if of_chat else tr("Your taste was changed"),
        intro=intro,
        footer=tr("See it: {command}", command="/taste chat" if of_chat else "/taste"),
        actions=(Action(tr("Show"), "taste chat" if of_chat else "taste"),),
    )
