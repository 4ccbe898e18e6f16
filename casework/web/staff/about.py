"""What a case is about: the categories and their kinds, on the pages where staff choose them.

A kind is "category:subcategory"; choosing it chooses its category too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.i18n import gettext
from casework.web.fields import ChecksField, Form, ValidationError

if TYPE_CHECKING:
    from casework.domain.taxonomy import Taxonomy


class AboutForm(Form):
    """The part of a form that says what a case is about; the form itself says where it stands."""

    categories: ChecksField
    kinds: ChecksField

    def offer(self, taxonomy: Taxonomy) -> None:
        """Offer all categories and kinds."""
        self.categories.choices = [(each.code, gettext(each.label)) for each in taxonomy.categories]
        self.kinds.choices = [
            (f"{category.code}:{sub.code}", gettext(sub.label))
            for category in taxonomy.categories
            for sub in category.subcategories
        ]

    def validate_categories(self, field: ChecksField) -> None:
        """Ask for at least one category."""
        if not field.data and not self.kinds.data:
            raise ValidationError(gettext("Choose what it is about."))

    def kinds_of(self) -> dict[str, list[tuple[str, str, bool]]]:
        """Return the kinds of each category that has some: the kind, its words, whether chosen."""
        found: dict[str, list[tuple[str, str, bool]]] = {}
        for kind, words, marked, _more in self.kinds.iter_choices():
            found.setdefault(kind.partition(":")[0], []).append((kind, words, marked))
        return found

    def chosen(self) -> dict[str, list[str]]:
        """Return the categories with their subcategories, in the order of the page."""
        picked = [kind.partition(":") for kind in self.kinds.data or ()]
        marked = {*(self.categories.data or ()), *(category for category, _, _ in picked)}
        return {
            code: [kind for category, _, kind in picked if category == code]
            for code, *_words in self.categories.iter_choices()
            if code in marked
        }
