"""The settings of a subscription in words, with how to change each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.features import Feature, layout_on, supports
from bot.domain.i18n import Translatable, clock, joined, tr, tr_n
from bot.domain.pages import Layout, Moment, Row, Section
from bot.domain.schedule import Schedule
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.domain.text import shorten
from bot.messages import schedules, words
from bot.messages.pauses import why_paused
from bot.query.subscriptions.spec import SubscriptionSpec

_EMPTY = {
    EmptyDay.NOTE: tr("a note on days without papers"),
    EmptyDay.BEST: tr("the week's best papers on days without new ones"),
    EmptyDay.NOTHING: tr("nothing on days without papers"),
}
_LAYOUTS = {
    Layout.COMPACT: tr("short, with one button for each paper"),
    Layout.CARDS: tr("cards, with longer summaries"),
    Layout.FULL: tr("full, with whole summaries and votes"),
    Layout.RICH: tr("a rich message, with whole summaries to unfold"),
}
#: where there are no rich messages
_SHORT_INSTEAD = tr("short, as rich messages exist only on Telegram")
_LONGEST = 160
#: characters of a query that is shown as a name
_NAME = 48
_NOTHING = SubscriptionSpec()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingTerm:
    """One setting of a subscription."""

    label: str
    text: str
    #: whether the person gave it
    given: bool
    #: example of how to change it, as typed
    change: str
    #: rarely changed; defaults of such settings share one row
    minor: bool = False


def moments(subscription: Subscription) -> tuple[Moment, ...]:
    """Return when the next digest comes, as it is shown on the page."""
    if subscription.next_at is None or subscription.spread:
        return ()
    return (Moment(schedules.moment(subscription.next_at, subscription.schedule), subscription.next_at),)


def layout(subscription: Subscription) -> str:
    """Return the layout as its surface shows it."""
    if layout_on(subscription.chat.surface, subscription.layout) is not subscription.layout:
        return _SHORT_INSTEAD
    return _LAYOUTS[subscription.layout]


def name(subscription: Subscription, limit: int = _NAME) -> Translatable:
    """ "“agents”", or "all papers"."""
    return words.quoted(shorten(subscription.query, limit)) if subscription.query else tr("all papers")


def size(subscription: Subscription) -> Translatable:
    """ "up to 10 papers"."""
    return tr_n("up to {count} paper", "up to {count} papers", subscription.size)


def coming(subscription: Subscription, now: datetime) -> Translatable:
    """ "Next digest: Mon 27 Apr at 09:00 Europe/Berlin (in 2 days)." """
    if subscription.paused:
        return tr("This subscription is {paused}.", paused=why_paused(subscription))
    if subscription.next_at is None:
        return tr("No digest is scheduled.")
    return tr(
        "Next digest: {moment} ({span}).",
        moment=schedules.due(subscription),
        span=words.ago(subscription.next_at, now),
    )


def told(subscription: Subscription, spec: SubscriptionSpec, zone_from: str = "") -> tuple[Section, ...]:
    """Return the settings that a person gave, and the defaults with how to change them.

    `zone_from` says where a time zone comes from that nobody named: "same as subscription 1".
    """
    terms = _terms(subscription, spec, zone_from)
    given = tuple(Row(term.label, term.text) for term in terms if term.given)
    defaults = [
        Row(term.label, _default(term.text, term.change)) for term in terms if not term.given and not term.minor
    ]
    minor = [term for term in terms if not term.given and term.minor]
    if minor:
        texts = joined(", ", *(term.text for term in minor))
        defaults.append(Row(tr("Also"), _default(texts, " ".join(term.change for term in minor))))
    sections = (
        Section(heading=tr("What you asked for"), rows=given),
        Section(heading=tr("Defaults"), rows=tuple(defaults)),
    )
    return tuple(section for section in sections if section.rows)


def _default(text: str, change: str) -> Translatable:
    return tr("{setting} (to change: {words})", setting=text, words=change)


def settings(subscription: Subscription) -> tuple[Row, ...]:
    """Return every setting of a subscription."""
    return tuple(Row(term.label, term.text) for term in _terms(subscription, _NOTHING))


def summary(subscription: Subscription) -> tuple[Row, ...]:
    """Return the settings of a subscription, those that are rarely changed in one row."""
    found = _terms(subscription, _NOTHING)
    minor = joined(", ", *(term.text for term in found if term.minor))
    return (*(Row(term.label, term.text) for term in found if not term.minor), Row(tr("Also"), minor))


def changes(before: Subscription, after: Subscription) -> tuple[Row, ...]:
    """Return every setting that is different, with its previous value."""
    pairs = zip(_terms(before, _NOTHING), _terms(after, _NOTHING), strict=True)
    return tuple(
        Row(new.label, tr("{setting} (was: {before})", setting=new.text, before=old.text))
        for old, new in pairs
        if old.text != new.text
    )


def _terms(subscription: Subscription, spec: SubscriptionSpec, zone_from: str = "") -> Sequence[SettingTerm]:
    return (
        *_papers(subscription, spec),
        *_schedule(subscription.schedule, spec, zone_from),
        *_details(subscription, spec),
    )


def _schedule(schedule: Schedule, spec: SubscriptionSpec, zone_from: str) -> Iterator[SettingTerm]:
    when = spec.when
    zone = tr("{zone} ({origin})", zone=schedule.zone, origin=zone_from) if zone_from else schedule.zone
    yield SettingTerm(
        label=tr("Days"),
        text=schedules.days(schedule),
        given=when.names_days,
        change="daily, mon thu, monthly, on announce",
    )
    yield SettingTerm(label=tr("Time"), text=_time(schedule), given=bool(when.at or when.announced), change="at 18:30")
    yield SettingTerm(label=tr("Time zone"), text=zone, given=bool(when.zone), change="in Tokyo")


def _time(schedule: Schedule) -> Translatable:
    if schedule.at is None:
        return tr("any time")
    return tr("not before {time}", time=clock(schedule.at)) if schedule.announced else clock(schedule.at)


def _papers(subscription: Subscription, spec: SubscriptionSpec) -> Iterator[SettingTerm]:
    topic = shorten(subscription.query, _LONGEST) or tr("everything that is trending")
    yield SettingTerm(label=tr("Topic"), text=topic, given=spec.query is not None, change="agents -survey")
    yield SettingTerm(label=tr("Size"), text=size(subscription), given=spec.size is not None, change="top 10")


def _details(subscription: Subscription, spec: SubscriptionSpec) -> Iterator[SettingTerm]:
    least, again, role = subscription.threshold, subscription.repeat_days, subscription.role
    votes = _votes(least) if least else tr("no minimum number of votes")
    repeats = (
        tr_n("no paper again within {count} day", "no paper again within {count} days", again)
        if again
        else tr("no paper twice")
    )
    sound = tr("without sound") if subscription.silent else tr("with sound")
    mention = _mention(shorten(role, _LONGEST), silent=subscription.silent) if role else tr("no mention")
    empty = _EMPTY[subscription.empty]
    pictures = tr("pictures where possible") if subscription.thumbnails else tr("no pictures")
    minor = (
        (tr("Votes"), votes, spec.threshold is not None, "votes:>=20"),
        (tr("Empty days"), empty, spec.empty is not None, "empty:best"),
        (tr("Repeats"), repeats, spec.repeat_days is not None, "repeat:30"),
        (tr("Sound"), sound, spec.silent is not None, "silent"),
        (tr("Layout"), layout(subscription), spec.layout is not None, "layout:full"),
        (tr("Pictures"), pictures, spec.thumbnails is not None, "thumbnails:no"),
        (tr("Mention"), mention, spec.role is not None, "role:@name"),
        *_extras(subscription, spec),
    )
    for label, text, given, change in minor:
        yield SettingTerm(label=label, text=text, given=given, change=change, minor=True)


def _extras(subscription: Subscription, spec: SubscriptionSpec) -> Iterator[tuple[str, str, bool, str]]:
    """Yield what only some surfaces can do, with how it is changed."""
    surface = subscription.chat.surface
    if subscription.living or supports(surface, Feature.EDITS):
        living = tr("with new votes until the end of the day") if subscription.living else tr("no updates")
        yield tr("Updates"), living, spec.living is not None, "living:no" if subscription.living else "living:yes"
    if subscription.discussion or supports(surface, Feature.THREADS):
        thread = tr("a thread for each digest") if subscription.discussion else tr("no threads")
        change = "thread:no" if subscription.discussion else "thread:yes"
        yield tr("Discussion"), thread, spec.discussion is not None, change


def _mention(role: str, *, silent: bool) -> str:
    """Return the mention, with a warning if a message without sound notifies nobody of it."""
    if not silent:
        return role
    return tr("{role}, but silent:yes means that nobody is notified; silent:no changes that", role=role)


def _votes(least: int) -> Translatable:
    return tr_n("at least {count} vote", "at least {count} votes", least)
