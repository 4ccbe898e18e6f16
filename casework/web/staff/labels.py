"""The words of a taxonomy, in the page's language: of the version a case was filed under."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from casework import i18n
from casework.domain.taxonomy import Choice, QuestionKind, Taxonomy
from casework.i18n import gettext

if TYPE_CHECKING:
    from casework.domain.taxonomy import Question
    from casework.services.sight import Answered


def _label(choices: Iterable[Choice], code: str) -> str:
    return next((gettext(each.label) for each in choices if each.code == code), code)


@dataclass(frozen=True)
class Labels:
    """Words for the codes of one taxonomy; a code it does not know stands for itself."""

    taxonomy: Taxonomy

    def category(self, code: str) -> str:
        """Return the name of a category."""
        return _label(self.taxonomy.categories, code)

    def categories(self, codes: Iterable[str]) -> str:
        """Return the names of several categories in one line."""
        return ", ".join(self.category(code) for code in codes)

    def subcategory(self, category: str, code: str) -> str:
        """Return the name of a subcategory."""
        known = category in self.taxonomy.codes
        return _label(self.taxonomy.category(category).subcategories if known else (), code)

    def remedy(self, code: str) -> str:
        """Return the name of a remedy, as staff write it down."""
        return _label(self.taxonomy.remedies, code)

    def want(self, code: str) -> str:
        """Return what a worker wants, in the worker's words."""
        return next(
            (gettext(each.short) for each in self.taxonomy.remedies if each.code == code), code
        )

    def sector(self, code: str) -> str:
        """Return the name of a kind of work."""
        return _label(self.taxonomy.sectors, code)

    def embassy_result(self, code: str) -> str:
        """Return what came of asking an embassy."""
        return _label(self.taxonomy.embassy_results, code)

    def question(self, answer: Answered) -> str:
        """Return the question that an answer answers."""
        asked = self._asked(answer)
        return gettext(asked.label) if asked else answer.question

    def answer(self, answer: Answered) -> str:
        """Return an answer as it is read: choices in words, days and sums as they are written."""
        asked = self._asked(answer)
        if asked is None:
            return answer.value
        with suppress(ValueError, InvalidOperation):
            match asked.kind:
                case QuestionKind.CHOICE:
                    return _label(asked.options, answer.value)
                case QuestionKind.YES_NO | QuestionKind.HAVE:
                    return said(answer.value)
                case QuestionKind.DATE:
                    return i18n.long_date(date.fromisoformat(answer.value))
                case QuestionKind.MONEY:
                    amount, _, currency = answer.value.partition(" ")
                    return i18n.money(Decimal(amount), currency)
        return answer.value

    def _asked(self, answer: Answered) -> Question | None:
        if answer.category not in self.taxonomy.codes:
            return None
        questions = self.taxonomy.category(answer.category).questions
        return next((each for each in questions if each.code == answer.question), None)


def said(value: str) -> str:
    """Return a yes, a no or an open answer in words."""
    found = {"yes": gettext("Yes"), "no": gettext("No"), "unsure": gettext("Not known")}
    return found.get(value, value)
