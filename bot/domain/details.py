"""What is known of a paper besides its text and votes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.artifacts import LinkedArtifacts
from bot.domain.trending.discussion import Discussion
from bot.domain.trending.star_velocity import StarVelocity


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDetails:
    """Stars, discussion and linked artifacts of a paper, as far as they are known and switched on."""

    #: "owner/name" of the repository that the stars are of
    repository: str = ""
    stars: StarVelocity | None = None
    discussion: Discussion | None = None
    artifacts: tuple[LinkedArtifacts, ...] = ()


NO_DETAILS = PaperDetails()
