"""What the pages for readers say of feeds, in the languages that we know. Pure.

For people who have never met a feed: short sentences, and no word that wants another page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is said in one ``language``.

    ``sentences`` say what a feed is, how one subscribes and how one leaves; ``here`` what the page
    of one feed is. ``groups`` are headings of lists of feeds, by what these are for.
    """

    language: str
    title: str
    sentences: tuple[str, str, str]
    here: str
    what: str
    addresses: str
    any_format: str
    latest: str
    nothing: str
    every_feed: str
    opml: str
    copy: str
    copied: str
    groups: Mapping[str, str]


_ENGLISH: Final = Guidance(
    language="en",
    title="Feeds",
    sentences=(
        "A feed tells you what is new here, so that you need not come and look.",
        "You subscribe in a feed reader, a program or an app of your choice: copy the address of a"
        " feed, and paste it there.",
        "It takes no account and no e-mail address; to stop, remove the feed from your reader.",
    ),
    here="This is a feed, for feed readers: to subscribe, copy one of its addresses into yours.",
    what="What is a feed?",
    addresses="Addresses",
    any_format="Every reader takes RSS; Atom and JSON Feed carry the same articles.",
    latest="Latest articles",
    nothing="No article at the moment.",
    every_feed="All feeds",
    opml="All feeds in one file (OPML)",
    copy="Copy address",
    copied="Copied",
    groups={
        "feed": "Selections",
        "section": "Sections",
        "tag": "Tags",
        "language": "Languages",
        "author": "Authors",
    },
)
_FRENCH: Final = Guidance(
    language="fr",
    title="Flux",
    sentences=(
        "Un flux vous dit ce qui paraît ici, sans que vous ayez à venir voir.",
        "On s’abonne dans un lecteur de flux, un logiciel ou une application de votre choix\u00a0:"
        " copiez l’adresse d’un flux et collez-la dans le lecteur.",
        "Il ne faut ni compte ni adresse électronique\u00a0; pour se désabonner, il suffit de"
        " supprimer le flux de son lecteur.",
    ),
    here="Ceci est un flux, fait pour les lecteurs de flux\u00a0: copiez l’une de ses adresses dans"
    " le vôtre pour vous abonner.",
    what="Qu’est-ce qu’un flux\u202f?",
    addresses="Adresses",
    any_format="Tout lecteur accepte RSS\u00a0; Atom et JSON Feed portent les mêmes articles.",
    latest="Derniers articles",
    nothing="Aucun article pour le moment.",
    every_feed="Tous les flux",
    opml="Tous les flux en un fichier (OPML)",
    copy="Copier l’adresse",
    copied="Copiée",
    groups={
        "feed": "Sélections",
        "section": "Rubriques",
        "tag": "Étiquettes",
        "language": "Langues",
        "author": "Auteurs",
    },
)
_RUSSIAN: Final = Guidance(
    language="ru",
    title="Ленты",
    sentences=(
        "Лента сообщает, что здесь появилось нового, и заходить сюда для этого не нужно.",
        "На неё подписываются в любой программе для чтения лент: скопируйте адрес ленты и вставьте"
        " его туда.",
        "Не нужны ни учётная запись, ни адрес электронной почты; чтобы отписаться, удалите ленту из"
        " программы.",
    ),
    here="Это лента для программ чтения лент: чтобы подписаться, скопируйте один из её адресов в"
    " свою программу.",
    what="Что такое лента?",
    addresses="Адреса",
    any_format="RSS понимает любая программа; в Atom и JSON Feed те же материалы.",
    latest="Последние материалы",
    nothing="Материалов пока нет.",
    every_feed="Все ленты",
    opml="Все ленты в одном файле (OPML)",
    copy="Скопировать адрес",
    copied="Скопировано",
    groups={
        "feed": "Подборки",
        "section": "Рубрики",
        "tag": "Теги",
        "language": "Языки",
        "author": "Авторы",
    },
)
_KAZAKH: Final = Guidance(
    language="kk",
    title="Арналар",
    sentences=(
        "Арна мұнда не жаңа шыққанын өзі хабарлайды, ол үшін мұнда кірудің қажеті жоқ.",
        "Оған арналарды оқитын кез келген бағдарламада жазылады: арнаның мекенжайын көшіріп, сол"
        " жерге қойыңыз.",
        "Тіркелгі де, электрондық пошта да керек емес; бас тарту үшін арнаны өшіріңіз.",
    ),
    here="Бұл — арналарды оқитын бағдарламаларға арналған арна: жазылу үшін мекенжайларының бірін"
    " өз бағдарламаңызға көшіріңіз.",
    what="Арна деген не?",
    addresses="Мекенжайлар",
    any_format="RSS-ті кез келген бағдарлама оқиды; Atom мен JSON Feed-те сол мақалалар.",
    latest="Соңғы мақалалар",
    nothing="Әзірге мақала жоқ.",
    every_feed="Барлық арналар",
    opml="Барлық арналар бір файлда (OPML)",
    copy="Мекенжайды көшіру",
    copied="Көшірілді",
    groups={
        "feed": "Таңдамалар",
        "section": "Айдарлар",
        "tag": "Тегтер",
        "language": "Тілдер",
        "author": "Авторлар",
    },
)
_KNOWN: Final = {each.language: each for each in (_ENGLISH, _FRENCH, _RUSSIAN, _KAZAKH)}


def guidance(language: str) -> Guidance:
    """Give what is said in a language (RFC 5646), in English where we have none of it."""
    return _KNOWN.get(language.partition("-")[0].lower(), _ENGLISH)
