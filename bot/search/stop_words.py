"""Pure: English stop words and weak words."""

from __future__ import annotations

#: stop words: never looked up
STOP_WORDS = frozenset(
    """
    a about an and any are as at be been being but by can could did do does find for from give had has have how i if in
    into is it its know list looking me more most my name no nor not of on or other our out over please point provide
    recommend should show so some such suggest tell than that the their them then there these they this those through
    to under up was we were what when where which who whom why will with would you your
    """.split()
)
#: weak words: common around a topic and in every paper, so they get a lower weight
WEAK_WORDS = frozenset(
    """
    address addressed addresses addressing aim aimed applied applies apply article articles attempt attempted author
    authors available based conduct conducted concern concerning demonstrate demonstrated demonstrates describe
    described describes develop developed developing develops discuss discussed discusses discussing early employ
    employed employs example examples examine examined examines examining exist existing explore explored explores
    exploring focus focused focuses focusing instance introduce introduced introduces introducing investigate
    investigated investigates investigating literature mention mentioned mentions paper papers present presented
    presenting presents previous prior propose proposed proposes proposing publication publications recent recently
    reference references regarding related relevant research researcher researchers researches shown specifically
    studies study use used uses using utilize utilized utilizes utilizing via within without work works
    """.split()
)
#: weight of a weak word; other words have 1
FAINTLY = 0.3
