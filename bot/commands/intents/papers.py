"""Rules about one paper: show, explain, cite, save, vote, find similar ones."""

from __future__ import annotations

import re

from bot.commands.intents.model import Context, Decline, Intent, Run
from bot.commands.intents.phrases import Phrases
from bot.commands.intents.pointing import paper_of
from bot.commands.intents.utterance import Utterance
from bot.domain.talk import Cannot

#: phrases about a paper that `<what>` refers to, by command; the first that refers to a paper wins
_POINTED: tuple[tuple[str, Phrases], ...] = (
    (
        "why",
        Phrases(
            "[explain|tell] [me|us] (why|how come|how so) [is|was|are|does|do|did|has] <what> [is|was|are]"
            " [(here|there|trending|ranked|listed|shown|included|so|at|first|rank|stand|popular|up|relevant|above"
            "|below|on|in|number|higher|ahead) [<rest>]]",
            "(explain|what explains|reasons? for) [me] [the] (ranking|rank|place|position|score|order|reason) (of"
            "|for) <what>",
            "what (makes|made|brings|brought|puts|put) <what> [(trend|trending|popular|rank|hot|here|so|special"
            "|stand|first) [<rest>]]",
            "(what's|what is|whats) <what> doing (here|there|on this list|on the list)",
            "[the] (score|ranking|rank|reason|reasons) (of|for) <what>",
            "why (did|do|would|have) (you|u|it|the bot|paperboy) [even] (pick|picked|choose|chosen|chose|include"
            "|included"
            "|send|sent|show|shown|list|listed|rank|ranked|select|selected|recommend|recommended|suggest|suggested|put|give)"
            " [me|us] <what> [(here|there|on|in|at|so|up|above|to) [<rest>]]",
            "what (got|landed|pushed|took|led) <what> (on|onto|into|in|to|here|there) [<rest>]",
            "(what's|what is|whats) the (reason|point) [that|why|for] <what> (is|was|being) [<rest>]",
            "(for what reason|how|on what basis) (is|was|did|do|does|are) [you] [pick|choose|select|rank]"
            " <what> [(chosen|picked|selected|ranked|here|there|listed|included|trending) [<rest>]]",
        ),
    ),
    (
        "similar",
        Phrases(
            "[show|give|find|send|get|any|see] [me] [some|any|other|more|the] [papers|work|works|stuff|things|ones]"
            " (similar|related|like|comparable|alike|close) [papers|ones|work|works] [to|with|of|for] <what>",
            "more like <what>",
            "[is there|are there|do you have|have you got] (anything|something|any|others|some) [else|other"
            "|papers|work]"
            " (like|similar to|close to|related to|in the style of|in the [same] vein (of|as)) <what>",
            "[the] neighbou?rs of <what>",
            "what [else] is (similar|close|related|like) [to] <what>",
        ),
    ),
    (
        "bibtex",
        Phrases(
            "[show|give|send|get|copy|export|want|need] [me] [a|the] (bibtex|bib tex|bib|citation|cite|reference"
            "|latex|ris)"
            " [entry|key|record] [of|for|to] <what> [(in|as) (bibtex|bib tex|latex|bib)]",
            "[how (do|can|should|would|to) [i|we|you|one]] cite <what>",
            "<what> (in|as) (bibtex|bib tex|latex|a bib entry)",
        ),
    ),
    (
        "unsave",
        Phrases(
            "(un-?save|remove|delete|drop|take) <what> (from|off|out of) [my|the] {saved} [list|papers]",
            "(un-?save|un-?bookmark|un-?star) <what>",
        ),
    ),
    (
        "save",
        Phrases(
            "(save|keep|bookmark|star|store|add|put|favou?rite|remember) <what> [(to|on|in|into|for) [my|the]"
            " ({saved}|list|later|me) [list|papers]] [too|as well]",
        ),
    ),
    (
        "vote up",
        Phrases(
            r"(up-?vote|up vote|thumbs up|\+1|like|love|i (like|love|liked|loved|enjoyed)|vote (for|up)) [for|to"
            r"|on] <what> [up]",
        ),
    ),
    (
        "vote down",
        Phrases(
            "(down-?vote|down vote|thumbs down|-1|dislike|hate|i (dislike|hate|don't like|do not like|disliked)"
            "|vote (against|down)) [for|to|on] <what> [down]",
        ),
    ),
    ("vote none", Phrases("(remove|undo|withdraw|take back|delete) [my] (vote|like|thumb) (on|for|from|of) <what>")),
    (
        "paper",
        Phrases(
            "[{show}] [me|us] [what|what's|whats|where|where's|do you have|is there|are there] [is|are] [the|a|an"
            "|its|any|some] {facet}"
            " [link|page|repo|url|list|text|file|count] [available] [of|for|to|on|about|behind|from|in] <what>",
            "who (wrote|made|authored|published|did|built|created|developed) <what>",
            "who (is|are) [the] (authors? of|behind|people behind) <what>",
            "(when|where) was <what> (published|released|posted|submitted|listed)",
            "(what's|what is|whats|what) <what> [all] (about|saying|on|called|titled)",
            "what (does|do) <what> (say|do|propose|show|claim|find|mean)",
            "(does|do|has|have|is there) <what> [have|has|come with|got|include|release|provide] [any|a|an|the|its]"
            " [open|public]"
            " (code|github|repo(?:sitory)?|project page|pdf|implementation) [available|released]",
            "how many (upvotes|votes|stars|likes|comments|authors|points) (does|do|did|has|have|for|on) <what>"
            " [have|has|got|get|gotten]",
            "<what>'s {facet}",
            "<what> ({facet}|[in] [more] details?)",
            "<what> (looks|sounds|seems|is|was) [really|very|so|quite] (interesting|promising|relevant|good|great"
            "|cool|nice|intriguing)",
            "[{show}] [me|us] [more] [about|on] <what> [in [more] detail|in full]",
            "[tell|show|give] [me|us] more (about|on|of|info on|details on|details about|detail on) <what>",
            "(expand|unfold|summarise|summarize|explain|elaborate on|elaborate|describe|open|details?|paper"
            "|go to|abstract"
            "|check) <what>",
            "<what>",
        ),
    ),
)
#: phrases about the paper shown last, without a reference, by command
_UNSAID: tuple[tuple[str, Phrases], ...] = (
    ("why", Phrases("why [though|so|{this}|is {this}] [here|trending|is it here]", "how come")),
    (
        "similar",
        Phrases("[and|any|show|find|more] [me] (similar|related) [ones|papers|work|stuff]", "[more] like {this}"),
    ),
    (
        "bibtex",
        Phrases("(bibtex|bib tex|cite|citation|reference) [{this}|please]", "how (do|can|should) i cite {this}"),
    ),
    ("save", Phrases("(save|keep|bookmark) [{this}] [for later]", "add {this} to my [reading] list")),
    ("unsave", Phrases("un-?save [{this}]")),
    ("vote up", Phrases(r"(up-?vote|up vote|thumbs up|\+1|like) [{this}]", "i like {this}")),
    ("vote down", Phrases("(down-?vote|down vote|thumbs down|-1|dislike) [{this}]", "i (don't|do not) like {this}")),
    (
        "paper",
        Phrases(
            "[and] [show|give|send] [me] [the|its] {facet} [link|page] [of it]",
            "who (wrote|made|is behind) {this}",
            "what is {this} about",
            "(has it|does it have|is there|where is the|any) code",
            "where can i read {this}",
        ),
    ),
)
#: words of questions that only the paper's full text answers
_INSIDE = re.compile(
    r"\b(?:datasets?|data sets?|baselines?|hyperparameters?|learning rate|hardware|gpus?|architecture|loss"
    r"|ablations?|results?"
    r"|experiments?|evaluat\w+|train(?:ed|ing)?|benchmarks?|limitations?|parameters|model size|conclusion|method"
    r"|equation"
    r"|figure|table|section|appendix|compare[sd]?)\b"
)
#: "does 3 outperform GPT-4", but "does 4 bit training work"
_ABOUT_ONE = re.compile(
    r"^(?:(?:how|why|what|when|where) )?(?:does|did|is|was) (?P<paper>(?:paper |number |#|the )?(?:\d{1,2}(?:st|nd|rd"
    r"|th)?|first|second"
    r"|third|fourth|fifth|last)(?: one| paper)?|it|this one|this paper|that one) (?!bit|shot|step|way|hop|stage"
    r"|layer|gpu)\w"
)
_QUESTION = re.compile(r"^(?:what|which|how|did|does|do|is|are|was|were|on what|on which|compare|contrast)\b")
_NUMBER = re.compile(r"(?:the )?(?:paper |number |no\.? ?|nr\.? ?|#)?([1-9]\d?)")
_POINTER = re.compile(
    r"(?:\b(?:paper|number|no\.?|nr\.?) ?|#|\bthe )?(?:\b\d{1,2}\b(?! (?:bit|shot|step|way|hop|stage|layer"
    r"|gpu))|\b(?:first|second|third|fourth|fifth|last)\b)(?:"
    r" (?:one|paper))?"
    r"|\b(?:it|this|that)(?: (?:one|paper))?\b"
)


