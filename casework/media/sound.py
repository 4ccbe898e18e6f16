"""Voice notes and short videos: what is heard and seen stays, who, where and when goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from casework.media import frames, kinds, matroska, mp4, ogg
from casework.media.kinds import Cleaned, Form

_CLEANERS: Final[dict[Form, Callable[[bytes], bytes]]] = {
    kinds.MP3: frames.mp3,
    kinds.AAC: frames.aac,
    kinds.AMR: frames.amr,
    kinds.WAV: frames.wav,
    kinds.OGG: ogg.clean,
    kinds.M4A: mp4.clean,
    kinds.MP4: mp4.clean,
    kinds.PHONE_AUDIO: mp4.clean,
    kinds.PHONE_VIDEO: mp4.clean,
    kinds.QUICKTIME: mp4.clean,
    kinds.WEBM_AUDIO: matroska.clean,
    kinds.WEBM: matroska.clean,
}


def clean(data: bytes, form: Form) -> Cleaned:
    """Return the recording without its tags; it has no preview. Raise Refused."""
    return Cleaned(form, form, _CLEANERS[form](data), None)
