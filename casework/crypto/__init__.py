"""Sealing: what only the running system may read.

Every case and every draft has a data key of its own, wrapped by a keyset that lies outside the
database. Nothing else in the house sees a key. Deleting a wrapped key makes all that it sealed
unreadable.
"""

from casework.crypto.cells import SealedText, data_key, new_data_key, renew_key, rewrapped
from casework.crypto.indexes import (
    INDEX_BYTES,
    blind_index,
    code_lookup,
    derived,
    fingerprint,
    token_hash,
)
from casework.crypto.keyset import (
    Keyset,
    KeysMissing,
    dump_keyset,
    install,
    keyset_from_folder,
    load_keyset,
    make_keyset,
)
from casework.crypto.seal import KEY_BYTES, SealBroken
from casework.crypto.spool import Spool
from casework.crypto.streams import open_stream, seal_stream

__all__ = [
    "INDEX_BYTES",
    "KEY_BYTES",
    "KeysMissing",
    "Keyset",
    "SealBroken",
    "SealedText",
    "Spool",
    "blind_index",
    "code_lookup",
    "data_key",
    "derived",
    "dump_keyset",
    "fingerprint",
    "install",
    "keyset_from_folder",
    "load_keyset",
    "make_keyset",
    "new_data_key",
    "open_stream",
    "renew_key",
    "rewrapped",
    "seal_stream",
    "token_hash",
]