def bare_number(utterance: Utterance, context: Context) -> Intent | None:
    """Match a number, which opens that paper of the last list."""
    return Run("paper", utterance.plain.lstrip("#")) if re.fullmatch(r"#?\d{1,3}", utterance.plain) else None


def full_text(utterance: Utterance, context: Context) -> Intent | None:
    """Match a question that only the paper's full text answers."""
    said = utterance.plain
    if (one := _ABOUT_ONE.match(said)) and pointed(utterance, context) is None:
        return (
            Decline(Cannot.FULL_TEXT, Run("paper", pointer)) if (pointer := paper_of(one["paper"], context)) else None
        )
    if not (_QUESTION.match(said) and _INSIDE.search(said)):
        return None
    pointers = (paper_of(found[0], context) for found in _POINTER.finditer(said))
    pointer = next((each for each in pointers if each), None)
    return Decline(Cannot.FULL_TEXT, Run("paper", pointer)) if pointer else None


def pointed(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request about a paper of the last list: "why is 3 here", "abstract of the second", "pdf of OpenGame"."""
    listed = bool(context.last.ids or context.paper)
    for command, phrases in _POINTED:
        for found in phrases.all(utterance.plain):
            if pointer := paper_of(found["what"], context) if listed else _number(found["what"]):
                return _ask(command, pointer)
    return None


def _number(words: str) -> str | None:
    """Return a number in a list that the chat does not have: the command says so, where a search would find noise."""
    found = _NUMBER.fullmatch(words.strip(" ?.!"))
    return found[1] if found else None


def unsaid(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request about the paper that was shown last."""
    if not context.paper:
        return None
    return next((_ask(command, context.paper) for command, phrases in _UNSAID if phrases.match(utterance.plain)), None)


def _ask(command: str, pointer: str) -> Run:
    name, _, rest = command.partition(" ")
    return Run(name, f"{pointer} {rest}".strip())


RULES = (bare_number, full_text, pointed, unsaid)
