"""Render the newsroom's drawings into the pictures its articles show.

Run from anywhere: ``pip install resvg-py pillow`` and ``python docs/pictures/render.py``.
Needs the DejaVu fonts (Debian: ``fonts-dejavu-core``). The same drawing always gives the same
bytes, and the pictures carry no metadata. A site never runs this: the results are in ``content/``.
"""

from io import BytesIO
from pathlib import Path

import resvg_py
from PIL import Image

DRAWINGS = Path(__file__).resolve().parent
CONTENT = DRAWINGS.parents[1] / "content"
FONTS = Path("/usr/share/fonts/truetype/dejavu")

# drawing, picture under content/ (its ending says the format), width in pixels
PICTURES = [
    ("axes-ferres.svg", "transport/images/axes-ferres.png", 1200),
    ("dostyk-moiynty.svg", "transport/images/dostyk-moiynty.webp", 1200),
    ("horaires-transcaspien.svg", "transport/images/horaires-transcaspien.png", 1200),
    ("attente-khorgos.svg", "transport/images/attente-khorgos.png", 1200),
    ("eolien-jambyl.svg", "energie/images/eolien-jambyl.jpg", 1200),
    ("cascade-naryn.svg", "energie/images/cascade-naryn.png", 1200),
    ("production-uranium.svg", "energie/images/production-uranium.webp", 1200),
    ("panier-almaty.svg", "economie/images/panier-almaty.webp", 1200),
    ("recolte-ble.svg", "economie/images/recolte-ble.png", 1200),
    ("chyrdak.svg", "culture/images/chyrdak.webp", 1200),
    ("vallee-ferghana.svg", "politique/images/vallee-ferghana.png", 1200),
    ("mer-aral.svg", "environnement/images/mer-aral.png", 1200),
    ("saiga-effectifs.svg", "environnement/images/saiga-effectifs.webp", 1200),
    ("niveau-caspienne.svg", "environnement/images/niveau-caspienne.jpg", 1200),
    ("dombra.svg", "kk/images/dombra.jpg", 1200),
]


def render(drawing: Path, *, width: int) -> Image.Image:
    """Return the drawing as an opaque picture ``width`` pixels wide."""
    png = resvg_py.svg_to_bytes(
        svg_path=str(drawing),
        width=width,
        skip_system_fonts=True,
        font_dirs=[str(FONTS)],
        sans_serif_family="DejaVu Sans",
    )
    return Image.open(BytesIO(png)).convert("RGB")


def save(picture: Image.Image, target: Path) -> None:
    """Write the picture in the format its name ends with: flat PNG, JPEG or WebP."""
    target.parent.mkdir(parents=True, exist_ok=True)
    match target.suffix:
        case ".png":
            flat = picture.quantize(colors=128, dither=Image.Dither.NONE)
            flat.save(target, optimize=True)
        case ".jpg":
            picture.save(target, quality=82, optimize=True)
        case ".webp":
            picture.save(target, quality=82, method=6)
        case ending:
            raise ValueError(f"{target}: no picture format for {ending!r}; use .png, .jpg or .webp")


def main() -> None:
    """Render every picture of the table, and say what it weighs."""
    if not FONTS.is_dir():
        raise SystemExit(f"{FONTS}: no DejaVu fonts here, labels would be lost; install them first")
    for drawing, target, width in PICTURES:
        save(render(DRAWINGS / drawing, width=width), CONTENT / target)
        print(f"{target}: {(CONTENT / target).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
