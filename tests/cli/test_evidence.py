from __future__ import annotations

import io
from datetime import datetime, timedelta
from functools import partial

from flask import Flask
from sqlalchemy.orm import Session

from casework.db import db, made_at
from casework.services import drafts
from casework.services.evidence import keeping, taking
from casework.services.evidence.taking import Sent
from tests.cli.conftest import Run
from tests.factories import BEGINNING


def _same(moment: datetime) -> datetime:
    return moment


def test_bytes_without_a_row_are_deleted_after_a_day(run: Run, installation: Flask) -> None:
    store = installation.config["STORE"]
    with installation.app_context(), Session(db.engine) as session:
        draft, _ = drafts.begin(session, BEGINNING, "km")
        rows = [
            taking.prepare(store, None, Sent(io.BytesIO(text)), BEGINNING)
            for text in (b"They took my passport.", b"Nobody was paid.")
        ]
        keeping.add_to_draft(session, draft, rows[0])
        session.commit()
        kept, lost = (row.id for row in rows)
        clock = installation.config["CLOCK"]
        draft.saved_at = made_at(lost) + timedelta(days=2)
        session.commit()
        for days, left in ((0, {kept, lost}), (2, {kept}), (20, set[int]())):
            moment = made_at(lost) + timedelta(days=days)
            installation.config["CLOCK"] = partial(_same, moment)
            assert run("purge").exit_code == 0
            assert {int(each.partition("/")[0]) for each in store.list()} == left
        installation.config["CLOCK"] = clock
