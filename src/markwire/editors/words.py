"""What editors' tools show of each field in French. Pure.

English is in ``article.keys``; a test asks that no field is without French.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from markwire.article.front.keys import Kind


class Words(NamedTuple):
    """What a field is called in a form, and what it is for."""

    label: str
    about: str


FRENCH_FIELDS: Final[Mapping[str, Words]] = {
    "title": Words("Titre", "Le titre de l’article."),
    "summary": Words("Chapô", "Le chapô : ce que dit l’article, en deux phrases."),
    "date": Words("Date", "Sa première publication ; à venir, l’article est programmé."),
    "updated": Words("Mise à jour", "Son dernier changement que les lecteurs doivent remarquer."),
    "authors": Words("Auteurs", "Qui le signe."),
    "section": Words("Rubrique", "L’unique rubrique à laquelle il appartient."),
    "tags": Words("Étiquettes", "Ce dont il parle."),
    "language": Words("Langue", "Un code tel que fr."),
    "image": Words("Image", "L’image principale, un fichier à côté de l’article."),
    "id": Words("Identifiant", "Un nom qui reste le sien où qu’il aille."),
    "slug": Words("Mot d’adresse", "Le mot qui le désigne dans son adresse."),
    "canonical": Words("Première parution", "L’adresse où il a d’abord paru."),
    "rights": Words("Droits", "À qui il appartient."),
    "typography": Words("Typographie", "Corriger ou non sa typographie."),
    "draft": Words("Brouillon", "Oui pour le retenir."),
    "embargo": Words("Embargo", "Pas avant ce moment, écrit avec son fuseau horaire."),
    "expires": Words("Expiration", "Retiré à partir de ce moment."),
    "corrections": Words("Rectificatifs", "Des notes datées, à l’intention des lecteurs."),
}
FRENCH_PARTS: Final[Mapping[Kind, Mapping[str, Words]]] = {
    "people": {
        "name": Words("Nom", "Le nom que voient les lecteurs."),
        "email": Words("Courriel", "Montré aux lecteurs seulement si le site le demande."),
        "url": Words("Adresse", "Où les lecteurs en apprennent davantage."),
    },
    "picture": {
        "src": Words("Fichier", "Le fichier de l’image, ou son adresse."),
        "alt": Words("Texte alternatif", "Ce que montre l’image, pour qui ne la voit pas."),
        "caption": Words("Légende", "Ce qui est écrit sous l’image."),
        "credit": Words("Crédit", "De qui est l’image."),
    },
    "corrections": {
        "date": Words("Date", "Quand l’article a été rectifié."),
        "text": Words("Texte", "Ce qui en est dit aux lecteurs."),
        "kind": Words("Nature", "Toutes font remonter l’article, sauf la coquille (typo)."),
    },
}
FRENCH_PHRASES: Final[Mapping[str, str]] = {
    "Article": "Article",
    "Articles": "Articles",
    "Text": "Texte",
    "The text, in Markdown.": "Le texte, en Markdown.",
    "A new article.": "Un nouvel article.",
    "Front matter of an article": "Métadonnées d’un article",
    "What stands between the two lines --- at the top of an article.": (
        "Ce qui est écrit entre les deux lignes --- en tête d’un article."
    ),
    "Any other key is left out, and told.": "Toute autre clé est ignorée, et signalée.",
    "Write the article here.": "Écrivez l’article ici.",
    "_templates": "_modeles",
}
