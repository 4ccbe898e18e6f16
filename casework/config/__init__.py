"""The settings of an installation: one frozen value, read from the environment at the start."""

from casework.config.checks import UnusableSetting, encrypted
from casework.config.files import Bucket
from casework.config.outgoing import MailServer, Outgoing, SmsGateway
from casework.config.secret import SECRET_BYTES
from casework.config.settings import Settings, from_environment
from casework.config.sign_on import Provider

__all__ = [
    "SECRET_BYTES",
    "Bucket",
    "MailServer",
    "Outgoing",
    "Provider",
    "Settings",
    "SmsGateway",
    "UnusableSetting",
    "encrypted",
    "from_environment",
]
