"""Office documents: taken apart, what runs or loads refused, what tells of people left out."""

from __future__ import annotations

from casework.media import kinds, opendocument, openxml, packages
from casework.media.kinds import Cleaned, Form


def clean(data: bytes, form: Form) -> Cleaned:
    """Return the document put together anew; it has no preview. Raise Refused."""
    parts = packages.parts_of(data)
    of_open_document = form in {kinds.ODT, kinds.ODS, kinds.ODP}
    cleaned = opendocument.clean(parts, form) if of_open_document else openxml.clean(parts)
    return Cleaned(form, form, packages.pack(cleaned), None)
