"""The settings of an installation: one frozen value, read from the environment at the start."""

from casework.config.checks import UnusableSetting, encrypted
from casework.config.files import Bucket
from casework.config.secret import SECRET_BYTES
from casework.config.settings import Settings, from_environment
from casework.config.sign_on import Provider
from casework.config.working import POSTGRES, Working

__all__ = [
    "POSTGRES",
    "SECRET_BYTES",
    "Bucket",
    "Provider",
    "Settings",
    "UnusableSetting",
    "Working",
    "encrypted",
    "from_environment",
]
