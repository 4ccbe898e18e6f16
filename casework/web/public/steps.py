"""The way of a complaint: one table of pages, and where each leads.

Which pages there are depends on the answers. A page is done when the person has gone on from it
and what stands there is right; the complaint can be sent when all are done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from casework.domain.marks import N_
from casework.domain.taxonomy import Money
from casework.web.public import consent, forms, forms_details, forms_person, money
from casework.web.public.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from casework.web.fields import Form
    from casework.web.public.forms import PageForm, Typed

CHECK: Final = "check"
DETAILS: Final = "details"
_MOST_CATEGORIES: Final = 14

Build = Callable[[Telling, "Typed"], "PageForm"]
Needed = Callable[[Telling], bool]


def _always(_telling: Telling) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """A page of the way.

    `name` stands in the address; `part` is the part of the way it belongs to, which is what the
    line of progress counts; `place` is the place of the category that a page of details is about.
    """

    name: str
    part: str
    build: Build
    needed: Needed = _always
    template: str = ""
    place: int | None = None
    asks: bool = False

    def kept_as(self, telling: Telling) -> str:
        """Return the name under which the answers of the page are kept."""
        if self.place is None:
            return self.name
        return f"{DETAILS}:{telling.categories[self.place].code}"


WHAT: Final = N_("What happened")
WHERE: Final = N_("Where and when")
WHO: Final = N_("Who is responsible")
MONEY: Final = N_("Money")
EMBASSY: Final = N_("Your embassy")
WANTS: Final = N_("What you want")
FILES: Final = N_("Photos and papers")
YOU: Final = N_("About you")
CONTACT: Final = N_("How to reach you safely")
CONSENT: Final = N_("Who may see this?")


def _details(place: int, telling: Telling, typed: Typed) -> PageForm:
    return forms_details.details(telling, typed, telling.categories[place])


def _details_step(place: int) -> Step:
    name = DETAILS if place == 0 else f"{DETAILS}-{place + 1}"
    return Step(
        name,
        WHAT,
        partial(_details, place),
        lambda telling: len(telling.categories) > place and _asks(telling, place),
        DETAILS,
        place,
    )


def _asks(telling: Telling, place: int) -> bool:
    category = telling.categories[place]
    return bool(category.subcategories or category.questions)


TABLE: Final[tuple[Step, ...]] = (
    Step("category", WHAT, forms.category),
    _details_step(0),
    Step("story", WHAT, forms.story),
    *(_details_step(place) for place in range(1, _MOST_CATEGORIES)),
    Step("more", WHAT, forms.more),
    Step("where", WHERE, forms.where),
    Step("responsible", WHO, forms.responsible),
    Step("owed", MONEY, money.owed, lambda t: t.has_money(Money.OWED), "money"),
    Step("paid", MONEY, money.paid, lambda t: t.has_money(Money.PAID), "money"),
    Step("embassy", EMBASSY, forms.embassy),
    Step("wants", WANTS, forms.wants),
    Step("files", FILES, forms.files),
    Step("you", YOU, forms_person.you),
    Step("contact", CONTACT, forms_person.contact),
    Step("office", CONSENT, consent.send, lambda t: t.office is not None, asks=True),
    Step("identity", CONSENT, consent.name, consent.asks_name, asks=True),
    Step(
        "authority", CONSENT, consent.send, lambda t: t.authority is not None, "office", asks=True
    ),
    Step("higher", CONSENT, consent.higher, consent.asks_higher, asks=True),
    Step("count", CONSENT, consent.count, asks=True),
)
FIRST: Final = TABLE[0]


@dataclass(frozen=True)
class _Read:
    """What was read once: what was typed on each page, its form, and whether that was right."""

    about: tuple[object, ...]
    typed: dict[str, object] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    right: set[str] = field(default_factory=set)


class Way:
    """The pages that this complaint needs, in order, with the forms that were filled in.

    Each page is asked in turn whether it is needed: by then the forms before it are read.
    """

    def __init__(self, telling: Telling, before: _Read | None = None) -> None:
        """Read all forms and walk the table; `before` is for `again` alone."""
        self.telling = telling
        self.steps: list[Step] = []
        answers = telling.answers
        self._read = _Read((tuple(answers.categories), answers.files), forms=telling.forms)
        same = before is not None and before.about == self._read.about
        for step in TABLE:
            if step.needed(telling):
                self.steps.append(step)
                same = self._read_page(step, before if same else None)

    def again(self) -> Way:
        """Return the way that the answers make now, later in the same request.

        Forms are taken over as far as nothing that was typed has changed: each depends on what was
        typed before it and on nothing that comes after.
        """
        return Way(Telling(self.telling.session, self.telling.answers), self._read)

    def _read_page(self, step: Step, before: _Read | None) -> bool:
        """Read the form of a page; return whether it is as it was before."""
        name = step.kept_as(self.telling)
        kept = self._read.typed[name] = self.telling.answers.pages.get(name)
        if before is not None and before.typed.get(name) is kept:
            if name in before.forms:
                self._take(step, before.forms[name], right=step.name in before.right)
            return True
        typed = self.telling.answers.typed(name)
        if typed is not None:
            form = step.build(self.telling, typed)
            self._take(step, form, right=form.validate())
        return False

    def _take(self, step: Step, form: Form, *, right: bool) -> None:
        if right:
            self._read.right.add(step.name)
        self.telling.read(step.kept_as(self.telling), form)

    def form(self, step: Step) -> Form:
        """Return the form of a page as it was last filled in, else an empty one."""
        name = step.kept_as(self.telling)
        if name in self.telling.answers.tried and name in self.telling.forms:
            return self.telling.forms[name]
        # Left half-way: what stands there is shown, without complaint.
        return step.build(self.telling, self.telling.answers.typed(name))

    def find(self, name: str) -> Step | None:
        """Return the page of this name, if this complaint needs it."""
        return next((step for step in self.steps if step.name == name), None)

    def done(self, step: Step) -> bool:
        """Tell whether a page is answered rightly, about those whom it asks about now."""
        answers = self.telling.answers
        tried = step.kept_as(self.telling) in answers.tried
        about = not step.asks or consent.still_counts(self.telling, step.name)
        return tried and about and step.name in self._read.right

    @property
    def open(self) -> Step | None:
        """The first page that is not done; None when the complaint can be sent."""
        return next((step for step in self.steps if not self.done(step)), None)

    def reachable(self, step: Step) -> bool:
        """Tell whether every page before this one is done."""
        first = self.open
        return first is None or self.steps.index(step) <= self.steps.index(first)

    def before(self, name: str) -> Step | None:
        """Return the page before one, or the last one before all answers are checked."""
        names = [step.name for step in self.steps]
        place = names.index(name) if name in names else len(names)
        return self.steps[place - 1] if place > 0 else None

    def after(self, name: str) -> str:
        """Return the name of the page that follows: the next one, or what a change leaves open."""
        if self.telling.answers.reviewed:
            return self.open.name if self.open else CHECK
        names = [step.name for step in self.steps]
        place = names.index(name) + 1
        return names[place] if place < len(names) else CHECK

    def progress(self, step: Step) -> tuple[int, int]:
        """Return in which part of the way a page is, and how many parts there are."""
        parts = list(dict.fromkeys(self.parts()))
        return parts.index(step.part) + 1, len(parts)

    def parts(self) -> Iterator[str]:
        """Yield the part of each page; money counts while it is not known."""
        steps: Sequence[Step] = self.steps if self.telling.categories else TABLE
        return (step.part for step in steps)
