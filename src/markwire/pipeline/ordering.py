"""What a worker is given to compose an article, as the catalogue knows it. Asks, and no more."""

from __future__ import annotations

from collections.abc import Iterable

from markwire.article.front.folder_defaults import Inherited
from markwire.catalogue import Catalogue
from markwire.model import Body
from markwire.pipeline.composing import Named, Order
from markwire.pipeline.reading import above


def order(
    number: int,
    bodies: tuple[Body, ...],
    *,
    catalogue: Catalogue,
    inherited: Iterable[Inherited],
) -> Order:
    """Order an article, with these fragments; ``inherited`` is what any folders say.

    Raises KeyError where there is none of that number.
    """
    article = catalogue.article(number)
    known = catalogue.known((article.path,)).get(article.path)
    return Order(
        number=number,
        path=article.path,
        digest=known.digest if known else "",
        size=known.found.size if known else 0,
        identity=article.identity,
        permalink=article.permalink,
        updated=article.updated,
        named={key: _named(key, catalogue) for key in catalogue.mentioned_by(number)},
        bodies=bodies,
        inherited=above(article.path, inherited),
        marker=catalogue.marker(number) if article.release.killed else None,
    )


def _named(key: str, catalogue: Catalogue) -> Named:
    articles, files = catalogue.named(key)
    media = ((path, catalogue.media_at(path)) for path in files)
    others = ((path, catalogue.at(path)) for path in articles)
    return Named(
        media={path: known.media for path, known in media if known},
        articles={path: other.permalink if other and other.live else "" for path, other in others},
    )
