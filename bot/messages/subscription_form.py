"""Editing a subscription step by step: a page with every setting, and one per setting with its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.features import Feature, supports
from bot.domain.i18n import Message, tr, tr_n
from bot.domain.pages import Action, Layout, Page, Section
from bot.domain.standings import Standing
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.messages import terms, words
from bot.messages.schedules import described
from bot.messages.terms import name

_SIZES = (1, 3, 5, 10, 15, 25)


@dataclass(frozen=True, slots=True)
class _Step:
    """A setting: its label, and its values as buttons, or the question that a reply answers."""

    label: Message
    #: label of each value by how it is typed; empty where a reply answers the question
    values: Mapping[str, str]
    question: Message | None = None
    #: typed before a reply
    typed: str = ""


_STEPS: Mapping[str, _Step] = {
    "topic": _Step(
        tr("Topic"), {}, tr("Reply with the new topic, for example {example}.", example="agents -survey"), "query:"
    ),
    "time": _Step(
        tr("Days and time"),
        {},
        tr("Reply with days and time, for example {example}.", example="weekdays at 9:00 Europe/Berlin"),
    ),
    "size": _Step(
        tr("Number of papers"),
        {f"top {size}": tr_n("{count} paper", "{count} papers", size) for size in _SIZES},
    ),
    "empty": _Step(
        tr("Empty days"),
        {
            f"empty:{EmptyDay.NOTE}": tr("A short note"),
            f"empty:{EmptyDay.BEST}": tr("The week's best"),
            f"empty:{EmptyDay.NOTHING}": tr("Nothing"),
        },
    ),
    "layout": _Step(
        tr("Layout"),
        {
            f"layout:{Layout.COMPACT}": tr("Short"),
            f"layout:{Layout.CARDS}": tr("Cards"),
            f"layout:{Layout.FULL}": tr("With everything"),
            f"layout:{Layout.RICH}": tr("Rich message"),
        },
    ),
    "pictures": _Step(tr("Pictures"), {"thumbnails:yes": tr("With pictures"), "thumbnails:no": tr("Without pictures")}),
    "living": _Step(tr("Updates"), {"living:yes": tr("With new votes"), "living:no": tr("No updates")}),
    "thread": _Step(tr("Discussion"), {"thread:yes": tr("A thread for each digest"), "thread:no": tr("No threads")}),
    "sound": _Step(tr("Sound"), {"silent:no": tr("With sound"), "silent:yes": tr("Without sound")}),
    "repeat": _Step(
        tr("Repeats"),
        {
            "repeat:7": tr_n("After {count} day", "After {count} days", 7),
            "repeat:30": tr_n("After {count} day", "After {count} days", 30),
            "repeat:never": tr("Never"),
        },
    ),
}
#: settings and values that only some surfaces have
_FEATURES = {
    "living": Feature.EDITS,
    "thread": Feature.THREADS,
    f"layout:{Layout.RICH}": Feature.RICH_MESSAGES,
}
#: the settings that can be chosen
STEPS = frozenset(_STEPS)


def form(standing: Standing) -> Page:
    """Return every setting as it is, each with a button that changes it."""
    subscription = standing.subscription
    id = f"id:{subscription.id}"
    steps = tuple(
        Action(step.label, f"subscriptions form {id} {key}")
        for key, step in _STEPS.items()
        if _offered(key, subscription)
    )
    return Page(
        title=tr("Change subscription {number}, {name}", number=standing.number, name=name(subscription)),
        intro=tr("What would you like to change?"),
        sections=(Section(rows=terms.settings(subscription)),),
        actions=(*steps, Action(tr("Back"), f"subscriptions show {id}")),
    )


def step(standing: Standing, key: str) -> Page:
    """Return one setting with its values; the present one is marked. Return the form if it has no effect here."""
    subscription, chosen = standing.subscription, _STEPS[key]
    if not _offered(key, subscription):
        return form(standing)
    id, present = f"id:{subscription.id}", _present(subscription)
    line = f"subscriptions edit {id}"
    values = tuple(
        Action(words.joined("✓", label) if typed in present else label, f"{line} {typed}")
        for typed, label in chosen.values.items()
        if _offered(typed, subscription)
    )
    return Page(
        title=tr("{setting} of {name}", setting=chosen.label, name=name(subscription)),
        intro=tr("Now: {setting}", setting=_now(subscription, key)),
        sections=(Section(text=chosen.question),) if chosen.question else (),
        actions=(*values, Action(tr("Back"), f"subscriptions form {id}")),
        prompt=f"{line} {chosen.typed}".strip() if chosen.question else "",
    )


def _offered(key: str, subscription: Subscription) -> bool:
    """Return whether a setting or value has any effect on the surface of a subscription."""
    return key not in _FEATURES or supports(subscription.chat.surface, _FEATURES[key])


def _present(subscription: Subscription) -> frozenset[str]:
    repeat = subscription.repeat_days or "never"
    silent = "yes" if subscription.silent else "no"
    typed = (f"top {subscription.size}", f"empty:{subscription.empty}", f"layout:{subscription.layout}")
    thumbnails = "yes" if subscription.thumbnails else "no"
    living = "yes" if subscription.living else "no"
    thread = "yes" if subscription.discussion else "no"
    extras = (f"living:{living}", f"thread:{thread}")
    return frozenset({*typed, *extras, f"silent:{silent}", f"repeat:{repeat}", f"thumbnails:{thumbnails}"})


def _now(subscription: Subscription, key: str) -> str:
    if key == "time":
        return described(subscription.schedule)
    if key == "topic":
        return name(subscription)
    labels = {typed: label for typed, label in _STEPS[key].values.items() if typed in _present(subscription)}
    return next(iter(labels.values()), terms.size(subscription))
