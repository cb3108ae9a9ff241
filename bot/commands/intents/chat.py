"""Rules for small talk, help, privacy, deletion of data, and requests that the bot cannot meet."""

from __future__ import annotations

import re

from bot.commands.intents.foreign import foreign, why
from bot.commands.intents.model import Context, Decline, Intent, Run, SmallTalk
from bot.commands.intents.phrases import Phrases
from bot.commands.intents.pointing import paper_of
from bot.commands.intents.utterance import Utterance, with_apostrophes
from bot.domain.talk import Cannot, Talk

_YES = "ok|okay|great|perfect|cool|nice|awesome|no|yes|good|super|wow|alright|fine|excellent"
_TALK: tuple[tuple[Talk, Phrases], ...] = (
    (
        Talk.THANKS,
        Phrases(
            f"[{_YES}] [{_YES}] [many] (thanks|thank you|thank u|thx|thnx|tnx|ty|tysm|cheers|[much] appreciated"
            f"|appreciate it|ta)"
            " [a lot|so much|very much|a bunch|a ton|loads|again|in advance|for (that|this|the help|your help"
            "|everything)] [{people}]"
            " [(that|this|you) <_>|{nice}|very helpful|that's all|all good|bye|exactly what i needed]",
        ),
    ),
    (
        Talk.GREETING,
        Phrases(
            "(hi+|hey+|hello+|yo|hiya|heya|howdy|sup|wass?up|what's up|good (morning|afternoon|evening|day)|morning"
            "|evening|greetings"
            "|how are you|how's it going|how do you do|ping|test|testing|knock knock) [doing|today] [{people}]"
            " [{people}] [how are you] [today]",
            "(are you|anybody|anyone|you) (there|here|awake|alive|up|online)",
        ),
    ),
    (
        Talk.GOODBYE,
        Phrases(
            "(bye+|bye bye|goodbye|good night|goodnight|see (you|ya|u)|cya|later|talk [to you] later|take care|ttyl"
            "|that's all|that is all|i'm done"
            "|gotta go|have a (nice|good|great) (day|evening|weekend|one)) [later|soon|tomorrow] [{people}]",
        ),
    ),
    (
        Talk.NEVER_MIND,
        Phrases(
            "[no] (nevermind|never mind|nvm|forget it|forget about it|nothing|no thanks|no thank you|nope|no|nah"
            "|not now|not today|maybe later|leave it"
            "|scrap that|doesn't matter|wrong chat|oops|my bad|sorry|it's fine|that's fine|ignore (that|this|me))"
            " [{people}] [wrong (chat|window)]",
        ),
    ),
    (
        Talk.PRAISE,
        Phrases(
            "(you're|you are|u r|this is|that is|that's|it is|it's|this bot is|what a|such a|you are a|you're a)"
            " [so|really|very|pretty|absolutely|just|a|quite] {nice} [bot|tool|thing|job|work|list|help|service|idea]",
            "({nice}) (bot|job|work|stuff|tool|list|picks?|one)",
            "(well done|you rock|keep it up|kudos|bravo|congrats|[very|really|super] (useful|helpful)|works great"
            "|that works|this works)",
            "[i] love (you|this|it|this bot)",
        ),
    ),
    (
        Talk.COMPLAINT,
        Phrases(
            "(you're|you are|u r|this is|that is|that's|it is|it's|this bot is|what a|such a) [so|really|very"
            "|pretty|just|a|totally] {awful}"
            " [bot|tool|thing|answer|list]",
            "{awful} [bot|answer|robot|machine]",
            "(you suck|this sucks|wtf|shut up|go away|that's not what i (asked|wanted|meant) [for]|no that's wrong"
            "|damn|ugh+|meh|argh+)",
            "i hate (you|this|this bot|it)",
        ),
    ),
    (
        Talk.ACKNOWLEDGED,
        Phrases(
            "(ok+|okay|okey|k+|kk|alright|all right|got it|i see|understood|right|sure|yes|yep|yeah|yup|fine|{nice}"
            "|sweet|wow|whoa|hm+|huh|oh"
            "|ah+|aha|haha|hahaha|lol|lmao|interesting|will do|sounds good|looks good|noted|makes sense|good to"
            " know|fair enough|exactly|indeed"
            "|true|omg|super|not bad|good point|i agree|agreed|done) [got it|{nice}|ok|okay|i see|understood|sure"
            "|that works|interesting] [{people}]",
        ),
    ),
    (
        Talk.WHO,
        Phrases(
            "(who|what) (are|r) (you|u)",
            "are you [a|an] (bot|robot|human|real|ai|person|chatgpt|gpt|llm|open source|free)",
            "who (made|built|created|runs|wrote|programmed|owns) (you|this|this bot)",
            "(what's|what is) your name",
            "(what's|what is) (paperboy|this|this bot)",
            "(tell me about|introduce) yourself",
        ),
    ),
)
_HELP = Phrases(
    r"(help|help me|\?+|commands?|options|menu|manual|usage|instructions|tutorial|faq|docs|documentation|start|[get"
    r"|getting] started|settings)",
    "i need help",
    "(i'm|i am) (lost|new|confused) [here]",
    "[show|list] [me] [all|the|your|available] [the|available] (commands|options|features)",
    "what [else] (can|could|do) (you|u|this bot|i|it|paperboy) [actually|all] (do|ask|say|type|write|offer"
    "|understand|use|get) [here|for me|for us|you|with you|with this]",
    "what (are|r) (my|the|your) (options|commands|features)",
    "what (commands|features|options) [are there|do you have|can i use|exist|do you support]",
    "how (do|does|can|should|would|to) [i|you|this|it|we|one] (use|work|start|begin|operate|get started) [with]"
    " [this|it|you|the bot|that|paperboy|this bot|this thing]",
    "how (do|can) i talk to you",
    "how does (this|it|you|that|the bot|paperboy|this bot|this thing) work",
    "how it works",
    "what are you (able to do|good (at|for)|for|capable of)",
    "(what|which) (sources?|data|websites?|sites?|languages?|categories|fields) (do|can) you (use|support|speak"
    "|cover|read"
    "|know|have|understand)",
    "where do (the|your|these) papers come from",
    "where do you (get|take|find) [the|your|these] papers [from]",
    "(search|find papers) by (authors?|lab|name|keywords?|title)",
    "(what do i do|what now|now what) [now|here]",
    "[give me|show me] [an|some] examples?",
)
_HOW = (
    "[explain|tell|show] [me|us] (how (do|can|could|should|would|to) [i|we|you|one]|what is the (way|command) to|is"
    " there a (way|command) to"
    "|where (do|can) i|i (don't|do not) know how to|explain how to|help [me] (with|to))"
)
_HOW_TO: tuple[tuple[str, Phrases], ...] = tuple(
    (topic, Phrases(f"{_HOW} ({verbs}) [<rest>]"))
    for topic, verbs in (
        (
            "unsubscribe",
            r"un-?subscrib\w*|unfollow\w*|get rid of|cancel\w*|stop\w*|end|quit|opt out|turn it off|make (?:you"
            r"|it|this) stop",
        ),
        ("pause", r"paus\w+|mut\w+|snooz\w+"),
        ("subscriptions", r"edit|chang\w+|adjust|modify|reschedul\w*|move"),
        (
            "subscribe",
            r"subscrib\w*|follow\w*|get [a|the] (daily|weekly|digests?|notif\w+|alerts?)|sign up|set up|receive",
        ),
        ("papers", r"search\w*|find\w*|look (for|up)|filter\w*|exclude|query|ask for papers"),
        ("save", r"sav\w+|bookmark\w*|keep"),
        ("vote", r"vot\w+|like|upvote"),
        ("export", "export|backup|back up|import"),
        ("forget", r"delet\w+|eras\w+|forget"),
        ("bibtex", "cite|citing|get [a] (bibtex|citation)"),
    )
)
_HELP_ON = Phrases(
    "(help|explain|usage) [on|about|for|with|of] <command>", "(what|how) does /?<command> (do|work|mean)"
)
_PRIVACY = Phrases(
    "(privacy [policy]|gdpr|[your] (data|privacy) policy)",
    "(what|which) [data|information|info] (do|does|are|is) (you|u|this bot|it|paperboy) [all] (know|store|save|keep"
    "|collect|storing|keeping|collecting|have|track|remember|log)"
    " [about|on|of] [me|us|my data|this chat|people]",
    r"(do|are|does|can) (you|u|this bot|it) (store|save|keep|collect|track|log|record|share|sell|read|spy\w*"
    r"|tracking|storing|logging) [on]"
    " [my|our|any|the|all] (data|messages|conversations?|information|info|me|us|everything|chats?|personal data"
    "|votes) [<_>]",
    "(is|are) (my|our|this) (data|messages|chat|conversation) (private|safe|stored|secure|encrypted)",
    "who [can] sees? (my|our|this) <_>",
    "(where is my data|what happens (to|with) my data|what (data|information) (is|are) (stored|kept|saved"
    "|collected)) [stored] [<_>]",
)
_FORGET_ME = Phrases(
    "(forget|delete|erase|remove|wipe) (me|about me|what you know about me|everything about me|my votes [and saved"
    " papers]|my saved papers|my personal data)"
)
_FORGET_ALL = Phrases(
    "(forget|delete|erase|remove|wipe|clear|destroy|purge) [all|all of] [my|our|this chat's|the|this] [personal]"
    " (everything|all|all data|data|account|history|information|info|chat data|records?|stuff|settings)"
    " [(about|on|of|from) (me|us|this chat|here)] [you (have|know|store|stored) [(about|on) (me|us)]]",
    "(delete|remove|forget) (this chat|us)",
    "close my account",
    "i want (to be forgotten|my data (deleted|gone|removed))",
)
_EXPORT = Phrases(
    "(export|download|backup|back up|dump|give me|get|copy|print) [me] [a copy of|a backup of|all] [my|our|the|all"
    " my|this chat's]"
    " (settings|subscriptions|config(?:uration)?|data|topics|everything|subs) [as (text|a file|json)]",
    "(export|backup|backup|back up)",
    "[can i have|i need|give me] [a] (copy|backup|export) of (my|our|all|the|all my) (settings|subscriptions|data"
    "|topics)",
)
_RESEND = Phrases(
    "(re-?send|send|post|repeat|deliver) [me|us] [the|my|that|this|last] [today's|this morning's|yesterday's|last]"
    " [digest|papers|list|mail|email|message|one|it]"
    " (again|once more|one more time)",
    "re-?send [it|that|[the|my|that] [today's|yesterday's|last|this morning's] (digest|one|mail|list|message)]",
)
_CANNOT: tuple[tuple[Cannot, Phrases], ...] = (
    (
        Cannot.CITATIONS,
        Phrases(
            "(how (many|often|much)|who|what|which papers?|list|show|give|get) [<_>] (citations?|cited|cites"
            "|citing) [<_>]",
            "[<_>] (citation (count|graph|network|number)s?|h-?index|impact factor|most cited) [<_>]",
            "(is|was|has|have) <_> [been] cited [<_>]",
        ),
    ),
    (
        Cannot.TRANSLATE,
        Phrases(
            "translate (it|this|that|them|these|the <_>|number <_>|paper <_>|abstract <_>|summary <_>|#?\\d+ <_>"
            "|#?\\d+)",
            "(translate|show|give|explain|summarise|summarize|read|tell|say|write|answer|speak) [<_>] (to|into"
            "|in) {language}",
        ),
    ),
    (
        Cannot.REFERENCE_MANAGER,
        Phrases(
            "(export|send|save|add|import|push|sync|put|upload|copy|download) [<_>] (to|into|in|with|on|as) [my|our"
            "|the] {manager} [<_>]",
            "(download|export|send [me]) (all|every|these|those) [of] [the|these|them] [<_>] (pdfs?|files?)",
        ),
    ),
    (
        Cannot.SHARE,
        Phrases(
            "(post|publish|share|forward|send|push|announce|cc) [<_>] (on|to|in|with|into|via|at) [my|our|the]"
            " ({service}|boss|colleagues?|friends?|team|professor|supervisor|students?) [<_>]",
            "(tweet|retweet) [<_>]",
        ),
    ),
    (
        Cannot.SUBMIT,
        Phrases(
            "[how (do|can) i] (submit|upload|publish|post) [<_>] (my|our|a|this) [own|new] (paper|preprint"
            "|manuscript|article|draft|thesis|work) [<_>]",
            "[how (do|can) i] (submit|upload) [<_>] to (arxiv|hugging face|huggingface|openreview|<_>)",
        ),
    ),
    (Cannot.PRINT, Phrases("(print|buy|purchase|ship) [<_>]", r"order (a|an|some|#?\d+) [<_>]", "<_> printed [<_>]")),
    (
        Cannot.AUDIO,
        Phrases(
            "(read|play|speak|say|narrate) [<_>] (aloud|out loud|to me|as a podcast|as audio)",
            "[<_>] (as|into) [a|an] (podcast|audio|audiobook|video|voice message|mp3|slides|presentation)",
            "make [me] (a|an|some) (podcast|video|audiobook|slides|slide deck|presentation|poster|infographic) [<_>]",
        ),
    ),
    (
        Cannot.WRITE,
        Phrases(
            "(write|draft|compose|generate|create|make|prepare|do) [me|us] [a|an|the|my|our|some] [<_>] (review"
            "|related work|literature review|essay|blog post|thesis|email|letter|report|script|program|slides"
            "|presentation|homework|assignment|introduction|rebuttal|poem|story|song|function|app) [<_>]",
            "(summarise|summarize|combine|merge|condense) (all|these|those|every) [of] [the|these|today's]"
            " (papers?|them|articles|results|abstracts) [<_>]",
            "(write|generate) [me] [some|the] (code|python|text) [<_>]",
            "(proofread|implement|reproduce|run|execute|install|debug|compile|peer review|peer-review|review) (it"
            "|this|that|my|the|number|paper|#?\\d+|code) [<_>]",
            "(compare|contrast) [paper|number|papers] #?\\d+ (and|with|to|vs|versus|or) [number|paper] #?\\d+",
        ),
    ),
    (
        Cannot.FULL_TEXT,
        Phrases(
            "(chat with|talk to|discuss|interview) [the|this|that] (paper|pdf|authors?) [<_>]",
            "(contact|e-?mail|message|write to|reach) [the|an] authors? [<_>]",
        ),
    ),
    (
        Cannot.UNRELATED,
        Phrases(
            "[what's|what is|how is] [the] weather [<_>]",
            "(what's|what is) the time [<_>]",
            "what time is it [<_>]",
            "[tell] [me] [a|another] joke",
            "(play|sing) [me] [a|some] (music|game|song|chess) [<_>]",
            "set [a|an] (alarm|timer) [<_>]",
            "(book|call) [me] (a|an|my) <_>",
            "order [me] [a|some] (pizza|food|coffee) [<_>]",
            r"(what|how much) is \d+\S* [<_>]",
            "who won <_>",
        ),
    ),
)
#: refusals that offer the paper they are about
_ABOUT_A_PAPER = frozenset(Cannot) - {Cannot.SUBMIT, Cannot.UNRELATED}
_MOST_WORDS = 20
_POINTER = re.compile(
    r"(?:\b(?:paper|number|no\.?|nr\.?) ?|#|\bthe )?(?:\b\d{1,2}\b|\b(?:first|second|third|fourth|fifth|last)\b)(?:"
    r" (?:one|paper))?"
    r"|\b(?:it|this|that)(?: (?:one|paper))?\b"
)


