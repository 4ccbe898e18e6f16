"""Sealing: what only the running system may read.

Every case and every draft has a data key of its own, wrapped by a keyset that lies outside the
database. Nothing else in the house sees a key. Deleting a wrapped key makes all that it sealed
unreadable.
"""

from casework.crypto.cells import (
    VERSION_BYTES,
    SealedText,
    data_key,
    new_data_key,
    open_cell,
    renew_key,
    rewrapped,
    unwrapped,
    version_mark,
)
from casework.crypto.history import (
    BEGINNING,
    MAC_BYTES,
    anchor_holds,
    anchor_public_key,
    head_seal,
    history_macs,
    sign_anchor,
)
from casework.crypto.indexes import (
    INDEX_BYTES,
    blind_index,
    code_lookup,
    derived,
    fingerprint,
    fingerprints,
    token_hash,
)
from casework.crypto.keyset import (
    Keyset,
    KeysMissing,
    current,
    current_version,
    dump_keyset,
    folder,
    install,
    keep_in_folder,
    keyset_from_folder,
    load_keyset,
    make_keyset,
    versions,
)
from casework.crypto.seal import KEY_BYTES, SealBroken
from casework.crypto.spool import Spool
from casework.crypto.streams import open_stream, seal_stream

__all__ = [
    "BEGINNING",
    "INDEX_BYTES",
    "KEY_BYTES",
    "MAC_BYTES",
    "VERSION_BYTES",
    "KeysMissing",
    "Keyset",
    "SealBroken",
    "SealedText",
    "Spool",
    "anchor_holds",
    "anchor_public_key",
    "blind_index",
    "code_lookup",
    "current",
    "current_version",
    "data_key",
    "derived",
    "dump_keyset",
    "fingerprint",
    "fingerprints",
    "folder",
    "head_seal",
    "history_macs",
    "install",
    "keep_in_folder",
    "keyset_from_folder",
    "load_keyset",
    "make_keyset",
    "new_data_key",
    "open_cell",
    "open_stream",
    "renew_key",
    "rewrapped",
    "seal_stream",
    "sign_anchor",
    "token_hash",
    "unwrapped",
    "version_mark",
    "versions",
]
