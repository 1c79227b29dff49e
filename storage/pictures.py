"""Pictures as we keep them: drawn anew, so that nothing of the file is left but what is seen."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")

_MOST_PIXELS = 50_000_000
"""A small file can claim to be a wall: it is refused before anything is made room for."""

_LONGEST_SIDE = 2560
"""Pixels: enough to read a notice in a photograph."""

_QUALITY = 88


class NotAPicture(ValueError):
    """No picture of a kind that we keep, or a damaged one, or one too large to be looked at."""


def drawn_anew(content: bytes) -> tuple[bytes, str]:
    """The picture and its type, `image/jpeg` or `image/png`, upright, at most 2560 pixels long.

    Place, time, maker, comments and thumbnails are gone, and of moving pictures all but the first.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                width, height = opened.size
                if width * height > _MOST_PIXELS:
                    raise NotAPicture("too many pixels")
                opened.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
                return _drawn(ImageOps.exif_transpose(opened))
    except NotAPicture:
        raise
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        ValueError,
        SyntaxError,  # what the reader of PNG files says of a damaged one
        EOFError,
    ) as error:
        raise NotAPicture("no picture that can be read") from error


def _drawn(seen: Image.Image) -> tuple[bytes, str]:
    seen = seen.convert("RGBA" if seen.has_transparency_data else "RGB")
    seen.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    # Onto an empty sheet: what travels beside the pixels stays behind.
    sheet = Image.new(seen.mode, seen.size)
    sheet.paste(seen)
    file = io.BytesIO()
    if sheet.mode == "RGBA":
        sheet.save(file, "PNG", optimize=True)
        return file.getvalue(), "image/png"
    sheet.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue(), "image/jpeg"
