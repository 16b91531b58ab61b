"""Whom the desk asks: the process that publishes, by its reception, or a sample of the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from markwire.views import News, Question, View

# Whether a watch is there to be heard.
Hearing = Literal["heard", "silent"]


class Asking(Protocol):
    """What the desk knows of a newsroom."""

    def ask(self, question: Question) -> View:
        """Answer a question, and block meanwhile.

        Raises NoWatchError where nobody publishes the site, AtWorkError where whoever does is too
        busy, NoArticleError where there is no such article, and InternalError.
        """

    def listen(
        self, told: Callable[[News], None], hearing: Callable[[Hearing], None]
    ) -> Callable[[], None]:
        """Call ``told`` with each piece of news, and ``hearing`` when a watch comes or goes.

        From a thread of its own, until what is given back is called.
        """
