"""Schema and parser for the models, datasets and Spaces in Hugging Face's answer about one paper."""

from __future__ import annotations

import re

from pydantic import Field

from bot.domain.artifacts import Artifact, ArtifactKind, LinkedArtifacts, most_liked_first
from bot.sources.fields import Unusable
from bot.sources.schema import Count, Lenient, Record, read

#: "owner/name"; models from before 2021 have no owner
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9_][\w.-]{0,95})?", re.ASCII)


class _Artifact(Record):
    id: str
    likes: Lenient[Count] = None
    downloads: Lenient[Count] = None
    private: Lenient[bool] = None


class _Linked(Record):
    """All fields are absent in lists and searches."""

    models: Lenient[list[object]] = Field(None, alias="linkedModels")
    datasets: Lenient[list[object]] = Field(None, alias="linkedDatasets")
    spaces: Lenient[list[object]] = Field(None, alias="linkedSpaces")
    all_models: Lenient[Count] = Field(None, alias="numTotalModels")
    all_datasets: Lenient[Count] = Field(None, alias="numTotalDatasets")
    all_spaces: Lenient[Count] = Field(None, alias="numTotalSpaces")


def read_linked(paper_id: str, raw: object) -> list[LinkedArtifacts]:
    """Return what is linked to a paper, one entry per kind that the answer mentions; damaged artifacts are left out."""
    try:
        told = read(_Linked, raw)
    except Unusable:
        # the paper itself is rejected with the reason
        return []
    kinds = (
        (ArtifactKind.MODEL, told.models, told.all_models),
        (ArtifactKind.DATASET, told.datasets, told.all_datasets),
        (ArtifactKind.SPACE, told.spaces, told.all_spaces),
    )
    return [
        _linked(paper_id, kind, some or [], total)
        for kind, some, total in kinds
        if some is not None or total is not None
    ]


def _linked(paper_id: str, kind: ArtifactKind, some: list[object], total: int | None) -> LinkedArtifacts:
    known = {each.name: each for each in (_artifact(kind, raw) for raw in some) if each}
    return LinkedArtifacts(
        paper_id=paper_id,
        kind=kind,
        total=max(total or 0, len(known)),
        artifacts=tuple(sorted(known.values(), key=most_liked_first)),
    )


def _artifact(kind: ArtifactKind, raw: object) -> Artifact | None:
    """Return an artifact, or None if it cannot be linked."""
    try:
        told = read(_Artifact, raw)
    except Unusable:
        return None
    if told.private or not _NAME.fullmatch(told.id):
        return None
    return Artifact(kind=kind, name=told.id, likes=told.likes or 0, downloads=told.downloads or 0)
