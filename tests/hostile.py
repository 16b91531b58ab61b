"""Bad files, made rather than kept: what each is, and what an editor is told of it.

Each is a file's name, its bytes, and the problems with their places (``MW204 2:1``), none where it
is published as it is. What is small enough to be a file is in ``cases/frontmatter``.
"""

from __future__ import annotations

from typing import Final

HEAD: Final = "---\ntitle: Une page\n---\n"


def page(body: str) -> bytes:
    return f"{HEAD}{body}\n".encode()


def front(text: str) -> bytes:
    return f"---\n{text}\n---\n\nTexte.\n".encode()


_MERGED: Final = "a0: &a0 {x: 1}\n" + "\n".join(
    f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 9)}]}}" for level in range(1, 8)
)
_ALIASED: Final = "\n".join(
    f"k{level}: &k{level} [{', '.join([f'*k{level - 1}' if level else 'x'] * 9)}]"
    for level in range(8)
)

FRONT: Final[dict[str, tuple[bytes, str]]] = {
    "crochets.md": (front("a: " + "[" * 30_000 + "]" * 30_000), "MW204 2:1"),
    "accolades.md": (front("a: " + "{" * 30_000), "MW204 2:1"),
    "tirets.md": (front("- " * 20_000), "MW204 2:1"),
    "tirets-longs.md": (front("- " * 100_000), "MW204 2:1"),
    "questions.md": (front("? " * 20_000), "MW204 2:1"),
    "crochets-toml.md": (b"+++\na = " + b"[" * 30_000 + b"\n+++\n", "MW204 2:1"),
    "accolades-json.md": (b'{"a": ' + b'{"a":' * 12_000 + b"\n", "MW204 1:67"),
    "crochets-json.md": (b'{"a": ' + b"[" * 30_000 + b"\n", "MW204 1:19"),
    "json-sans-fin.md": (b'{"titre": "' + b"x" * 3_000_000, "MW204 1:1"),
    "titre-long.md": (front("title: " + "x" * 1_000_000), "MW204 2:1"),
    "titre-assez-long.md": (front("title: " + "x" * 60_000), "MW115 2:8"),
    "bombe.md": (front(_ALIASED), "MW216 2:5"),
    "fusion.md": (front(_MERGED), "MW216 2:5"),
    "renvois-de-texte.md": (
        front("title: t\na: &a " + "x" * 30_000 + "\ntags: [" + "*a, " * 5_000 + "]"),
        "MW114 3:4",
    ),
    "cles.md": (front("\n".join(f"cle{number}: 1" for number in range(4_000))), "MW114 502:1"),
    "mots-cles.md": (front("title: t\ntags: [" + "a, " * 900 + "]"), "MW116 3:1"),
    "auteurs.md": (front("title: t\nauthor: " + "a;" * 900), "MW116 3:1"),
    "objet.md": (front("title: !!python/object/apply:os.system [id]"), "MW205 2:8"),
    "binaire.md": (front("title: !!binary R0lGODlhDAAMAIQAAP"), ""),
    "non.md": (front("title: no"), ""),
    "chemin.md": (front("title: Chemin\nslug: ../../etc/x"), ""),
    "chemin-windows.md": (front('title: Chemin\nslug: "..\\\\..\\\\con"'), ""),
    "chemin-long.md": (front("title: Chemin\nslug: " + "ab" * 150), ""),
    "chemin-nul.md": (front("title: Chemin\nslug: 'a\0../b'"), ""),
    "cle-secrete.md": (front("title: Secret\napi_key: canari"), "MW207 3:1"),
    "lignes-vides.md": (b" \n" * 1_000_000 + b"x", "MW315 100001:1"),
}


def places(told: str) -> list[tuple[str, int, int]]:
    """Take apart what is told of a file: codes with line and column."""
    words = told.split()
    return [
        (code, *map(int, place.split(":")))
        for code, place in zip(words[::2], words[1::2], strict=True)
    ]


