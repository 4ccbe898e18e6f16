"""PDF: the pages are moved into a new file that holds nothing else."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Final

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Stream
from pypdfium2 import PdfiumError

from casework.media import photo, pictures
from casework.media.kinds import Cleaned, Form, Refused, Why

_MOST_PAGES: Final = 1000
_MOST_OBJECTS: Final = 200_000
_LARGEST_STREAM: Final = 96 * 1024 * 1024
_LARGEST_WHOLE: Final = 256 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_MOST_POINTS: Final = 200_000_000
# What a page is made of; annotations are drawn into it before (flatten).
_PAGE: Final = (
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Resources",
    "/Contents",
    "/Group",
)
# What tells of people, programs and other files, wherever it hangs, and on streams only.
_TELLING: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/EF", "/RF")
_TELLING_STREAM: Final = (
    *("/AF", "/OPI", "/Alternates", "/Ref", "/StructParent", "/StructParents", "/Measure"),
    *("/PtData", "/F", "/FFilter", "/FDecodeParms"),
)
_COLOURS: Final = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_FLATE: Final = frozenset({"/FlateDecode", "/Fl"})


def clean(data: bytes, form: Form) -> Cleaned:
    """Return a PDF with the same pages and nothing else, and a picture of the first.

    Raises:
        Refused: ENCRYPTED when it asks for a password, DAMAGED, or BOMB.

    """
    try:
        with pikepdf.open(io.BytesIO(data)) as source:
            shared = _only_pages(source)
    except pikepdf.PasswordError:
        raise Refused(Why.ENCRYPTED) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, KeyError, TypeError):
        raise Refused(Why.DAMAGED) from None
    return Cleaned(form, form, shared, _preview(shared))


def _only_pages(source: pikepdf.Pdf) -> bytes:
    if len(source.objects) > _MOST_OBJECTS or len(source.pages) > _MOST_PAGES:
        raise Refused(Why.BOMB)
    if not len(source.pages):
        raise Refused(Why.DAMAGED)
    # What was filled into forms, marked or stamped becomes part of the page.
    source.flatten_annotations("all")
    made = pikepdf.Pdf.new()
    for page in list(source.pages):
        for name in [each for each in page.obj.keys() if each not in _PAGE]:  # noqa: SIM118 - no dict.
            if name not in {"/Type", "/Parent"}:
                del page.obj[name]
        made.pages.append(page)
    _tidy(made)
    out = io.BytesIO()
    made.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _tidy(made: pikepdf.Pdf) -> None:
    whole = 0
    for each in list(made.objects):
        for part in _parts(each):
            if isinstance(part, Array):
                _forget_profile(part)
                continue
            for name in _TELLING + _TELLING_STREAM * isinstance(part, Stream):
                if name in part:
                    del part[name]
        if isinstance(each, Stream):
            whole += _check_stream(each, made)
            if whole > _LARGEST_WHOLE:
                raise Refused(Why.BOMB)


def _parts(thing: Object) -> Iterator[Object]:
    """Return an object and all that lies directly inside it, other objects left aside."""
    waiting = [thing]
    while waiting:
        each = waiting.pop()
        below: list[object] = []
        if isinstance(each, Dictionary | Stream):
            below = [each[name] for name in each.keys()]  # noqa: SIM118 - it is no dict.
        elif isinstance(each, Array):
            below = [each[place] for place in range(len(each))]
        else:
            continue
        yield each
        waiting += [one for one in below if isinstance(one, Object) and not one.is_indirect]


def _forget_profile(array: Object) -> None:
    """Let plain colours stand for a colour profile, which names the device it was made for."""
    if len(array) > 1 and array[0] == Name.ICCBased and isinstance(array[1], Stream):
        colours = int(array[1].get("/N", 3))
        del array[1]
        array[0] = _COLOURS.get(colours, Name.DeviceRGB)


def _check_stream(stream: Stream, made: pikepdf.Pdf) -> int:
    """Tidy a stream, and return how many bytes it becomes when it is read."""
    filters = _filters(stream)
    if len(_FLATE & set(filters)) and len(filters) > 1 and filters[-1] in _FLATE:
        # Compressed twice: nobody does so but to burst.
        raise Refused(Why.BOMB)
    if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > _MOST_POINTS:
        raise Refused(Why.BOMB)
    if filters[-1:] == ["/DCTDecode"]:
        _tidy_picture(stream, made, pictures.bare_jpeg, Name.DCTDecode)
    elif filters[-1:] == ["/JPXDecode"]:
        _tidy_picture(stream, made, pictures.bare_jp2, Name.JPXDecode)
    raw = stream.read_raw_bytes()
    return _inflated(raw) if filters[:1] and filters[0] in _FLATE else len(raw)


def _filters(stream: Stream) -> list[str]:
    said = stream.get("/Filter")
    if said is None:
        return []
    return [str(each) for each in said] if isinstance(said, Array) else [str(said)]


def _tidy_picture(
    stream: Stream, made: pikepdf.Pdf, bare: Callable[[bytes], bytes], name: Name
) -> None:
    data, parms = stream.read_raw_bytes(), stream.get("/DecodeParms")
    wrapped = _filters(stream)[:-1]
    if wrapped:
        # The picture is wrapped once more, as text or compressed.
        outer = made.make_stream(data, Filter=Array([Name(each) for each in wrapped]))
        if isinstance(parms, Array):
            outer.DecodeParms = Array([parms[place] for place in range(len(wrapped))])
        data = outer.read_bytes()
    if isinstance(parms, Array):
        parms = parms[len(wrapped)] if len(parms) > len(wrapped) else None
    kept = parms if isinstance(parms, Dictionary) else None
    stream.write(bare(data), filter=name, decode_parms=kept)


def _inflated(raw: bytes) -> int:
    """Return the length of what is compressed; raise Refused when it is too long."""
    reader = zlib.decompressobj()
    size, rest = 0, raw
    while rest and not reader.eof:
        try:
            size += len(reader.decompress(rest, _PIECE))
        except zlib.error:
            # Readers show what they can of a damaged stream, and no more than that.
            return size
        if size > _LARGEST_STREAM:
            raise Refused(Why.BOMB)
        rest = reader.unconsumed_tail
    return size


def _preview(data: bytes) -> bytes:
    """Return the first page as a picture; raise Refused when it cannot be drawn."""
    try:
        document = pypdfium2.PdfDocument(data)
        page = document[0]
        width, height = page.get_size()
        scale = min(1.0, photo.PREVIEW_SIDE / max(width, height, 1.0))
        image = page.render(scale=scale, may_draw_forms=False).to_pil()
    except PdfiumError:
        raise Refused(Why.DAMAGED) from None
    return photo.preview(image.convert("RGB"))
