"""The way of a case, written down a second time by hand, as a table to be read.

A row is an action, a column a status: what stands there is the status that follows, "=" means
that the status stays, "." that the action is not possible.
"""

from __future__ import annotations

from typing import Final

from casework.domain.workflow import Action, Status

SHORT: Final = {
    "RE": Status.RECEIVED,
    "TR": Status.TRIAGE,
    "RF": Status.REFERRED,
    "AC": Status.ACCEPTED,
    "IP": Status.IN_PROGRESS,
    "WC": Status.WAITING_COMPLAINANT,
    "WT": Status.WAITING_THIRD,
    "OP": Status.OUTCOME_PROPOSED,
    "CL": Status.CLOSED,
    "WD": Status.WITHDRAWN,
}

TABLE: Final = """
                    RE  TR  RF  AC  IP  WC  WT  OP  CL  WD
triage              TR  .   .   .   .   .   .   .   .   .
take_on             IP  IP  .   .   .   .   .   .   .   .
refer               RF  RF  .   RF  RF  RF  RF  .   .   .
refer_also          .   .   =   =   =   =   =   .   .   .
accept              .   .   AC  .   .   .   .   .   .   .
decline             .   .   TR  TR  TR  TR  TR  .   .   .
recall              .   .   TR  TR  TR  TR  TR  .   .   .
answer              =   =   =   IP  =   IP  IP  =   =   .
ask_complainant     .   .   .   WC  WC  .   WC  .   .   .
wait_third          .   .   .   WT  WT  WT  .   .   .   .
resume              .   .   .   IP  .   IP  IP  .   .   .
propose_outcome     .   .   .   OP  OP  OP  OP  .   .   .
confirm             .   .   .   .   .   .   .   CL  .   .
dispute             .   .   .   .   .   .   .   IP  .   .
close_unconfirmed   .   .   .   .   .   .   .   CL  .   .
close               CL  CL  CL  CL  CL  CL  CL  CL  .   .
escalate            RF  RF  =   RF  RF  RF  RF  .   .   .
escalate_to_desk    TR  =   TR  TR  TR  TR  TR  .   .   .
ask_escalation      =   =   =   =   =   =   =   .   .   .
take_over           IP  IP  IP  IP  =   IP  IP  .   .   .
reassign            =   =   =   =   =   =   =   =   .   .
extend              =   =   =   =   =   =   =   =   .   .
withdraw            WD  WD  WD  WD  WD  WD  WD  WD  .   .
reopen              .   .   .   .   .   .   .   .   IP  IP
reply               =   =   =   =   =   IP  =   =   =   .
note                =   =   =   =   =   =   =   =   =   =
task                =   =   =   =   =   =   =   =   .   .
claim               =   =   =   =   =   =   =   =   .   .
remedy              =   =   =   =   =   =   =   =   =   =
embassy_contact     =   =   =   =   =   =   =   =   .   .
consent             =   =   =   =   =   =   =   =   =   =
reclassify          =   =   =   =   =   =   =   =   .   .
office_number       =   =   =   =   =   =   =   =   .   .
change_code         =   =   =   =   =   =   =   =   =   =
evidence            =   =   =   =   =   =   =   =   .   .
remove_evidence     =   =   =   =   =   =   =   =   =   =
open_original       =   =   =   =   =   =   =   =   =   =
lift_conflict       =   =   =   =   =   =   =   =   =   =
hold                =   =   =   =   =   =   =   =   =   =
erase               WD  WD  WD  WD  WD  WD  WD  WD  =   =
keep                .   .   .   .   .   .   .   .   =   =
add_member          =   =   =   =   =   =   =   =   .   .
packet              =   =   =   =   =   =   =   =   .   .
merge               CL  CL  CL  CL  CL  CL  CL  CL  .   .
"""


def _read() -> dict[tuple[Status, Action], Status]:
    head, *rows = TABLE.strip().splitlines()
    columns = [SHORT[short] for short in head.split()]
    found = {}
    for row in rows:
        name, *cells = row.split()
        for status, cell in zip(columns, cells, strict=True):
            if cell != ".":
                found[status, Action(name)] = status if cell == "=" else SHORT[cell]
    return found


EXPECTED: Final = _read()
EVERY_ACTION: Final = tuple(row.split()[0] for row in TABLE.strip().splitlines()[1:])
