"""The forms with pages of their own: what the case is about, who may have it, where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from casework.domain import consent as rules
from casework.domain.conflict import EMBASSY_CATEGORY
from casework.domain.consent import Decision
from casework.domain.facts import DESK_ROLES, POST_ROLES, RecipientKind, Scope
from casework.domain.routing import Why
from casework.domain.workflow import ENDED
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import CaseParty, Staff
from casework.services import preview
from casework.web.fields import (
    ChecksField,
    RadioField,
    SelectField,
    ValidationError,
    choice,
    chosen,
    optional,
)
from casework.web.staff import deed_forms, deed_making, words
from casework.web.staff.about import AboutForm
from casework.web.staff.deed_forms import DeedForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.facts import OfficeFacts
    from casework.web.staff.asking import Asking

YES: Final = "yes"
NO: Final = "no"
BACK: Final = "back"
_ASKED_SCOPES: Final = (Scope.NARRATIVE, Scope.IDENTITY, Scope.DOCUMENTS, Scope.STATISTICS)


class CheckForm(DeedForm, AboutForm):
    """What the case is about, and who is complained about."""

    categories = ChecksField(_l("What is it about?"))
    kinds = ChecksField(_l("More exactly"))
    severity = SelectField(_l("Severity"), optional())
    about_official = RadioField(
        _l("Is an official or an office complained about?"),
        chosen(_l("Choose one answer.")),
        choices=[
            choice("no", _l("No")),
            choice("yes", _l("Yes")),
            choice("unsure", _l("Not known")),
        ],
    )
    posts = ChecksField(_l("Embassies and consulates complained about"))
    others = ChecksField(_l("Other offices complained about"))
    officials = ChecksField(_l("Officials complained about who use Casework"))

    def validate_categories(self, field: ChecksField) -> None:
        """Ask for at least one category, and for the post where it is about one."""
        super().validate_categories(field)
        if EMBASSY_CATEGORY in self.chosen() and not self.accused():
            raise ValidationError(
                gettext(
                    "Mark the embassy or consulate that is complained about. "
                    "If nobody knows which one, mark all of them."
                )
            )

    def accused_offices(self) -> list[str]:
        """Return the ids of the offices complained about."""
        return [*(self.posts.data or ()), *(self.others.data or ())]

    def accused_staff(self) -> list[int]:
        """Return the ids of the officials complained about."""
        return [int(staff_id) for staff_id in self.officials.data or ()]

    def accused(self) -> bool:
        """Tell whether any office or official is named."""
        return bool(self.accused_offices() or self.officials.data)


def check(asking: Asking) -> CheckForm:
    """Return the form with what is known of the case so far."""
    case = asking.case
    parties = asking.session.scalars(select(CaseParty).where(CaseParty.case_id == case.id)).all()
    named = [each.office_id for each in parties if each.office_id]
    accused = [str(each.staff_id) for each in parties if each.staff_id]
    near = _near(asking)
    posts = {office.id for office in near if office.role in POST_ROLES}
    form = CheckForm(
        categories=list(case.codes),
        kinds=[f"{row.code}:{row.subcategory}" for row in case.categories if row.subcategory],
        about_official=case.about_official,
        posts=[office_id for office_id in named if office_id in posts],
        others=[office_id for office_id in named if office_id not in posts],
        officials=accused,
        severity="",
    )
    form.offer(asking.taxonomy)
    form.severity.choices = deed_forms.choices_of(
        {code: words.SEVERITY[code] for code in ("high", "urgent")},
        empty=gettext("As the categories say"),
    )
    form.posts.choices = _named(asking, [o for o in near if o.id in posts])
    form.others.choices = _named(asking, [o for o in near if o.id not in posts])
    form.officials.choices = _officials(asking, near)
    return form


def _near(asking: Asking) -> list[OfficeFacts]:
    """Return the state offices of the two countries that this case could be about."""
    ends = {asking.case.origin, asking.case.destination}
    found = [
        office
        for office in asking.offices.values()
        if office.role not in DESK_ROLES and office.country in ends and office.host in ends
    ]
    return sorted(found, key=lambda office: (office.country, office.role, office.rank, office.id))


def _named(asking: Asking, offices: Sequence[OfficeFacts]) -> list[tuple[str, str]]:
    return [(office.id, asking.office(office.id)) for office in offices]


def _officials(asking: Asking, offices: Sequence[OfficeFacts]) -> list[tuple[str, str]]:
    query = (
        select(Staff)
        .where(Staff.active, Staff.office_id.in_([office.id for office in offices]))
        .order_by(Staff.office_id, Staff.name)
    )
    return [
        (str(row.id), f"{row.name}, {asking.office(row.office_id)}")
        for row in asking.session.scalars(query)
    ]


_NOT_ANY_MORE: Final = [
    choice(NO, _l("No, they may not have it")),
    choice(BACK, _l("The worker takes back what was agreed before")),
]


class ConsentForm(DeedForm):
    """What the worker says about one recipient."""

    recipient = SelectField(_l("About whom was the worker asked?"), chosen(_l("Choose an office.")))
    answer = RadioField(
        _l("What does the worker say?"),
        chosen(_l("Choose one answer.")),
        choices=[choice(YES, _l("Yes, they may have the case")), *_NOT_ANY_MORE],
    )
    scopes = ChecksField(
        _l("If yes: what may they see besides the case without names?"),
        description=_l("Whether the worker has papers never leaves with a case."),
    )
    how = RadioField(_l("How was it said?"), chosen(_l("Choose how it was said.")))

    @property
    def takes_back(self) -> bool:
        """Whether everything given to the recipient is taken back."""
        return bool(self.answer.data == BACK)

    def named(self) -> tuple[RecipientKind, str]:
        """Return the recipient: its kind and its name."""
        kind, _, recipient = str(self.recipient.data).partition(" ")
        return RecipientKind(kind), recipient

    def decisions(self) -> list[Decision]:
        """Return one decision for every scope: what was not agreed to is a no."""
        kind, recipient = self.named()
        agreed = {Scope.REFERRAL, *map(Scope, self.scopes.data or ())}
        yes = self.answer.data == YES
        return [
            Decision(kind, recipient, scope, yes and scope in agreed)
            for scope in (Scope.REFERRAL, *_ASKED_SCOPES)
        ]


def consent(asking: Asking) -> ConsentForm:
    """Return the form, with the offices that rules would choose and those spoken of before."""
    form = ConsentForm(scopes=[Scope.NARRATIVE.value])
    form.recipient.choices = deed_making.chosen_from(recipients(asking))
    form.scopes.choices = [(scope.value, words.say(words.SCOPE, scope)) for scope in _ASKED_SCOPES]
    form.how.choices = words.choices(words.CONSENT_HOW)
    if asking.facts.status in ENDED:
        # What has ended goes to nobody new: there the worker can only take back.
        form.answer.choices = _NOT_ANY_MORE
    return form


def recipients(asking: Asking) -> list[tuple[str, str]]:
    """Return whom a worker can be asked about: offices, kinds of office, those of before."""
    fitting = [
        asking.offices[each.office_id]
        for each in preview.choosable(asking.session, asking.case)
        if each.why is not Why.CONFLICT
    ]
    found = [(RecipientKind.OFFICE, office.id) for office in fitting]
    found += [(RecipientKind.ROLE, rules.role_recipient(office)) for office in fitting]
    found += [(RecipientKind(row.recipient_kind), row.recipient) for row in asking.case.consents]
    return [
        (f"{kind.value} {recipient}", words.recipient(kind, recipient, asking.names.offices))
        for kind, recipient in dict.fromkeys(found)
    ]


def refer(asking: Asking) -> deed_forms.ReferForm:
    """Return the form of sending, with the offices that may have the case now."""
    form = deed_forms.ReferForm()
    form.office.choices = [
        (each.office_id, asking.office(each.office_id))
        for each in preview.choosable(asking.session, asking.case)
        if each.why is None
    ]
    return form
