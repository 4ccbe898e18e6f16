"""A case: one complaint and everything that hangs on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.crypto import SealedText, new_data_key
from casework.db import Base, Row
from casework.domain.escalation import TOP_LEVEL

if TYPE_CHECKING:
    from casework.models.consent import Consent
    from casework.models.office import Office
    from casework.models.person import Person
    from casework.models.referral import Referral
    from casework.models.staff import Staff


# Where no clock runs, a case stands behind all that have one.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_ASKED_FOR: Final = (
    "waits_for",
    "unanswered",
    "status",
    "level",
    "severity",
    "origin",
    "destination",
    "desk_office_id",
    "caseworker_id",
    "lead_office_id",
    "filed_at",
    "steps_left",
    "next_due_at",
    "next_due_kind",
)
# What filters ask of a list in another order than that of the clocks.
_FILTERED: Final = (
    "origin",
    "destination",
    "status",
    "waits_for",
    "severity",
    "level",
    "desk_office_id",
    "caseworker_id",
)
_AT_A_DESK: Final = tuple(name for name in _ASKED_FOR if name != "desk_office_id")


class CaseNumber(Base):
    """The source of case numbers: the database counts, nobody reads and writes back."""

    __tablename__ = "case_number"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 — SQLAlchemy's own protocol.

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)


class Case(Row):
    """Coded facts stay plain so that lists are fast; a person's words are sealed.

    `version` counts moves, so that a form made before the last one is recognised.
    `next_due_at`, `next_due_kind` and `waits_for` repeat what clocks and status say, for lists;
    so do those from `pressing_at` to `ended_at`, which `standing` keeps.
    """

    __tablename__ = "cases"
    __table_args__ = (
        # Lists are read in the order of an index, up to the end of a page. What filters ask for
        # stands behind it: whoever filters much need not look into every row either.
        Index("ix_cases_pressing", "ended", "pressing_at", "id", *_ASKED_FOR),
        Index("ix_cases_desk_queue", "desk_office_id", "ended", "pressing_at", "id", *_AT_A_DESK),
        Index("ix_cases_worker_queue", "caseworker_id", "ended", "pressing_at", "id"),
        Index("ix_cases_level", "ended", "steps_left", "pressing_at", "id"),
        Index("ix_cases_disputed", "disputed", "ended", "steps_left", "pressing_at", "id"),
        # A part of a reference is looked for in the index, the newest first; so are places.
        Index("ix_cases_filed", "filed_at", "id", "reference"),
        Index("ix_cases_place", "place", "filed_at", "id"),
        Index("ix_cases_filed_queue", "ended", "filed_at", "id", *_FILTERED),
        Index("ix_cases_moved_queue", "ended", "moved_at", "id", *_FILTERED),
        Index("ix_cases_ended", "ended", "ended_at", "id"),
    )

    reference: Mapped[str] = mapped_column(String(24), unique=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    submission_key: Mapped[str] = mapped_column(String(64), unique=True)
    import_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    status: Mapped[str] = mapped_column(String(24), index=True)
    level: Mapped[int] = mapped_column(Integer, default=0)
    severity: Mapped[str] = mapped_column(String(8))
    origin: Mapped[str] = mapped_column(String(2), index=True)
    destination: Mapped[str] = mapped_column(String(2), index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    sector: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    filed_by: Mapped[str] = mapped_column(String(16))
    # A member of staff has seen the code: its owner chooses another before anything is shown.
    code_is_shared: Mapped[bool] = mapped_column(default=False)
    headcount: Mapped[int] = mapped_column(Integer, default=1)
    women: Mapped[int | None] = mapped_column(Integer)
    documented: Mapped[str] = mapped_column(String(8), default="unsure")
    safe_now: Mapped[str] = mapped_column(String(8), default="unsure")
    about_official: Mapped[str] = mapped_column(String(8), default="no")
    needs_triage: Mapped[bool] = mapped_column(default=False)
    triaged_at: Mapped[datetime | None]
    began_on: Mapped[str] = mapped_column(String(10), default="")
    wants: Mapped[str] = mapped_column(String(200), default="")
    campaign: Mapped[str] = mapped_column(String(40), default="")

    desk_office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    caseworker_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taxonomy_version: Mapped[int] = mapped_column(ForeignKey("taxonomy_version.number"))
    filed_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    next_due_at: Mapped[datetime | None]
    next_due_kind: Mapped[str] = mapped_column(String(16), default="")
    waits_for: Mapped[str] = mapped_column(String(16), default="desk")
    escalation_asked_at_level: Mapped[int | None] = mapped_column(Integer)

    # Since when it is late, or when its next clock ends; how many steps of the ladder are above
    # it; whether the complainant wrote last; who leads; whether a result was ever disputed;
    # whether it has ended, and when.
    pressing_at: Mapped[datetime] = mapped_column(default=NEVER)
    steps_left: Mapped[int] = mapped_column(Integer, default=TOP_LEVEL)
    unanswered: Mapped[bool] = mapped_column(default=False)
    lead_office_id: Mapped[str | None] = mapped_column(String(40))
    disputed: Mapped[bool] = mapped_column(default=False)
    ended: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]

    # The group of workers who complain together, and the case in which this one goes on. Both
    # are bare numbers: a case can be destroyed without asking those that point to it.
    group_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger, index=True)

    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(24), default="")
    remedy_status: Mapped[str] = mapped_column(String(16), default="")
    close_reason: Mapped[str] = mapped_column(String(24), default="")
    confirmed: Mapped[bool | None]
    under_pressure: Mapped[bool | None]
    # When the person's own wish to have everything deleted is carried out; they may undo it.
    delete_after: Mapped[datetime | None] = mapped_column(index=True)
    anonymised_at: Mapped[datetime | None]

    story_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    story_original_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    story_english_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    outcome_text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    story = SealedText()
    story_original = SealedText()
    story_english = SealedText()
    outcome_text = SealedText()

    desk: Mapped[Office] = relationship(lazy="joined")
    caseworker: Mapped[Staff | None] = relationship(lazy="joined", innerjoin=False)
    categories: Mapped[list[CaseCategory]] = relationship(
        order_by="CaseCategory.position", cascade="all, delete-orphan", lazy="selectin"
    )
    people: Mapped[list[Person]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Person.id"
    )
    referrals: Mapped[list[Referral]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Referral.id"
    )
    consents: Mapped[list[Consent]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Consent.id"
    )

    def __init__(self, **values: Any) -> None:
        """Make the data key with the row: what the row seals needs it at once."""
        super().__init__()
        self.wrapped_key = new_data_key(self.__tablename__, self.id)
        self.version = 1
        self.level = 0
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def key_row(self) -> Case:
        """The row whose key seals this row: itself."""
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The category codes, first the one that the person chose first."""
        return tuple(dict.fromkeys(category.code for category in self.categories))


class CaseCategory(Row):
    """One category of a case, with a subcategory when one was chosen."""

    __tablename__ = "case_category"
    __table_args__ = (Index("ix_case_category_code", "code", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(32))
    subcategory: Mapped[str] = mapped_column(String(48), default="")
