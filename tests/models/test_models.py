"""All tables: each can be filled and read, words are sealed, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import LargeBinary, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import models
from casework.crypto import SealedText
from casework.db import Base, Row
from casework.domain.facts import OfficeRole, RecipientKind, Role
from casework.models.of_case import OfCase
from tests import factories

BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
# What is bytes and no sealed text: keys, hashes, indexes.
NOT_TEXT = {
    "wrapped_key",
    "code_hash",
    "token_hash",
    "visit_hash",
    "resume_hash",
    "invite_hash",
    "telephone_index",
    "mac",
    "seal",
    "digest",
    "passport_index",
    "credential_id",
    "public_key",
    "challenge",
    "key",
}
# Columns in plain that hold more than a code; each for a reason that its table gives.
PLAIN_WORDS = {
    ("cases", "place"),
    ("cases", "wants"),
    ("referral", "office_number"),
    ("clock", "source"),
}
CODE = 60

OF_CASE: dict[str, Callable[[Session, models.Case], Any]] = {
    "case_category": factories.case_category,
    "person": factories.person,
    "answer": factories.answer,
    "referral": lambda session, case: factories.referral(session, case, "coordinator"),
    "packet": lambda session, case: factories.packet(
        session, factories.referral(session, case, "coordinator")
    ),
    "consent": lambda session, case: factories.consent(session, case, RecipientKind.STATE, "KH"),
    "clock": lambda session, case: factories.clock(session, case, "coordinator"),
    "case_conflict": lambda session, case: factories.case_conflict(
        session, case, office_id="coordinator"
    ),
    "case_party": factories.case_party,
    "claim": factories.claim,
    "remedy": factories.remedy,
    "embassy_contact": factories.embassy_contact,
    "message": lambda session, case: factories.message(session, case, "words"),
    "note": lambda session, case: factories.note(session, case, "words"),
    "task": lambda session, case: factories.task(session, case, "words"),
    "notice": lambda session, case: factories.notice(session, case, "coordinator"),
    "emergency_access": lambda session, case: factories.emergency_access(
        session, case, factories.staff(session, Role.CASEWORKER).id
    ),
    "escalation": factories.escalation,
    "legal_hold": factories.legal_hold,
    "outbox": lambda session, case: factories.letter(session, case_id=case.id),
    "login": lambda session, case: factories.login(session, case=case),
    "draft": lambda session, case: factories.draft(session, case_id=case.id),
    "evidence": lambda session, case: factories.evidence(session, case_id=case.id),
}


def mapped() -> list[type[Base]]:
    found: list[type[Base]] = [mapper.class_ for mapper in Base.registry.mappers]
    return sorted(found, key=lambda model: model.__name__)


@pytest.fixture
def case(session: Session) -> models.Case:
    factories.office(session, "coordinator", OfficeRole.COORDINATOR)
    factories.taxonomy_version(session)
    return factories.case(session)


def test_every_model_is_offered_by_the_package() -> None:
    assert sorted(model.__name__ for model in mapped()) == sorted(models.__all__)


def test_every_row_that_hangs_on_a_case_has_a_factory_here() -> None:
    hanging = {model.__tablename__ for model in mapped() if issubclass(model, OfCase)}
    assert hanging <= set(OF_CASE)


@BOTH
def test_what_hangs_on_a_case_goes_with_it(session: Session, case: models.Case) -> None:
    rows = {name: make(session, case) for name, make in OF_CASE.items()}
    session.commit()
    session.expire_all()
    session.delete(session.get_one(models.Case, case.id))
    session.commit()
    for name, row in rows.items():
        model = type(row)
        assert session.scalar(select(func.count()).select_from(model)) == 0, name


@BOTH
def test_a_row_knows_its_id_before_it_is_stored(session: Session, case: models.Case) -> None:
    row = models.Note(case=case, at=factories.BEGINNING, body="words")
    assert row.id
    session.add(row)
    session.flush()
    assert session.get_one(models.Note, row.id).body == "words"
    assert models.Note(id=7, case=case, at=factories.BEGINNING).id == 7


@pytest.mark.parametrize("model", mapped(), ids=lambda model: model.__name__)
def test_sealed_columns_and_sealed_attributes_belong_together(model: type[Base]) -> None:
    columns = {column.key: column for column in inspect(model).columns}
    sealed = {name for name in columns if name.endswith("_sealed")}
    texts = {name for name in dir(model) if isinstance(getattr(model, name), SealedText)}
    assert {name.removesuffix("_sealed") for name in sealed} == texts
    binary = {name for name, column in columns.items() if isinstance(column.type, LargeBinary)}
    assert binary - sealed <= NOT_TEXT


@pytest.mark.parametrize(
    "model", [m for m in mapped() if issubclass(m, OfCase | models.Case)], ids=lambda m: m.__name__
)
def test_what_hangs_on_a_case_holds_only_codes_in_plain(model: type[Base]) -> None:
    for column in inspect(model).columns:
        length = getattr(column.type, "length", None)
        is_text = column.type.python_type is str
        if is_text and (model.__tablename__, column.key) not in PLAIN_WORDS:
            assert length is not None, column
            assert length <= CODE or column.key in {"submission_key", "import_id"}, column


@pytest.mark.parametrize("model", mapped(), ids=lambda model: model.__name__)
def test_names_of_rules_in_the_database_are_our_own(model: type[Base]) -> None:
    table = Base.metadata.tables[model.__tablename__]
    for constraint in table.constraints:
        if constraint.name is not None:
            assert str(constraint.name).split("_")[0] in {"pk", "fk", "uq", "ck"}
    # What is looked for by its case or office must not read the whole table.
    indexed = {next(iter(index.columns)).name for index in table.indexes}
    if issubclass(model, OfCase):
        assert "case_id" in indexed
    if issubclass(model, Row):
        assert [column.name for column in table.primary_key] == ["id"]


@BOTH
def test_each_level_is_climbed_once(session: Session, case: models.Case) -> None:
    factories.escalation(session, case, level=1)
    factories.escalation(session, case, level=2)
    with pytest.raises(IntegrityError):
        factories.escalation(session, case, level=2)


@BOTH
@pytest.mark.parametrize("column", ["reference", "submission_key", "import_id", "code_hash"])
def test_a_case_is_named_once(session: Session, case: models.Case, column: str) -> None:
    value = b"x" * 32 if column == "code_hash" else "the same"
    factories.case(session, **{column: value})
    with pytest.raises(IntegrityError):
        factories.case(session, **{column: value})


@BOTH
def test_two_people_cannot_have_one_address(session: Session) -> None:
    factories.staff(session, Role.ANALYST, email="one@staff.example")
    with pytest.raises(IntegrityError):
        factories.staff(session, Role.ANALYST, email="one@staff.example")


def test_codes_come_in_the_order_of_choice_and_once(session: Session, case: models.Case) -> None:
    for code, subcategory in (("wages", "unpaid"), ("documents", ""), ("wages", "overtime")):
        case.categories.append(
            models.CaseCategory(position=len(case.categories), code=code, subcategory=subcategory)
        )
    assert case.codes == ("wages", "documents")
