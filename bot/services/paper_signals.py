"""Signals of papers that no source counts votes for: stars of their code, and stories about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.observations import History
from bot.domain.repositories import repository_of
from bot.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredSignals:
    """Which signals order papers without votes; those that are switched off are not read."""

    stars: bool = True
    discussions: bool = True


ALL_SIGNALS = ScoredSignals()


async def with_signals(store: Store, histories: Sequence[History], scored: ScoredSignals) -> list[History]:
    """Return the papers with what is stored of their repositories and stories, where they have no votes.

    The order of papers with votes does not depend on it.
    """
    unvoted = [history.paper for history in histories if not history.observations]
    names = {paper.id: name for paper in unvoted if scored.stars and (name := repository_of(paper.code_url))}
    stars = await store.repositories.many(set(names.values())) if names else {}
    stories = await store.stories.many([paper.id for paper in unvoted]) if unvoted and scored.discussions else {}
    return [
        history
        if history.observations
        else replace(
            history,
            repository=stars.get(names.get(history.paper.id, "")),
            stories=stories.get(history.paper.id, ()),
        )
        for history in histories
    ]