def silent(utterance: Utterance, context: Context) -> Intent | None:
    """Match a line of only emoji or punctuation; a question mark asks for help."""
    if not utterance.silent:
        return None
    said = utterance.text.strip()
    if "?" in said and set(said) <= set("?!¿ "):
        return Run("help")
    if context.paper and said[:1] in ("👍", "👎"):
        return Run("vote", f"{context.paper} {'up' if said[0] == '👍' else 'down'}")
    has_picture = any(ord(letter) > 0x2190 for letter in said)
    return SmallTalk(Talk.ACKNOWLEDGED if has_picture else Talk.UNCLEAR)


def small_talk(utterance: Utterance, context: Context) -> Intent | None:
    """Match greetings, thanks, praise and goodbyes, which search for nothing."""
    said = re.sub(r"^(?:@\w+)\s+", "", with_apostrophes(utterance.text.casefold()))
    said = " ".join(re.sub(r"[^\w\s'’+-]", " ", said).split())
    return next((SmallTalk(t) for each in (said, utterance.plain) for t, phrases in _TALK if phrases.match(each)), None)


def asks_help(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request for help, in general or with one command."""
    said = utterance.plain
    if _HELP.match(said):
        return Run("help")
    for topic, phrases in _HOW_TO:
        found = phrases.match(said)
        if found and not _is_a_question(topic, found["rest"] or "", context):
            return Run("help", topic)
    found = _HELP_ON.match(said)
    return Run("help", found["command"].lstrip("/")) if found and found["command"].startswith("/") else None


#: placeholders for what can be searched or excluded: "a word", "some topic"
_THING = re.compile(
    r"^(?:for |by |with )?(?:an? |some |the |my )?(?:words?|terms?|papers?|topics?|authors?|things?|phrases?|dates?)\b"
)


def _is_a_question(topic: str, rest: str, context: Context) -> bool:
    """Return whether the line asks for the thing itself, as in "how do I cite 3", rather than for help with it."""
    if topic == "bibtex":
        return paper_of(rest, context) is not None
    return topic == "papers" and bool(rest) and not _THING.match(rest)


def data(utterance: Utterance, context: Context) -> Intent | None:
    """Match requests about stored data: privacy, deletion, export, and sending a digest again."""
    said = utterance.plain
    if _PRIVACY.match(said):
        return Run("privacy")
    if _FORGET_ME.match(said):
        return Run("forget", "me")
    if _FORGET_ALL.match(said):
        return Run("forget")
    if _EXPORT.match(said):
        return Run("export")
    return Run("resend") if _RESEND.match(said) else None


def cannot(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request that the bot cannot meet, with the closest command it can offer."""
    said = utterance.plain
    if not said or len(utterance.words) > _MOST_WORDS:
        return None
    what = next((what for what, phrases in _CANNOT if phrases.match(said)), None)
    if what is None:
        return None
    pointers = (paper_of(found[0], context) for found in _POINTER.finditer(said)) if what in _ABOUT_A_PAPER else ()
    pointer = next((each for each in pointers if each), None)
    nearest = "bibtex" if what is Cannot.REFERENCE_MANAGER else "paper"
    return Decline(what, Run(nearest, pointer) if pointer else None)


RULES = (silent, small_talk, foreign, why, asks_help, data, cannot)
