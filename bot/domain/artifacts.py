"""Models, datasets and Spaces that Hugging Face links to a paper."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ArtifactKind(StrEnum):
    """Kind of a repository on Hugging Face. The values are stored."""

    MODEL = "model"
    DATASET = "dataset"
    SPACE = "space"


#: first part of the path of a repository's page
_PATHS = {ArtifactKind.MODEL: "", ArtifactKind.DATASET: "datasets/", ArtifactKind.SPACE: "spaces/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A model, dataset or Space."""

    kind: ArtifactKind
    #: "owner/name"
    name: str
    likes: int = 0
    #: in the last month; 0 for a Space, which cannot be downloaded
    downloads: int = 0

    @property
    def url(self) -> str:
        """URL of its page on Hugging Face."""
        return f"https://huggingface.co/{_PATHS[self.kind]}{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArtifacts:
    """The artifacts of one kind that are linked to a paper."""

    paper_id: str
    kind: ArtifactKind
    #: number of all; the source tells only some of them
    total: int = 0
    #: most liked first, then most downloaded
    artifacts: tuple[Artifact, ...] = ()


def most_liked_first(artifact: Artifact) -> tuple[int, int, str]:
    """Return the sort key of an artifact."""
    return -artifact.likes, -artifact.downloads, artifact.name
