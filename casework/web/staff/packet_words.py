"""A packet in words: what an office sees of a case, laid out for paper.

It is made from the same `Sight` as the preview and the office's own page, item by item, with the
same words; what is not in the sight cannot come to stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

from casework import i18n
from casework.domain.consent import Item
from casework.domain.marks import N_
from casework.i18n import gettext, ngettext
from casework.web import uploading
from casework.web.staff import clock_words, words
from casework.web.staff.blueprint import iso_day
from casework.web.staff.words import say

if TYPE_CHECKING:
    from decimal import Decimal

    from casework.services.money import Helped, Money, MoneyLine
    from casework.services.names import Names
    from casework.services.preview import Agreed
    from casework.services.sight import (
        About,
        Against,
        Answered,
        Contacted,
        Corridor,
        Identity,
        Reach,
        Sight,
        Story,
    )
    from casework.web.staff.labels import Labels

Part = Mapping[str, Any]
# In the order in which the preview lists them; sums and files are tables of their own.
_FACTS: Final = (
    Item.CORRIDOR,
    Item.CATEGORIES,
    Item.WANTS,
    Item.PARTIES,
    Item.IDENTITY,
    Item.CONTACT,
    Item.EMBASSY_CONTACT,
    Item.STORY,
    Item.ANSWERS,
)
_SUMS: Final = (
    N_("For what"),
    N_("Claimed"),
    N_("Offered"),
    N_("Ordered"),
    N_("Paid"),
    N_("Still owed"),
)
_FILES: Final = (N_("File"), N_("What does it show?"), N_("Size"), N_("Added"))


@dataclass(frozen=True)
class Writer:
    """Writes the items of one case; `zone` is the office's time."""

    labels: Labels
    zone: tzinfo

    def parts(self, sight: Sight) -> list[Part]:
        """Return the facts of the case and its tables: of items that the office sees."""
        found: list[Part] = [_facts(gettext("The case"), self._rows(sight))]
        if sight.amounts is not None:
            found.append(self._money(sight.amounts))
        if sight.evidence is not None:
            found.append(self._files(sight))
        return found

    def _rows(self, sight: Sight) -> list[tuple[str, list[str]]]:
        write: dict[Item, Callable[[Any], list[str]]] = {
            Item.CORRIDOR: self._corridor,
            Item.CATEGORIES: self._about,
            Item.WANTS: self._wants,
            Item.PARTIES: _parties,
            Item.IDENTITY: _identity,
            Item.CONTACT: _contact,
            Item.EMBASSY_CONTACT: self._contacts,
            Item.STORY: _story,
            Item.ANSWERS: self._answers,
        }
        return [
            (say(words.ITEM, item), write[item](getattr(sight, item)) or [_nothing()])
            for item in _FACTS
            if item in sight.items
        ]

    def _corridor(self, value: Corridor) -> list[str]:
        way = f"{i18n.country(value.origin)} – {i18n.country(value.destination)}"
        sector = self.labels.sector(value.sector) if value.sector else ""
        return [", ".join(part for part in (way, sector, value.place) if part)]

    def _about(self, value: About) -> list[str]:
        lines = []
        for code, subs in value.categories.items():
            below = ", ".join(self.labels.subcategory(code, sub) for sub in subs)
            lines.append(": ".join(part for part in (self.labels.category(code), below) if part))
        people = [_workers(value.headcount)]
        if value.women is not None:
            count = i18n.number(value.women)
            women = ngettext("%(count)s woman", "%(count)s women", value.women, count=count)
            people.append(women)
        if value.severity != "normal":
            people.append(say(words.SEVERITY, value.severity))
        spoken = _labelled(gettext("Language"), i18n.language(value.language))
        return [*lines, ", ".join(people), spoken]

    def _wants(self, codes: Sequence[str]) -> list[str]:
        return [self.labels.want(code) for code in codes]

    def _contacts(self, rows: Sequence[Contacted]) -> list[str]:
        lines = []
        for each in rows:
            day = iso_day(each.on_date) if each.on_date else ""
            how = say(words.HOW_ASKED, each.how)
            facts = (self.labels.embassy_result(each.result), each.post, day, how)
            lines.append(", ".join(part for part in facts if part))
            lines += _typed(gettext("Asked for"), each.asked)
            lines += _typed(gettext("Answered"), each.answered)
        return lines

    def _answers(self, rows: Sequence[Answered]) -> list[str]:
        return [
            line
            for each in rows
            for line in _typed(self.labels.question(each), self.labels.answer(each))
        ]

    def _money(self, value: Money) -> Part:
        rows = [[self._money_words(line), *_sums(line)] for line in value.lines]
        for total in value.totals:
            currency = i18n.currency_name(total.currency)
            rows.append([gettext("Total, %(currency)s", currency=currency), *_sums(total)])
        return {
            "kind": "table",
            "title": say(words.ITEM, Item.AMOUNTS),
            "widths": [4, 2, 2, 2, 2, 2],
            "align": ["left", *["right"] * 5],
            "head": [gettext(name) for name in _SUMS],
            "rows": rows,
            "after": [self._helped(each) for each in value.other] or ([] if rows else [_nothing()]),
        }

    def _money_words(self, line: MoneyLine) -> str:
        what = line.words or self.labels.remedy(line.kind) or gettext("Without a claim")
        whose = [_workers(line.workers)] if line.workers else []
        return ", ".join([what, *whose, line.currency])

    def _helped(self, each: Helped) -> str:
        state = say(words.REMEDY_STATE, each.state)
        facts = ", ".join([state, _workers(each.workers), iso_day(each.on_date)])
        return _labelled(self.labels.remedy(each.kind), facts)

    def _files(self, sight: Sight) -> Part:
        rows = [
            [
                f"{i18n.number(each.number)}, {uploading.kind(each.kind)}",
                each.note or "",
                uploading.size(each.size),
                clock_words.day(each.at, self.zone),
            ]
            for each in sight.evidence or ()
        ]
        return {
            "kind": "table",
            "title": say(words.ITEM, Item.EVIDENCE),
            "widths": [3, 6, 2, 3],
            "align": ["left", "left", "right", "left"],
            "head": [gettext(name) for name in _FILES],
            "rows": rows,
            "after": [] if rows else [_nothing()],
        }


