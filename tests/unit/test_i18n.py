from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from datetime import date, time, timedelta

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.i18n import (
    DayStyle,
    Translatable,
    clock,
    compact,
    day,
    decimal,
    into,
    isolated,
    joined,
    lines,
    listing,
    number,
    ordinal,
    relative,
    span,
    tr,
    tr_n,
)
from bot.domain.pages import Action, Card, Link, Moment, Page, Row, Section, paginate
from bot.messages.catalogue import CatalogueLanguage, available, language_of, negotiate, normalize
from bot.messages.language_names import all_named
from bot.messages.localization import heading, localized
from tests.builders import NOON

TRANSLATIONS: Mapping[str | tuple[str, str], str | tuple[str, str]] = {
    "Papers on {query}": "Artikel über {query}",
    ("{count} paper", "{count} papers"): ("{count} Artikel (einer)", "{count} Artikel"),
    "{papers}, best first.": "{papers}, die besten zuerst.",
}


def german(tag: str = "de") -> CatalogueLanguage:
    catalog = Catalog(locale="de")
    for template, translation in TRANSLATIONS.items():
        catalog.add(template, translation)
    file = io.BytesIO()
    write_mo(file, catalog)
    file.seek(0)
    return CatalogueLanguage(Locale.parse(tag, sep="-"), gettext.GNUTranslations(file))


def test_a_message_is_its_english_text_and_keeps_its_template_and_fields() -> None:
    message = tr("Papers on {query}", query="agents")

    assert message == "Papers on agents"
    assert (message.template, dict(message.fields)) == ("Papers on {query}", {"query": "agents"})
    assert into(message, german()) == "Artikel über agents"


def test_fields_that_are_translatable_are_translated_too() -> None:
    message = tr("{papers}, best first.", papers=tr_n("{count} paper", "{count} papers", 12_345))

    assert message == "12k papers, best first."
    assert into(message, german()) == "12.345 Artikel, die besten zuerst."


@pytest.mark.parametrize(("count", "written"), [(0, "0 Artikel"), (1, "1 Artikel (einer)"), (2, "2 Artikel")])
def test_a_number_takes_the_plural_form_of_the_language(count: int, written: str) -> None:
    assert into(tr_n("{count} paper", "{count} papers", count), german()) == written


@given(st.text(), st.text())
def test_values_are_never_read_as_templates(template: str, value: str) -> None:
    """Braces in a title or a query stay as they are, in English and in another language."""
    field = f"{{{value}}} {{count}} {{0}} %s"

    assert isolated(field) in tr("Papers on {query}", query=field)
    assert isolated(field) in into(tr("Papers on {query}", query=field), german())
    assert into(template, german()) == template


def test_text_written_from_right_to_left_is_isolated_from_the_sentence() -> None:
    assert tr("Papers on {query}", query="שפה") == "Papers on \u2068שפה\u2069"
    assert tr("Papers on {query}", query="Sprache") == "Papers on Sprache"


def test_numbers_dates_and_lists_are_written_as_the_language_writes_them() -> None:
    language = german()
    value = date(2026, 4, 24)

    assert [into(each, language) for each in (number(12345), clock(time(9)), span(timedelta(days=3)))] == [
        "12.345",
        "09:00",
        "3 Tage",
    ]
    assert into(day(value), language) == "Fr., 24. Apr. 2026"
    assert into(day(value, DayStyle.WEEKDAY), language) == "Freitag"
    assert into(listing(["A", "B", "C"]), language) == "A, B und C"
    assert into(listing(["A", "B"], alternatives=True), language) == "A oder B"
    assert [into(compact(each), language) for each in (999, 12_345)] == ["999", "12.345"]
    assert into(compact(12_345), german("fr")) == "12\xa0k"


def test_relative_times_take_the_case_of_the_language() -> None:
    offsets = (timedelta(minutes=5), timedelta(hours=30), timedelta(days=3), -timedelta(days=3), -timedelta(hours=2))

    assert [into(relative(each), german()) for each in offsets] == [
        *("in 5 Min.", "in 30 Std.", "in 3 Tagen"),
        *("vor 3 Tagen", "vor 2 Std."),
    ]
    assert [str(relative(each)) for each in offsets] == ["in 5 min", "in 30 h", "in 3 days", "3 days ago", "2 h ago"]


