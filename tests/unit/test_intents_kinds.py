"""Kinds of lines that a closed vocabulary or one clause at a time has to understand, in wordings of their own."""

from __future__ import annotations

import pytest

from bot.commands.intents import Context
from bot.domain.talk import Talk
from tests.unit.test_intents import DRAFT, LIST, NOTHING, ONE, PAPER, TWO, ZONELESS, asked


@pytest.mark.parametrize(
    ("text", "command"),
    [
        # a request in any clause of its own is no part of the topic
        ("would you happen to know literature regarding cell segmentation", "papers cell segmentation"),
        ("my professor asked for papers on graph rewiring", "papers graph rewiring"),
        ("im preparing a seminar about neural fields", "papers neural fields"),
        ("I'm a nurse. Do you have papers on sepsis prediction?", "papers sepsis prediction?"),
        ("recs 4 my exam: policy gradients", "papers policy gradients"),
        ("recomend me papers about bandits", "papers bandits"),
        ("smth on tokenizers w/ code", "papers tokenizers with code"),
        ("what about sign language", "papers sign language"),
        ("list the newest papers on robot hands first", "papers the newest papers on robot hands"),
        ("what is there on audio codecs lately", "papers audio codecs"),
        # "look up" asks, a lookup table is a topic; a quoted or capitalized title stays whole
        ("lookup tables for inference", "papers lookup tables for inference"),
        ("Look Before You Leap: Papers on Planning", "papers Look Before You Leap: Papers on Planning"),
        # the list of a period in any order of the words
        ("which papers did everyone like last week", "trending week"),
        ("show us yesterdays highlights", "trending day yesterday"),
        ("whats popular rn", "trending day"),
        ("the monthly headlines", "trending month"),
        ("today's best research without surveys", "trending day without surveys"),
        ("people in photos", "papers people in photos"),
        ("news recommendation today's users", "papers news recommendation today's users"),
        # several clauses, each of which asks
        ("i'm confused, what can i do here", "help"),
        ("cool, thank you. bye!", "talk thanks"),
        ("ok bye", "talk goodbye"),
        # the topic of a digest, wherever its schedule stands
        (
            "ping me at 7 every morning with papers about folding. I live in Oslo",
            "subscribe folding at 7 every morning Europe/Oslo",
        ),
        ("weekly sepsis update, fridays 9am rome", "subscribe weekly sepsis, fridays 9am rome"),
        (
            "shoot me a weekly roundup of audio papers, tuesday 8am, lima",
            "subscribe audio papers, tuesday 8am, lima",
        ),
        ("keep an eye on quantum chemistry", "subscribe quantum chemistry"),
        ("an alert whenever there is a paper by Ada Lovelace", "subscribe by Ada Lovelace"),
        # other languages
        ("zeige mir die besten paper dieses monats", "trending month"),
        ("montre-moi les articles populaires de la semaine", "trending week"),
        ("muéstrame los mejores artículos", "trending day"),
        ("no me envíes más correos", "stop"),
        ("больше не присылай", "stop"),
        ("responde en español por favor", "language español"),
        ("nur auf französisch antworten", "language französisch"),
        ("last weeks hottest papers", "trending week"),
        ("what was hot on april 18th?", "trending day 2026-04-18"),
        ("what was trending on monday", "trending day 2026-04-20"),
        ("show the top 3 of yesterday", "trending day yesterday top 3"),
        ("what was popular the day before yesterday", "trending day 2026-04-23"),
        ("I am writing a thesis section on cell tracking and need some references", "papers cell tracking"),
        ("ocr or layout analysis, either is fine", "papers ocr or layout analysis"),
        ("pprs abuot cell tracking", "papers cell tracking"),
        # times in words, and the place behind the topic, in other languages
        ("Schick uns freitags um viertel vor acht Paper zu Robotik, Wien", "subscribe Robotik at 7:45 fridays Wien"),
        (
            "abonniere Kompression um 3 Prozent jeden Montag um 9 Uhr Berlin",
            "subscribe Kompression um 3 Prozent mondays at 9:00 Berlin",
        ),
        (
            "abonniere das Problem um drei Körper montags um halb neun Berlin",
            "subscribe das Problem um drei Körper mondays at 8:30 Berlin",
        ),
        (
            "abonniere Rotation um 12 Grad täglich um 7 Uhr 30",
            "subscribe Rotation um 12 Grad daily at 7:30",
        ),
        ("abonniere Roboter werktags um neun abends in Wien", "subscribe Roboter weekdays at 21:00 Wien"),
        (
            "suscríbeme a las tres leyes de la robótica cada lunes a las nueve Madrid",
            "subscribe las tres leyes de la robótica mondays at 9:00 Madrid",
        ),
        (
            "abonne-moi à deux heures de calcul chaque lundi à neuf heures Paris",
            "subscribe deux heures de calcul mondays at 9:00 Paris",
        ),
        ("Abonniere mich täglich um halb neun auf Robotik in Berlin", "subscribe Robotik at 8:30 daily Berlin"),
        (
            "envoie-moi chaque lundi à huit heures et demie des articles sur les drones, Paris",
            "subscribe drones at 8:30 mondays Paris",
        ),
        (
            "envíame cada lunes a las nueve y cuarto artículos sobre drones en Madrid",
            "subscribe drones at 9:15 mondays Madrid",
        ),
        ("montrez-moi les articles les plus populaires du mois", "trending month"),
    ],
)
def test_a_line_without_context(text: str, command: str) -> None:
    assert " ".join(filter(None, asked(text))) == command