BODY: Final[dict[str, tuple[bytes, str]]] = {
    "renvois.md": (page(f"[x]: {'u' * 5_000}\n\n{'[x] ' * 16_000}"), "MW314 6:59997"),
    "renvois-78-ko.md": (page(f"[x]: {'u' * 16_000}\n\n{'[x] ' * 16_000}"), "MW314 6:59997"),
    "renvois-moins.md": (page(f"[x]: {'u' * 5_000}\n\n{'[x] ' * 9_000}"), "MW304 4:1"),
    "abreviations.md": (page(f"*[a]: {'u' * 16_000}\n\n{'a ' * 16_000}"), ""),
    "notes.md": (page("[^a]: x\n\n" + "[^a]" * 20_000), "MW314 6:39997"),
    "formats.md": (page("<b i>" * 2000 + "<i i>" * 2000 + "x</b>" * 2000), "MW304 4:1"),
    "formats-larges.md": (
        page("".join(f"<p><b c{number}>" for number in range(95)) + "x<p>" * 14_000),
        "MW304 4:1",
    ),
    "attributs.md": (page(f"<p {'a ' * 100_000}>x</p>"), "MW304 4:1"),
    "sources.md": (page(f"<img srcset='{'a.png 1x,' * 30_000}'>"), "MW304 4:1"),
    "virgules.md": (page(f"<img srcset='{',' * 900_000}'>"), ""),
    "profond.md": (page("<div>" * 200 + "x" + "</div>" * 200), "MW304 4:1"),
    "tres-profond.md": (page("<div>" * 40_000), "MW314 4:75001"),
    "citations.md": (page("> " * 20_000 + "x"), "MW304 4:1"),
    "listes.md": (page("- " * 20_000 + "x"), "MW304 4:1"),
    "puces.md": (page("- a\n" * 60_000), "MW314 30004:1"),
    "crochets-ouverts.md": (page("[" * 16_000), ""),
    "images-ouvertes.md": (page('!["' * 16_000), ""),
    "cases.md": (page("|" * 60_000), "MW314 4:30001"),
    "espaces.md": (page(f"# a{' ' * 900_000}b"), "MW317 4:4"),
    "tirets-sans-fin.md": (page(f"a|b\n{'-' * 900_000}"), "MW317 5:1"),
    "lignes.md": (page("mot\n" * 200_000), "MW315 100004:1"),
    "mot-sans-fin.md": (page("x" * 1_100_000), "MW304 4:1"),
    "adresse-sans-fin.md": (page("http://a.b/" + ")" * 900_000), ""),
    "commandes.md": (page("<p>a&#8;b</p>"), ""),
    "non-caractere.md": (page("<p>a&#xFFFE;b</p>"), ""),
    "saut-de-page.md": (page("un\fdeux &#12; trois"), ""),
    "separateurs.md": (page("un\u2028deux\u2029trois\u0085quatre"), ""),
    "lettres-cachees.md": (page("un\U000e0041\U000e0042 \u202edeux"), ""),
    "cdata.md": (page("<![CDATA[<img src=x onerror=alert(1)>]]>"), ""),
    "commentaire.md": (page("<!--><img src=x onerror=alert(1)>-->"), "MW301 4:11"),
    "mxss.md": (
        page(
            "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1&gt;'>"
        ),
        "",
    ),
    "adresse-de-flux.md": (page("[x](feed:javascript:alert(1)) [y](javascript:alert(1))"), ""),
    "dessin.md": (page("![x](data:image/svg+xml;base64,PHN2Zz4=)"), ""),
    "nom-dans-l-adresse.md": (page("[banque](https://banque.example@voleur.example/)"), ""),
    "reseau-prive.md": (page("<img src=http://127.0.0.1/x.png>"), "MW318 4:17"),
    "fusion-git.md": (page("<<<<<<< HEAD\nun\n=======\ndeux\n>>>>>>> branche"), ""),
    "seulement-des-images.md": (page("![](a.png)\n\n![](b.png)"), "MW301 4:1 MW301 6:1"),
    "images-absentes.md": (
        page("".join(f"![](absente{number}.png)\n\n" for number in range(300))),
        " ".join(f"MW301 {line}:1" for line in range(4, 102, 2)) + " MW316 100:1",
    ),
    "lourd.md": (b"x" * (4 * 1024 * 1024 + 1), "MW102 1:1"),
}