def agreed(decisions: Sequence[Agreed], names: Names, zone: tzinfo) -> Part:
    """Return what the worker has agreed to that speaks of the office, how and when."""
    rows = [
        (
            words.recipient(each.kind, each.recipient, names.offices),
            [
                ", ".join(say(words.SCOPE, scope) for scope in each.scopes) or gettext("Said no"),
                f"{say(words.CONSENT_HOW, each.how)}, {clock_words.day(each.at, zone)}",
            ],
        )
        for each in decisions
    ]
    return _facts(gettext("Who may see it"), rows)


def note(text: str) -> Part:
    """Return what the desk wrote to the office when it sent the case."""
    return _facts(gettext("Note to the office"), [("", text.splitlines())])


def _facts(title: str, rows: Sequence[tuple[str, list[str]]]) -> Part:
    return {
        "kind": "facts",
        "title": title,
        "rows": [{"label": label, "lines": lines} for label, lines in rows],
    }


def _parties(rows: Sequence[Against]) -> list[str]:
    lines = []
    for each in rows:
        licence = gettext("licence %(number)s", number=each.licence) if each.licence else ""
        facts = (each.name, say(words.PARTY, each.role), licence)
        lines.append(", ".join(part for part in facts if part))
    return lines


def _identity(value: Identity) -> list[str]:
    name = value.name or gettext("No name given")
    lines = [f"{name}, {say(words.FILED_BY, value.filed_by)}"]
    return lines + [f"{worker}, {gettext('worker concerned')}" for worker in value.workers]


def _contact(value: Reach) -> list[str]:
    ways = value.ways
    lines = [value.telephone or gettext("No phone number"), say(words.WAY, ways.get("way"))]
    lines += _typed(gettext("Safe time to call"), ways.get("time"))
    lines += _typed(gettext("Code word"), ways.get("code_word"))
    lines.append(say(words.WHOSE_PHONE, ways.get("whose")))
    if ways.get("talk_first"):
        lines.append(gettext("Wants to talk before anything is sent"))
    return [line for line in lines if line]


def _story(value: Story) -> list[str]:
    lines = (value.text or "").splitlines()
    if value.english:
        lines += [_labelled(gettext("In English"), ""), *value.english.splitlines()]
    lines = lines or [_nothing()]
    if value.began_on:
        lines.append(gettext("Began: %(day)s", day=iso_day(value.began_on)))
    return [*lines, gettext("Safe now: %(answer)s", answer=say(words.SAID, value.safe_now))]


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}".strip()


def _typed(label: str, text: str | None) -> list[str]:
    """Return what somebody typed, line by line, behind what was asked; nothing for nothing."""
    return _labelled(label, text).splitlines() if text else []


def _workers(count: int) -> str:
    return ngettext("%(count)s worker", "%(count)s workers", count, count=i18n.number(count))


def _sums(line: MoneyLine) -> list[str]:
    sums: tuple[Decimal, ...] = (line.claimed, line.offered, line.ordered, line.paid, line.owed)
    return [i18n.money(each) if each else "–" for each in sums]


def _nothing() -> str:
    return gettext("Nothing written down")