@pytest.mark.parametrize(
    ("context", "text", "command"),
    [
        # one reference, and only words of asking around it
        (LIST, "where could i find the third one", "paper 3"),
        (LIST, "i'd like a link to number two", "paper 2"),
        (LIST, "the first looks promising, open it", "paper 1"),
        (LIST, "for what reason was the 2nd recommended", "why 2"),
        (LIST, "anything resembling the last one?", "similar 3"),
        (LIST, "why did you choose the first?", "why 1"),
        (LIST, "what got 2 onto the list", "why 2"),
        (LIST, "warum steht nummer 2 hier?", "why 2"),
        (LIST, "pourquoi le numéro 3 est-il là ?", "why 3"),
        (LIST, "anything in the same vein as 3?", "similar 3"),
        (ONE, "Pausiere bitte meine Abos", "pause"),
        (ONE, "please continue sending them", "resume"),
        (ONE, "could it come at noon instead", "subscriptions edit 1 weekdays at 12:00 Asia/Tokyo"),
        (LIST, "what's the reason 2 is so high", "why 2"),
        # a question of its own does not refine the list
        (LIST, "what was popular on april 21st?", "trending day 2026-04-21"),
        (ONE, "i'd rather get it on mondays only", "subscriptions edit 1 mondays at 08:00 Asia/Tokyo"),
        (ONE, "hold off sending for a while, i'm travelling", "pause"),
        (LIST, "i want to cite the second one in latex", "bibtex 2"),
        (LIST, "put 3 on my reading list for later", "save 3"),
        (LIST, "i don't like number one", "vote 1 down"),
        (LIST, "i would like the pdf of 2", "paper 2"),
        (LIST, "did 2 beat alphafold", "cannot full_text"),
        (LIST, "can i get the pdf of foldrunner", "paper 2604.00001"),
        (LIST, "anything related to FoldRunner?", "similar 2604.00001"),
        (LIST, "what about llms", "papers llms"),
        (PAPER, "where can i read it please", "paper 2604.00002"),
        # an unknown word, two references or a unit: a search, or a refinement
        (LIST, "second order optimization", "papers second order optimization"),
        (LIST, "does 4 bit training work", "papers does 4 bit training work"),
        # refinements
        (LIST, "just 2", "papers protein folding top:2"),
        (LIST, "only those that have code", "papers protein folding with code"),
        (LIST, "sorry i meant rna folding", "papers rna folding"),
        (LIST, "narrow it down to march", "papers protein folding in march"),
        (LIST, "what about membranes instead", "papers membranes"),
        (LIST, "order these by upvotes", "papers protein folding these sort:votes"),
        (LIST, "altri risultati", "papers protein folding more:3"),
        # subscriptions
        (ONE, "please stop bothering me with stuff", "stop"),
        (ONE, "i'm no longer interested in protein folding", "unsubscribe 1"),
        (ONE, "no more emails", "stop"),
        (ONE, "too much for me right now, pause it", "pause"),
        (ONE, "i have moved to Lisbon", "subscriptions edit 1 weekdays at 08:00 Europe/Lisbon"),
        (ONE, "can i have it on fridays only", "subscriptions edit 1 fridays at 08:00 Asia/Tokyo"),
        (ONE, "saturdays too", "subscriptions edit 1 mon tue wed thu fri sat at 08:00 Asia/Tokyo"),
        (ONE, "i want 3 papers not 5", "subscriptions edit 1 top 3"),
        (ONE, "switch to Lima time", "subscriptions edit 1 weekdays at 08:00 America/Lima"),
        (ONE, "skip next week", "pause"),
        (ONE, "no mail today, did something break?", "status"),
        (TWO, "im back, turn them on again", "resume"),
        (DRAFT, "cancel", "talk never_mind"),
        (ZONELESS, "don't save it", "talk never_mind"),
    ],
)
def test_a_line_after_others(context: Context, text: str, command: str) -> None:
    assert " ".join(filter(None, asked(text, context))) == command


@pytest.mark.parametrize(
    "text",
    ["thats it", "im done", "whats new this week", "dont send me anything", "why didnt i get a digest today"],
)
def test_a_missing_apostrophe_changes_nothing(text: str) -> None:
    apostrophe = text.replace("thats", "that's").replace("im ", "i'm ").replace("whats", "what's")
    apostrophe = apostrophe.replace("dont", "don't").replace("didnt", "didn't")
    assert asked(text, NOTHING) == asked(apostrophe, NOTHING) != ("papers", text)


@pytest.mark.parametrize(
    ("text", "command"),
    [("why 3", "why 3"), ("why is #2 here", "why 2"), ("pdf of 3", "paper 3"), ("similar to number 4", "similar 4")],
)
def test_a_number_without_a_list_is_refused_by_the_command_instead_of_searched(text: str, command: str) -> None:
    assert " ".join(asked(text)) == command


@pytest.mark.parametrize(
    "text",
    [
        *("nein danke", "Nein, danke!", "nee", "danke, nein", "nicht nötig", "lass mal", "jetzt nicht", "nein nein"),
        *("non merci", "Non, merci.", "ça ira", "pas maintenant", "merci, non", "no gracias", "No, muchas gracias"),
        *("no hace falta", "no grazie", "lascia stare", "não, obrigado", "agora não", "нет, спасибо", "не надо"),
        *("不用了，谢谢", "不用谢谢", "算了", "いいえ、結構です", "結構です", "아니요, 괜찮아요", "nope"),
    ],
)
def test_a_polite_refusal_is_no_search_in_any_language(text: str) -> None:
    assert asked(text, NOTHING) == ("talk", Talk.NEVER_MIND.value)


@pytest.mark.parametrize("text", ["non autoregressive models", "no regret learning", "nein kernels", "egal attention"])
def test_a_topic_may_begin_like_a_refusal(text: str) -> None:
    assert asked(text, NOTHING)[0] == "papers"