def test_the_same_values_in_english() -> None:
    assert [str(each) for each in (number(12345), compact(12345), span(timedelta(hours=30)))] == [
        "12,345",
        "12k",
        "30 h",
    ]
    lists: tuple[list[str], ...] = ([], ["A"], ["A", "B"], ["A", "B", "C"])
    assert [str(listing(items)) for items in lists] == ["", "A", "A and B", "A, B and C"]
    assert listing(["A", "B", "C"], alternatives=True) == "A, B or C"


def test_parts_are_joined_without_the_empty_ones() -> None:
    text = lines(tr("Papers on {query}", query="x"), "", joined(" · ", "a", "", "b"))

    assert text == "Papers on x\na · b"
    assert into(text, german()) == "Artikel über x\na · b"


@pytest.mark.parametrize(
    ("tag", "normal"),
    [
        ("de", "de"),
        ("pt-br", "pt-BR"),
        ("pt_BR", "pt-BR"),
        ("zh-hans", "zh-Hans"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("", "en"),
        ("../..", "en"),
        ("de-AT-1996-x-private", "de-AT-1996"),
    ],
)
def test_tags_are_normalized(tag: str, normal: str) -> None:
    assert normalize(tag) == normal


@given(st.text())
def test_every_tag_leads_to_a_known_language(tag: str) -> None:
    assert negotiate(tag) in available()
    language_of(tag)


@pytest.mark.parametrize("tag", ["en", "en-GB", "tlh", "fr-FR", "xx-yy"])
def test_a_language_without_a_catalogue_is_english(tag: str) -> None:
    assert language_of(tag) is None


def test_every_text_of_a_page_is_translated_and_nothing_else() -> None:
    """Every field of a page that people read goes through the language; a new field must as well."""
    said = tr("{title} (continued)", title="x")
    card = Card(
        key="k", title=said, url="u", byline=said, reason=said, body=said, body_by=said,
        links=(Link(said, "https://example.org"),), actions=(Action(said, "why 1"),),
    )  # fmt: skip
    page = Page(
        title=said,
        intro=said,
        footer=said,
        sections=(Section(heading=said, text=said, rows=(Row(said, said),), cards=(card,)),),
        actions=(Action(said, "help"),),
        moments=(Moment(said, NOON),),
    )

    assert not [text for text in texts(localized(page, "de")) if isinstance(text, Translatable)]
    assert localized(page, "en") == page
    assert localized(page, "de-AT").language == "de"


def texts(value: object) -> list[str]:
    """Return every string in a page."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for each in value for text in texts(each)]
    names = getattr(value, "__dataclass_fields__", {})
    return [text for name in names for text in texts(getattr(value, name))]


def test_further_parts_of_a_page_say_so_in_its_language() -> None:
    cards = tuple(Card(key=str(number), number=number, title="T", url="u") for number in range(4))
    page = Page(title="Trending", sections=(Section(cards=cards),), language="en")

    first, *others = paginate(page, lambda each: len(each.cards) <= 2)

    assert (heading(first), {heading(each) for each in others}) == ("Trending", {"Trending (continued)"})


@pytest.mark.parametrize(
    ("value", "english", "in_german"),
    [
        (7.06, "7.1", "7,1"),
        (38, "38", "38"),
        (37.96, "38", "38"),
        (1234.5, "1,234.5", "1.234,5"),
        (-0.4, "-0.4", "-0,4"),
        (-0.04, "0", "0"),
    ],
)
def test_decimals_are_written_as_the_language_does(value: float, english: str, in_german: str) -> None:
    assert decimal(value) == english
    assert into(decimal(value), german()) == in_german


@pytest.mark.parametrize(
    ("value", "english"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (22, "22nd"),
        (31, "31st"),
    ],
)
def test_an_ordinal_has_its_suffix_in_english_only(value: int, english: str) -> None:
    assert ordinal(value) == english
    assert into(ordinal(value), german()) == str(value)


def test_languages_are_named_in_the_language_of_the_page() -> None:
    assert all_named() == "English and German"
    assert into(all_named(), german()) == "Englisch und Deutsch"
