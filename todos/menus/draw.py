"""Draws the pictures of the rich menus: `make menus`, after a change of their words. The bot never does.

Needs Pillow, and Debian's fonts-noto-core, fonts-noto-cjk and libfribidi0. A picture that would look the
same is left as it is, because a new file is a new menu for LINE.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import django
from PIL import Image, ImageChops, ImageDraw, ImageFont, PngImagePlugin, features

FONTS = Path("/usr/share/fonts")
LATIN = "truetype/noto/NotoSans-Bold.ttf"
CJK = "opentype/noto/NotoSansCJK-Bold.ttc"
#: Language -> file, and which of the fonts in it.
FONT = {
    "ja": (CJK, 0),
    "th": ("truetype/noto/NotoSansThai-Bold.ttf", 0),
    "zh-hant": (CJK, 3),
}

PAPER, LINES, GREEN, TINT, INK = "#FFFFFF", "#E4EAE6", "#06C755", "#E3F8EB", "#1E2D24"
#: Pixels: the round behind an icon, the middle of it, the letters and where they stand.
ROUND, MIDDLE, LETTERS, BASELINE = 360, 320, 128, 700
#: Share of a button's width that its words may take.
WORDS = 0.84
#: So much larger an icon is drawn, to have smooth edges when it is small.
FINER = 4
COLOURS = 32

Draw = ImageDraw.ImageDraw


class Missing(OSError):
    """A font, or what else is needed of Debian's, is not installed; the text names it."""


def font(language: str, size: int) -> ImageFont.FreeTypeFont:
    """Raises Missing."""
    name, index = FONT.get(language, (LATIN, 0))
    if not (FONTS / name).exists():
        raise Missing(str(FONTS / name))
    # The simple layout puts Thai's tone marks onto its vowels.
    if not features.check("raqm"):
        raise Missing("libfribidi0")
    return ImageFont.truetype(FONTS / name, size, index, layout_engine=ImageFont.Layout.RAQM)


def font_digest(language: str) -> str:
    """Which edition of the font it was."""
    file = Path(str(font(language, LETTERS).path))
    return f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def icon(shape: Callable[[Draw, float], None]) -> Image.Image:
    """On a round of its own; `shape` draws in a square whose side it is told, around 0.5 of it."""
    side = ROUND * FINER
    drawn = Image.new("RGB", (side, side), PAPER)
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((0, 0, side - 1, side - 1), TINT)
    shape(pen, side)
    return drawn.resize((ROUND, ROUND), Image.Resampling.LANCZOS)


def stroke(pen: Draw, points: list[tuple[float, float]], width: float) -> None:
    """A line with round ends and corners."""
    pen.line(points, GREEN, round(width), joint="curve")
    for x, y in points:
        dot(pen, x, y, width / 2)


def dot(pen: Draw, x: float, y: float, radius: float) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), GREEN)


def rows(pen: Draw, side: float) -> None:
    """A list: three lines, each after a dot."""
    for at in (0.345, 0.5, 0.655):
        dot(pen, 0.3 * side, at * side, 0.034 * side)
        stroke(pen, [(0.41 * side, at * side), (0.7 * side, at * side)], 0.056 * side)


def arrow(pen: Draw, side: float) -> None:
    """Back: an arrow to the left whose line turns round."""
    width, top, bottom, right = 0.056 * side, 0.425, 0.665, 0.6
    stroke(pen, [(0.33 * side, top * side), (right * side, top * side)], width)
    middle, radius = (top + bottom) / 2, (bottom - top) / 2 * side + width / 2
    box = (right * side - radius, middle * side - radius, right * side + radius, middle * side + radius)
    pen.arc(box, 270, 90, GREEN, round(width))
    stroke(pen, [(right * side, bottom * side), (0.45 * side, bottom * side)], width)
    stroke(pen, [(0.42 * side, 0.315 * side), (0.31 * side, top * side), (0.42 * side, 0.535 * side)], width)


def question(pen: Draw, side: float) -> None:
    """A question mark, drawn as well, so that it is the same in all languages."""
    width, radius = 0.058 * side, 0.115 * side
    x, y = 0.5 * side, 0.4 * side
    outer = radius + width / 2
    pen.arc((x - outer, y - outer, x + outer, y + outer), 180, 50, GREEN, round(width))
    dot(pen, x - radius, y, width / 2)
    stroke(pen, [(x + radius * 0.643, y + radius * 0.766), (x, 0.57 * side), (x, 0.605 * side)], width)
    dot(pen, x, 0.7 * side, 0.036 * side)


ICONS = (rows, arrow, question)


def fitting(language: str, words: str, room: float) -> ImageFont.FreeTypeFont:
    """The letters at their size, or smaller where the words are long."""
    usual = font(language, LETTERS)
    return font(language, min(LETTERS, int(LETTERS * room / usual.getlength(words))))


def draw(language: str, labels: list[str], width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(picture)
    cell = width / len(labels)
    for number, (words, shape) in enumerate(zip(labels, ICONS, strict=True)):
        middle = round(cell * (number + 0.5))
        picture.paste(icon(shape), (middle - ROUND // 2, MIDDLE - ROUND // 2))
        pen.text((middle, BASELINE), words, INK, fitting(language, words, cell * WORDS), anchor="ms")
        if number:
            edge = round(cell * number)
            pen.line((edge, height * 0.16, edge, height * 0.84), LINES, 4)
    pen.line((0, 0, width, 0), LINES, 4)
    return picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def same(file: Path, drawn: Image.Image, said: dict[str, str]) -> bool:
    """Whether it is there already, to the pixel."""
    if not file.exists():
        return False
    with Image.open(file) as there:
        known = {key: str(there.info.get(key)) for key in said}
        return known == said and not differ(there, drawn)


def differ(one: Image.Image, other: Image.Image) -> bool:
    return bool(
        one.size != other.size
        or ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is not None
    )


def about(language: str, labels: list[str]) -> dict[str, str]:
    """What the file says of itself."""
    return {
        "Language": language,
        "Labels": json.dumps(labels, ensure_ascii=False),
        "Font": font_digest(language),
    }


def save(file: Path, drawn: Image.Image, said: dict[str, str]) -> None:
    notes = PngImagePlugin.PngInfo()
    for key, value in said.items():
        notes.add_itxt(key, value)
    drawn.save(file, optimize=True, pnginfo=notes)


def main() -> None:
    django.setup()
    from django.conf import settings  # noqa: PLC0415

    from todos import menus

    for code, _name in settings.LANGUAGES:
        labels = list(menus.labels(code).values())
        drawn, said = draw(code, labels, menus.WIDTH, menus.HEIGHT), about(code, labels)
        if not same(menus.picture(code), drawn, said):
            save(menus.picture(code), drawn, said)
            sys.stdout.write(f"{menus.picture(code)}: {', '.join(labels)}\n")


if __name__ == "__main__":
    main()
