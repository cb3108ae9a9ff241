"""What is known of a paper besides its text: stars, discussion, models, datasets and Spaces."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.artifacts import Artifact, ArtifactKind, LinkedArtifacts
from bot.domain.details import PaperDetails
from bot.domain.i18n import Translatable, decimal, joined, number, tr, tr_n
from bot.domain.pages import Row, Section
from bot.domain.trending import Discussion, Measure, StarVelocity, unscored
from bot.messages import sources, words
from bot.sources.registry import ARTIFACTS_FROM, find

#: artifacts of each kind that are named
_NAMED = 3
#: stars a day that are not 0.0 when they are written
_LEAST_SHOWN = 0.05
_NAMES = {Measure.STARS: sources.name("github"), Measure.DISCUSSION: tr("Discussion")}
_KINDS = {
    ArtifactKind.MODEL: tr("Model"),
    ArtifactKind.DATASET: tr("Dataset"),
    ArtifactKind.SPACE: tr("Space"),
}


def elsewhere(known: PaperDetails, *, scored: bool = False) -> Section | None:
    """Return the stars and the discussion; None if neither is known. `scored` if the paper has no votes."""
    rows = tuple(
        Row(_NAMES[part.measure], measured(part.measure, known), url=address(part.measure, known))
        for part in unscored(known.stars, known.discussion)
    )
    heading = tr("Stars and discussion") if scored else tr("Stars and discussion (not scored)")
    return Section(heading=heading, rows=rows) if rows else None


def measured(measure: Measure, known: PaperDetails) -> Translatable:
    """Return the value of a measure that is no vote in words; empty if it is not known."""
    if measure is Measure.STARS and known.stars:
        return star_rate(known.stars)
    return discussed(known.discussion) if measure is Measure.DISCUSSION and known.discussion else joined("")


def address(measure: Measure, known: PaperDetails) -> str:
    """Return the URL of what a measure counts: the repository or the story; empty if there is none."""
    match measure:
        case Measure.STARS if known.repository:
            return f"https://github.com/{known.repository}"
        case Measure.DISCUSSION if known.discussion:
            return known.discussion.story.url
        case _:
            return ""


def star_rate(stars: StarVelocity) -> Translatable:
    """ "12.3 stars a day, usually 2.0"; without the usual rate if that is none."""
    if stars.usual < _LEAST_SHOWN:
        return tr("{stars} stars a day in the last week", stars=decimal(stars.per_day))
    return tr("{stars} stars a day, usually {usual}", stars=decimal(stars.per_day), usual=decimal(stars.usual))


def discussed(found: Discussion) -> Translatable:
    """ "Discussed on Hacker News: 120 points, 45 comments"."""
    return tr(
        "Discussed on {site}: {points}, {comments}",
        site=sources.name("hackernews"),
        points=tr_n("{count} point", "{count} points", found.story.points),
        comments=tr_n("{count} comment", "{count} comments", found.story.comments),
    )


def linked(known: PaperDetails) -> Section | None:
    """Return the models, datasets and Spaces of a paper, the most liked of each; None if it has none."""
    rows = tuple(row for each in known.artifacts for row in _rows(each))
    return Section(heading=tr("Models, datasets and Spaces"), rows=rows) if rows else None


def _rows(each: LinkedArtifacts) -> Iterator[Row]:
    named = each.artifacts[:_NAMED]
    for artifact in named:
        yield Row(_KINDS[each.kind], words.joined(artifact.name, *_counts(artifact)), url=artifact.url)
    if more := each.total - len(named):
        page = find(ARTIFACTS_FROM).page_of(each.paper_id)
        rest = tr_n("and {count} more", "and {count} more", more) if named else number(each.total)
        yield Row(_KINDS[each.kind], rest, url=page)


def _counts(artifact: Artifact) -> Iterator[Translatable]:
    if artifact.likes:
        yield tr_n("{count} like", "{count} likes", artifact.likes)
    if artifact.downloads:
        yield tr_n("{count} download", "{count} downloads", artifact.downloads)
