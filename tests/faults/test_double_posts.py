"""A form that is sent five times at once makes one case, and shows one code."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
import requests
from sqlalchemy import func, select

from casework.models import Case
from tests.conftest import BOTH
from tests.faults.phones import Phone, form_token
from tests.faults.service import running
from tests.faults.sizes import size

pytestmark = pytest.mark.faults

FORMS: Final = size(short=6, long=1000)
AT_ONCE: Final = 5
PHONES: Final = 4
_CODE: Final = re.compile(r'<p class="code".*?</p>')


def _five_times(url: str) -> tuple[set[int], set[str]]:
    """Tell a complaint and press the last button five times at once; return what came of it."""
    phone = Phone(url)
    phone.walk()
    path = "/en/complaint/check"
    token = form_token(phone.ask("GET", path))
    cookies = phone.line.cookies.get_dict()

    def press(_: int) -> int:
        answer = requests.post(
            f"{url}{path}",
            data={"csrf_token": token},
            cookies=cookies,
            timeout=60,
            allow_redirects=False,
        )
        return answer.status_code

    with ThreadPoolExecutor(AT_ONCE) as hands:
        statuses = set(hands.map(press, range(AT_ONCE)))
    receipts = [phone.ask("GET", "/en/receipt").text for _ in range(2)]
    codes = {code for receipt in receipts for code in _CODE.findall(receipt)}
    return statuses, codes


@pytest.mark.parametrize("database", BOTH)
def test_one_form_makes_one_case(
    tmp_path: Path, keys: str, database: str, new_database: str
) -> None:
    with running(tmp_path, 4, url=new_database, keys=keys) as service:
        begun = time.monotonic()
        with ThreadPoolExecutor(PHONES) as pool:
            told = list(pool.map(lambda _: _five_times(service.url), range(FORMS)))
        seconds = time.monotonic() - begun
    with service.looked_at() as session:
        cases = session.scalar(select(func.count()).select_from(Case))
    print(
        f"\n{database}: {FORMS} forms × {AT_ONCE} posts at once in {seconds:.0f} s: {cases} cases"
    )
    assert cases == FORMS
    assert {status for statuses, _codes in told for status in statuses} == {requests.codes.found}
    assert [len(codes) for _statuses, codes in told] == [1] * FORMS
    assert len({code for _statuses, codes in told for code in codes}) == FORMS
