"""The settings of an installation: one frozen value, read from the environment at the start."""

from casework.config.checks import LOOPBACK, UnusableSetting, encrypted
from casework.config.database import url as database_url
from casework.config.files import Bucket
from casework.config.outgoing import MailServer, Outgoing, SmsGateway
from casework.config.secret import SECRET_BYTES
from casework.config.settings import Settings, from_environment
from casework.config.sign_on import Provider
from casework.config.working import POSTGRES, Working

__all__ = [
    "LOOPBACK",
    "POSTGRES",
    "SECRET_BYTES",
    "Bucket",
    "MailServer",
    "Outgoing",
    "Provider",
    "Settings",
    "SmsGateway",
    "UnusableSetting",
    "Working",
    "database_url",
    "encrypted",
    "from_environment",
]
