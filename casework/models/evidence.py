"""Files of evidence: what is known of them. Their bytes lie sealed in the store."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import SealedText
from casework.models.own_key import OwnKey

if TYPE_CHECKING:
    from casework.models.office import Office
    from casework.models.staff import Staff


class Evidence(OwnKey):
    """One file of a draft, or of the case that the draft became.

    It has a data key of its own: a file moves from the draft to the case without being sealed
    anew, and deleting the row makes its bytes unreadable wherever they still lie. `content` is
    the SHA-256 of what was sent; `digest` its blind index within the draft or case, by which the
    same file sent twice is noticed. `media_type` and `size` are those of the original,
    `shared_type` and `shared_size` those of the copy that may be handed on.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("(draft_id IS NULL) <> (case_id IS NULL)", name="one_place"),
        UniqueConstraint("case_id", "digest"),
        UniqueConstraint("draft_id", "digest"),
    )

    draft_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("draft.id", ondelete="CASCADE")
    )
    case_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("cases.id", ondelete="CASCADE")
    )
    at: Mapped[datetime]
    from_complainant: Mapped[bool]
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str] = mapped_column(String(12))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    shared_type: Mapped[str] = mapped_column(String(100))
    shared_size: Mapped[int]
    has_preview: Mapped[bool]
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    name = SealedText()
    note = SealedText()
    content = SealedText()

    staff: Mapped[Staff | None] = relationship()
    office: Mapped[Office | None] = relationship()
