"""Files on the public pages and at the desk: added, listed, handed out to those who may."""

from __future__ import annotations

import io

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Evidence
from casework.services import reference
from datetime import datetime
import pytest
from tests import public_way
from tests.pages import CheckedClient


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def way(client: CheckedClient, session: Session, now: datetime) -> CheckedClient:
    reference.load(session, now)
    session.commit()
    public_way.walk(client, until="files")
    return client


def test_smoke(way: CheckedClient, session: Session) -> None:
    page = way.get("/en/complaint/files")
    assert page.status_code == 200
    r = way.submit(
        "/en/complaint/files",
        {"do": "add", "note": "My pay slip", "file": (io.BytesIO(photo()), "a.jpg")},
    )
    assert r.status_code == 302, r.text
    assert session.scalars(select(Evidence)).one().note == "My pay slip"
