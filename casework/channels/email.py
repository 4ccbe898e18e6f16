"""Mail, by one server, one message a connection."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from socket import SHUT_RDWR
from typing import Final

from casework.channels.patience import USUAL, Patience, ends
from casework.channels.trouble import Never, TryAgain
from casework.config import MailServer
from casework.domain.letters import Trouble

_FINAL: Final = 500


@dataclass(frozen=True)
class Mail:
    """What goes: plain text. `stop` is where staff say that they want no more of it."""

    sender: str
    to: str
    subject: str
    body: str
    stop: str | None = None


def deliver(server: MailServer, mail: Mail, *, key: str, patience: Patience = USUAL) -> None:
    """Hand a message over; raise TryAgain or Never.

    Its Message-ID is made of `key`: when nobody knows whether it went, it goes again as the same.
    """
    try:
        message = _written(mail, key)
    except ValueError as error:
        raise Never(Trouble.ADDRESS) from error
    with _explained(), _closed(server, patience) as smtp, ends(patience, lambda: _cut(smtp)):
        smtp.connect(server.host, server.port)
        _greet(smtp, server)
        if not mail.to.isascii() and not smtp.has_extn("smtputf8"):
            raise Never(Trouble.ADDRESS)
        smtp.send_message(message, parseaddr(mail.sender)[1], [mail.to])
        # It is taken over: what happens at the farewell changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _written(mail: Mail, key: str) -> EmailMessage:
    domain = parseaddr(mail.sender)[1].rpartition("@")[2]
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = mail.sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<{key}@{domain}>"
    # No machine answers it, and the receiver's own absence is not told back.
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop:
        message["List-Unsubscribe"] = f"<{mail.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body)
    return message


@contextmanager
def _closed(server: MailServer, patience: Patience) -> Iterator[smtplib.SMTP]:
    """Give a connection that is still to be made, and close it in the end."""
    # The name of this machine is nobody's business: the server is greeted with the sender's.
    name = parseaddr(server.sender)[1].rpartition("@")[2]
    smtp: smtplib.SMTP
    if server.tls == "tls":
        context = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(local_hostname=name, timeout=patience.step, context=context)
    else:
        smtp = smtplib.SMTP(local_hostname=name, timeout=patience.step)
    # Whose certificate is wanted: the library notes it only where it connects in one go.
    smtp._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        yield smtp
    finally:
        smtp.close()


def _greet(smtp: smtplib.SMTP, server: MailServer) -> None:
    if server.tls == "starttls":
        smtp.starttls(context=ssl.create_default_context())
    if server.user and server.password:
        smtp.login(server.user, server.password)
    smtp.ehlo_or_helo_if_needed()


def _cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with suppress(OSError):
            smtp.sock.shutdown(SHUT_RDWR)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what a server, or the way to it, can do into one of the two errors."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        raise _refused(code, Trouble.ADDRESS) from error
    except smtplib.SMTPDataError as error:
        raise _refused(error.smtp_code, Trouble.REFUSED) from error
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
        raise TryAgain(_late(error)) from error
    except smtplib.SMTPException as error:
        # It wants another password, or offers no encryption: that is put right by somebody.
        raise TryAgain(Trouble.REFUSED) from error
    except TimeoutError as error:
        raise TryAgain(Trouble.LATE) from error
    except OSError as error:
        raise TryAgain(Trouble.DOWN) from error


def _refused(code: int, final: Trouble) -> TryAgain | Never:
    return Never(final) if code >= _FINAL else TryAgain(Trouble.BUSY)


def _late(error: BaseException) -> Trouble:
    """Tell a server that said nothing in time from one that went away."""
    while error.__context__ is not None:
        error = error.__context__
    return Trouble.LATE if isinstance(error, TimeoutError) else Trouble.DOWN
