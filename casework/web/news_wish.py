"""Whether a worker wants to hear of news: asked on the phone and at the desk, by the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from casework.domain import email_address
from casework.i18n import gettext
from casework.services.news import News
from casework.web.fields import Form, ValidationError, choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.web.fields import RadioField, SelectField, TextField

_NO_CONTACT: Final = "none"


class NewsWish(Form):
    """What an answer about news needs: a form of this kind asks for `way` and `telephone` too.

    The fields themselves are the form's own, for each asks in its own words.
    """

    no_contact: str

    def validate_news(self, field: RadioField | SelectField) -> None:
        """Ask for the number to write to; send nothing to who wants no contact."""
        wanted = field.data in {News.SMS, News.EMAIL}
        if wanted and self["way"].data == _NO_CONTACT:
            raise ValidationError(gettext(self.no_contact))
        if field.data == News.SMS and not self["telephone"].data:
            raise ValidationError(gettext("Write the phone number for the message."))

    def validate_news_email(self, field: TextField) -> None:
        """Ask for the address to which a message is to go."""
        if self["news"].data == News.EMAIL and not email_address.typed(field.data or ""):
            raise ValidationError(gettext("Write the e-mail address for the message."))


def offer(
    form: NewsWish, ways: Sequence[News], first: Sequence[Any], yes: Mapping[News, str]
) -> None:
    """Offer the ways by which this installation can send; ask nothing where there is none.

    `first` are the answers that send nothing, `yes` the words for each way.
    """
    if News.EMAIL not in ways:
        del form["news_email"]
    if not ways:
        del form["news"]
        return
    asked: Any = form["news"]
    asked.choices = [*first, *(choice(each, gettext(yes[each])) for each in ways)]
