"""Each way out: what goes, and what is made of everything that another server can do."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from casework.channels import email, sms, webhook
from casework.channels.email import Mail
from casework.channels.patience import Patience
from casework.channels.trouble import Never, NotDelivered, TryAgain
from casework.config import MailServer, SmsGateway
from casework.domain.letters import Trouble
from tests import certificates, receivers
from tests.house.sources import ROOT
from tests.receivers import BUSY, DROP, HANG, LOST_YES, NEVER, Seen

SHORT = Patience(step=0.4, whole=1.0)
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
BODY = "មានដំណឹង។ သတင်းရှိသည်။\n"


def server(seen: Seen, **values: str) -> MailServer:
    sender = "Casework <casework@help.example>"
    return MailServer("localhost", seen.port, values.pop("tls", "none"), sender, **values)


def mail(**values: str) -> Mail:
    given = {"sender": "Casework <casework@help.example>", "to": "malee@cso.example"}
    return Mail(**{**given, "subject": "ដំណឹង", "body": BODY} | values)


def send(seen: Seen, letter: Mail | None = None, **values: str) -> None:
    email.deliver(server(seen, **values), letter or mail(), key="key1", patience=SHORT)


class TestMail:
    def test_it_goes_as_plain_text_that_no_machine_answers(self, post: Seen) -> None:
        send(post, mail(stop="https://help.example/stop"))
        (sent,) = post.mails
        assert sent.get_content().replace("\r\n", "\n") == BODY
        assert sent.get_content_type() == "text/plain"
        told = {name: str(sent[name]) for name in ("From", "To", "Subject", "Message-ID")}
        assert told == {
            "From": "Casework <casework@help.example>",
            "To": "malee@cso.example",
            "Subject": "ដំណឹង",
            "Message-ID": "<key1@help.example>",
        }
        assert sent["Auto-Submitted"] == "auto-generated"
        assert sent["List-Unsubscribe"] == "<https://help.example/stop>"
        assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert post.senders == ["casework@help.example"]

    def test_a_neutral_letter_has_nothing_to_unsubscribe_from(self, post: Seen) -> None:
        send(post, mail(sender="news@mail.example"))
        (sent,) = post.mails
        assert str(sent["Message-ID"]) == "<key1@mail.example>"
        assert set(map(str.lower, sent.keys())) == {
            "from",
            "to",
            "subject",
            "message-id",
            "auto-submitted",
            "content-type",
            "content-transfer-encoding",
            "mime-version",
        }

    @pytest.mark.parametrize(
        ("turn", "error", "trouble"),
        [
            (BUSY, TryAgain, Trouble.BUSY),
            (NEVER, Never, Trouble.REFUSED),
            (HANG, TryAgain, Trouble.LATE),
            (DROP, TryAgain, Trouble.DOWN),
            (LOST_YES, TryAgain, Trouble.DOWN),
        ],
    )
    def test_what_a_server_can_do(
        self, post: Seen, turn: str, error: type[NotDelivered], trouble: Trouble
    ) -> None:
        post.plan = [turn]
        with pytest.raises(error) as caught:
            send(post)
        assert caught.value.trouble is trouble

    def test_an_address_that_nobody_has_is_no_place_to_try_again(self, post: Seen) -> None:
        with pytest.raises(Never) as caught:
            send(post, mail(to="nobody@cso.example"))
        assert caught.value.trouble is Trouble.ADDRESS

    @pytest.mark.parametrize("to", ["a@b.example\nBcc: all@b.example", "two@a.example\r\n.\r\n"])
    def test_an_address_cannot_carry_a_line(self, post: Seen, to: str) -> None:
        with pytest.raises(Never):
            send(post, mail(to=to))
        assert post.mails == []

    @pytest.mark.parametrize("able", [True, False])
    def test_an_address_in_another_script(self, *, able: bool) -> None:
        with receivers.mail_receiver(enable_SMTPUTF8=able) as seen:
            with suppress(Never) if not able else nullcontext():
                send(seen, mail(to="សុខា@cso.example"))
            assert len(seen.mails) == able

    def test_a_server_that_is_not_there(self) -> None:
        with pytest.raises(TryAgain) as caught:
            send(Seen(port=receivers.free_port()))
        assert (caught.value.trouble, caught.value.all_wait) == (Trouble.DOWN, True)

    @pytest.mark.parametrize("tls", ["starttls", "tls"])
    def test_nothing_is_said_to_a_server_that_does_not_encrypt(self, post: Seen, tls: str) -> None:
        with pytest.raises(TryAgain):
            send(post, tls=tls, user="u", password="p")
        assert post.mails == []

    def test_a_server_that_drips_is_cut_off(self) -> None:
        with dripping() as seen:
            begun = time.monotonic()
            with pytest.raises(TryAgain):
                send(seen)
            assert time.monotonic() - begun < 3


@contextmanager
def dripping() -> Iterator[Seen]:
    """A server that says one byte at a time for ever, each within the patience for a step."""
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line, suppress(OSError):
            while not over.wait(0.1):
                line.sendall(b"2")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        yield Seen(port=listening.getsockname()[1])
        over.set()
        thread.join()


class TestEncrypted:
    @pytest.fixture
    def trusted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
        path, context = certificates.for_this_machine(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        return context

    def test_starttls_and_a_password(self, trusted: ssl.SSLContext) -> None:
        def knows(*given: object) -> AuthResult:
            right = given[-1] == LoginPassword(b"user", b"secret")
            return AuthResult(success=right, handled=right)

        values = {"tls_context": trusted, "require_starttls": True, "authenticator": knows}
        with receivers.mail_receiver(**values, auth_required=True) as seen:
            send(seen, tls="starttls", user="user", password="secret")
            assert len(seen.mails) == 1
            with pytest.raises(TryAgain) as caught:
                send(seen, tls="starttls", user="user", password="wrong")
            assert caught.value.trouble is Trouble.REFUSED
            assert caught.value.all_wait

    def test_tls_from_the_first_byte(self, trusted: ssl.SSLContext) -> None:
        with receivers.mail_receiver(ssl_context=trusted) as seen:
            send(seen, tls="tls")
            assert len(seen.mails) == 1

    def test_a_certificate_that_nobody_knows_is_not_believed(self, tmp_path: Path) -> None:
        _, context = certificates.for_this_machine(tmp_path)
        with receivers.mail_receiver(ssl_context=context) as seen:
            with pytest.raises(TryAgain) as caught:
                send(seen, tls="tls")
            assert (seen.mails, caught.value.trouble) == ([], Trouble.DOWN)


def gateway(seen: Seen, body: str, header: tuple[str, str] | None = None) -> SmsGateway:
    return SmsGateway(f"http://127.0.0.1:{seen.port}/send?v=1", body, header)


def text(seen: Seen, body: str, words: str = BODY) -> None:
    ready = gateway(seen, body, ("Authorization", "Bearer secret"))
    sms.deliver(ready, to="+66812345678", text=words, key="key1", patience=SHORT)


class TestShortMessages:
    def test_json_is_filled_without_breaking(self, http: Seen) -> None:
        words = 'a "quote", {to} and \\ a line\n'
        text(http, '{"to": ["{to}"], "message": {"text": "-{text}-"}, "flash": false}', words)
        (body,), (headers,) = http.bodies, http.headers
        to, said = "+66812345678", f"-{words}-"
        assert json.loads(body) == {"to": [to], "message": {"text": said}, "flash": False}
        assert headers["Content-Type"] == "application/json"
        assert headers["Idempotency-Key"] == "key1"
        assert headers["Authorization"] == "Bearer secret"

    def test_a_form_is_filled_without_breaking(self, http: Seen) -> None:
        text(http, "to={to}&text={text}&from=", "a & b=c\nក")
        (body,) = http.bodies
        found = parse_qs(body.decode(), keep_blank_values=True)
        assert found == {"to": ["+66812345678"], "text": ["a & b=c\nក"], "from": [""]}

    @pytest.mark.parametrize(
        ("turn", "error", "trouble"),
        [
            (BUSY, TryAgain, Trouble.BUSY),
            (NEVER, Never, Trouble.REFUSED),
            (HANG, TryAgain, Trouble.LATE),
            (DROP, TryAgain, Trouble.DOWN),
            (LOST_YES, TryAgain, Trouble.DOWN),
            ("429", TryAgain, Trouble.BUSY),
            ("401", TryAgain, Trouble.REFUSED),
            ("302", Never, Trouble.REFUSED),
            ("410", Never, Trouble.REFUSED),
        ],
    )
    def test_what_a_gateway_can_do(
        self, http: Seen, turn: str, error: type[NotDelivered], trouble: Trouble
    ) -> None:
        http.plan = [turn]
        with pytest.raises(error) as caught:
            text(http, "to={to}&text={text}")
        assert caught.value.trouble is trouble
        assert sum(http.met.values()) == 1, "nothing is followed or tried twice"

    def test_a_gateway_that_drips_is_cut_off(self) -> None:
        with dripping() as seen:
            begun = time.monotonic()
            with pytest.raises(TryAgain):
                text(seen, "to={to}&text={text}")
            assert time.monotonic() - begun < 3


class TestWebhooks:
    def told(self, url: str) -> None:
        webhook.deliver(
            url,
            "hush",
            event="referred",
            reference="KH-26-000001-5",
            key="key1",
            now=NOW,
            patience=SHORT,
        )

    def test_a_receiver_can_check_that_it_was_us(self, http: Seen) -> None:
        self.told(f"http://127.0.0.1:{http.port}/hook")
        (body,), (headers,) = http.bodies, http.headers
        assert json.loads(body) == {"event": "referred", "reference": "KH-26-000001-5"}
        stamp, key = headers["Casework-Timestamp"], headers["Casework-Id"]
        assert (stamp, key) == (str(int(NOW.timestamp())), "key1")
        signed = hmac.new(b"hush", f"{stamp}.{key}.".encode() + body, hashlib.sha256).hexdigest()
        assert headers["Casework-Signature"] == f"v1={signed}"

    def test_the_example_of_the_manual_tells_ours_from_others(self, http: Seen) -> None:
        webhook.deliver(
            f"http://127.0.0.1:{http.port}/",
            "hush",
            event="reply",
            reference="KH-26-000001-5",
            key="key1",
            now=datetime.now(UTC),
        )
        manual = (ROOT / "docs" / "webhook.md").read_text("utf-8")
        room: dict[str, Any] = {}
        exec(manual.partition("```python\n")[2].partition("```")[0], room)  # noqa: S102
        (body,), (headers,) = http.bodies, http.headers
        check = room["is_casework"]
        assert check("hush", headers, body, set())
        assert not check("hush", headers, body, {"key1"})
        assert not check("other", headers, body, set())
        assert not check("hush", headers, body + b" ", set())
        old = headers | {"Casework-Timestamp": str(int(time.time()) - 301)}
        assert not check("hush", old, body, set())
        stamp = old["Casework-Timestamp"]
        signed = webhook.signature("hush", stamp, "key1", body)
        assert not check("hush", old | {"Casework-Signature": f"v1={signed}"}, body, set())

    def test_what_is_not_encrypted_is_not_asked(self) -> None:
        for url in ("http://attache.example/", "ftp://127.0.0.1/", "/hook", ""):
            with pytest.raises(Never):
                self.told(url)

    def test_an_address_that_is_none_is_no_place_to_try_again(self, http: Seen) -> None:
        for path in ("a b", "ក"):
            with pytest.raises(Never) as caught:
                self.told(f"http://127.0.0.1:{http.port}/{path}")
            assert caught.value.trouble is Trouble.ADDRESS

    def test_a_system_is_asked_with_tls(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path, context = certificates.for_this_machine(tmp_path)
        with receivers.http_receiver(context) as seen:
            with pytest.raises(TryAgain):
                self.told(f"https://localhost:{seen.port}/hook")
            monkeypatch.setenv("SSL_CERT_FILE", str(path))
            self.told(f"https://localhost:{seen.port}/hook")
            assert len(seen.bodies) == 1
