"""An export in words: the cells of its table, the filters it was made with, how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from casework import i18n
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.services import export_rows, names, news, sheets
from casework.services.exports import State
from casework.services.sheets import Table
from casework.web.staff import words
from casework.web.staff.labels import Labels

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Export
    from casework.services.export_rows import Line
    from casework.services.names import Names

STATE: Final = {
    State.WAITING: N_("Waits for a second person"),
    State.READY: N_("Can be taken once"),
    State.REFUSED: N_("Refused"),
    State.TAKEN: N_("Was taken"),
    State.EXPIRED: N_("The time for it is over"),
}
FORM: Final = {"csv": N_("CSV"), "xlsx": N_("Excel")}
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEAD: Final = (
    N_("Case number"),
    N_("Made"),
    N_("Ended"),
    N_("From"),
    N_("Work in"),
    N_("Place"),
    N_("Work"),
    N_("What it is about"),
    N_("Severity"),
    N_("Stage"),
    N_("Level"),
    N_("Workers in the case"),
    N_("Of these women"),
    N_("Desk"),
    N_("Office"),
    N_("Who is complained about"),
    N_("Claimed"),
    N_("Paid"),
    N_("Result"),
    N_("Received"),
    N_("Ended because"),
)
_HEAD_OF_NAMES: Final = (N_("Names"), N_("Phone number"), N_("Safe contact"))


def file(session: Session, row: Export, lines: Sequence[Line], labels: Labels) -> bytes:
    """Return the file of an export, its words in the page's language."""
    known = names.of(
        session,
        [each for line in lines for each in (line.row.desk_office_id, line.row.lead_office_id)],
    )
    head = [*_HEAD, *_HEAD_OF_NAMES] if row.identity else list(_HEAD)
    table = Table(
        [gettext(each) for each in head],
        [_cells(line, labels, known) for line in lines],
        watermark(row),
    )
    return sheets.as_xlsx(table) if row.form == "xlsx" else sheets.as_csv(table)


def watermark(row: Export) -> str:
    """Return who took which export when: it stands on every line of the file."""
    taken = (row.taken_at or row.at).astimezone(UTC)
    office = row.staff.office.name if row.staff.office else row.office_id
    return f"{row.number}, {row.staff.name}, {office}, {taken:%Y-%m-%d %H:%M} UTC"


def _cells(line: Line, labels: Labels, known: Names) -> list[str]:
    case = line.row
    cells = [
        case.reference,
        _day(case.filed_at),
        _day(case.closed_at),
        i18n.country(case.origin),
        i18n.country(case.destination),
        case.place,
        labels.sector(case.sector),
        _about(line.categories, labels),
        words.say(words.SEVERITY, case.severity),
        words.say(words.STATUS, case.status),
        str(case.level),
        str(case.headcount),
        "" if case.women is None else str(case.women),
        known.office(case.desk_office_id),
        known.office(case.lead_office_id),
        "; ".join(_against(each) for each in line.against),
        _money(line.claimed),
        _money(line.paid),
        words.say(words.OUTCOME, case.outcome),
        words.say(words.REMEDY_STATUS, case.remedy_status),
        words.say(words.CLOSE_REASON, case.close_reason),
    ]
    return cells if line.who is None else [*cells, *_who(line.who)]


def _day(moment: datetime | None) -> str:
    return moment.astimezone(UTC).date().isoformat() if moment else ""


def _about(categories: Mapping[str, Sequence[str]], labels: Labels) -> str:
    found = []
    for code, kinds in categories.items():
        exact = ", ".join(labels.subcategory(code, kind) for kind in kinds)
        found.append(f"{labels.category(code)}: {exact}" if exact else labels.category(code))
    return "; ".join(found)


def _against(each: export_rows.Against) -> str:
    about = [words.say(words.PARTY, each.role), each.licence]
    return f"{each.name} ({', '.join(part for part in about if part)})"


def _money(sums: Mapping[str, Decimal]) -> str:
    return "; ".join(f"{amount:.2f} {currency}" for currency, amount in sums.items())


def _who(who: export_rows.Who) -> list[str]:
    # How somebody hears of news is no way in which anybody else may reach them.
    reach = [
        {k: v for k, v in way.items() if k not in {news.WAY, news.ADDRESS}} for way in who.ways
    ]
    ways = [
        ", ".join(words.say(words.WAY, v) if k == "way" else v for k, v in way.items() if v)
        for way in reach
    ]
    return ["; ".join(who.names), "; ".join(who.telephones), "; ".join(ways)]


def filters(
    known: Sequence[tuple[str, str, Sequence[tuple[str, str]]]], kept: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return the filters that an export was made with, each with its label."""
    fields = {"with": "waits_for"}
    found = []
    for name, label, choices in known:
        value = kept.get(fields.get(name, name))
        said = dict(choices).get("" if value is None else str(value))
        if said and value not in {None, ""}:
            found.append((label, said))
    return found
