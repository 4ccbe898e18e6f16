from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from casework import config
from casework.config import Bucket, UnusableSetting, from_environment

SECRET = "s" * 32


def test_without_a_word_it_works_on_a_file(tmp_path: Path) -> None:
    settings = from_environment({}, tmp_path / "instance")
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/casework.sqlite3"
    assert settings.sqlite
    assert (settings.keys, settings.address, settings.proxies, settings.demo) == (
        None,
        None,
        0,
        True,
    )
    assert not settings.https
    assert settings.host is None


def test_the_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = from_environment({}, tmp_path)
    path = tmp_path / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(first.secret_key) == 2 * config.SECRET_BYTES
    assert from_environment({}, tmp_path).secret_key == first.secret_key
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_of_two_first_starts_one_secret_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link: Callable[[Path, str], None] = Path.hardlink_to

    def later(self: Path, target: str) -> None:
        self.write_text("f" * 64)
        link(self, target)

    monkeypatch.setattr(Path, "hardlink_to", later)
    assert from_environment({}, tmp_path).secret_key == "f" * 64


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@127.0.0.1/c", "postgresql+psycopg://u:p@127.0.0.1/c"),
        ("postgresql://u:p@localhost:5433/c", "postgresql+psycopg://u:p@localhost:5433/c"),
        ("postgresql://[::1]/c", "postgresql+psycopg://[::1]/c"),
        (
            "postgresql:///c?host=/run/postgresql",
            "postgresql+psycopg:///c?host=%2Frun%2Fpostgresql",
        ),
        ("postgresql:///c", "postgresql+psycopg:///c"),
        (
            "postgresql+psycopg://db/c?sslmode=verify-full",
            "postgresql+psycopg://db/c?sslmode=verify-full",
        ),
        ("sqlite:////data/c.sqlite3", "sqlite:////data/c.sqlite3"),
        ("sqlite:///c.sqlite3", "sqlite:////instance/c.sqlite3"),
    ],
)
def test_addresses_of_databases(given: str, used: str) -> None:
    settings = from_environment({"DATABASE_URL": given, "SECRET_KEY": SECRET}, Path("/instance"))
    assert settings.database_url == used
    assert settings.sqlite is used.startswith("sqlite")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://db/c",
        "postgresql://u:p@192.0.2.1/c?sslmode=require",
        "postgresql:///c?host=db",
        "postgresql:///c?host=/run/postgresql,db",
        "postgresql:///c?host=localhost&host=db:5433",
        "postgresql://localhost/c?hostaddr=192.0.2.1",
        "postgresql://db/c?sslmode=verify-ca",
    ],
)
def test_a_database_elsewhere_is_asked_encrypted_or_on_a_trusted_network(address: str) -> None:
    given = {"DATABASE_URL": address, "SECRET_KEY": SECRET}
    with pytest.raises(UnusableSetting, match=r"DATABASE_URL needs .*DATABASE_TRUSTED_NETWORK"):
        from_environment(given, Path("/instance"))
    trusted = {**given, "DATABASE_TRUSTED_NETWORK": "1"}
    assert not from_environment(trusted, Path("/instance")).sqlite


def test_a_scanner_elsewhere_needs_a_trusted_network() -> None:
    given = {"CASEWORK_CLAMD": "clamd:3310", "SECRET_KEY": SECRET}
    with pytest.raises(UnusableSetting, match=r"CASEWORK_CLAMD .*DATABASE_TRUSTED_NETWORK"):
        from_environment(given, Path("/instance"))
    trusted = {**given, "DATABASE_TRUSTED_NETWORK": "1"}
    assert from_environment(trusted, Path("/instance")).scanner == "clamd:3310"


def test_limits_are_generous_unless_set() -> None:
    usual = from_environment({"SECRET_KEY": SECRET}, Path("/instance"))
    assert (usual.filings_per_hour, usual.filings_per_hour_in_all) == (3000, 12000)
    set_ = from_environment(
        {
            "SECRET_KEY": SECRET,
            "CASEWORK_FILINGS_PER_HOUR": "5",
            "CASEWORK_FILINGS_PER_HOUR_IN_ALL": "7",
        },
        Path("/instance"),
    )
    assert (set_.filings_per_hour, set_.filings_per_hour_in_all) == (5, 7)


def test_a_replica_goes_with_postgresql() -> None:
    given = {"SECRET_KEY": SECRET, "DATABASE_URL": "postgresql://db/c"}
    given["DATABASE_TRUSTED_NETWORK"] = "1"
    assert from_environment(given, Path("/instance")).replica_url is None
    given["DATABASE_REPLICA_URL"] = "postgres://copy/c"
    settings = from_environment(given, Path("/instance"))
    assert settings.replica_url == "postgresql+psycopg://copy/c"


def test_what_was_set_is_used() -> None:
    settings = from_environment(
        {
            "SECRET_KEY": SECRET,
            "CASEWORK_KEYS": "{}",
            "CASEWORK_ADDRESS": "https://help.example:8443/",
            "CASEWORK_PROXIES": "2",
            "CASEWORK_DEMO": "yes",
        },
        Path("/instance"),
    )
    assert settings.address == "https://help.example:8443"
    assert settings.host == "help.example"
    assert settings.https
    assert (settings.keys, settings.proxies, settings.demo) == ("{}", 2, True)


PROVIDER = {
    "SECRET_KEY": SECRET,
    "CASEWORK_ADDRESS": "https://help.example",
    "CASEWORK_OIDC_ISSUER": "https://names.example/house",
    "CASEWORK_OIDC_CLIENT_ID": "casework",
    "CASEWORK_OIDC_CLIENT_SECRET": "hunter2",
    "CASEWORK_OIDC_NAME": "House of names",
}


def test_a_provider_is_whole_or_refused() -> None:
    provider = from_environment(PROVIDER, Path("/instance")).provider
    assert provider is not None
    assert (provider.issuer, provider.factor) == ("https://names.example/house", False)
    assert "hunter2" not in repr(provider)
    more = {**PROVIDER, "CASEWORK_OIDC_FACTOR": "1"}
    demanding = from_environment(more, Path("/instance")).provider
    assert demanding is not None
    assert demanding.factor
    for name in set(PROVIDER) - {"SECRET_KEY", "CASEWORK_OIDC_ISSUER"}:
        with pytest.raises(UnusableSetting, match=f"needs {name}"):
            from_environment({**PROVIDER, name: ""}, Path("/instance"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "not an address"),
        ("DATABASE_URL", "mysql://root:hunter2@db/c"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_REPLICA_URL", "mysql://root:hunter2@db/c"),
        ("DATABASE_REPLICA_URL", "postgresql://casework:hunter2@copy/c"),
        ("DATABASE_REPLICA_URL", "sqlite:///copy.sqlite3"),
        ("SECRET_KEY", "short"),
        ("CASEWORK_ADDRESS", "help.example"),
        ("CASEWORK_ADDRESS", "https://help.example/below"),
        ("CASEWORK_ADDRESS", "http://help.example"),
        ("CASEWORK_FILINGS_PER_HOUR", "0"),
        ("CASEWORK_FILINGS_PER_HOUR_IN_ALL", "many"),
        ("CASEWORK_PROXIES", "many"),
        ("CASEWORK_DEMO", "perhaps"),
        ("CASEWORK_OIDC_ISSUER", "http://names.example"),
        ("CASEWORK_OIDC_ISSUER", "https://names.example"),
        ("CASEWORK_EXIT_URL", "javascript:alert(1)"),
        ("CASEWORK_SECURITY_CONTACT", "safe@help.example"),
        ("CASEWORK_FILES", "/srv/evidence"),
        ("CASEWORK_FILES", "s3:///prefix"),
        ("CASEWORK_DISK_FLOOR", "half"),
        ("CASEWORK_CLAMD", "clamd"),
        ("CASEWORK_CLAMD", "host:port"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_name(name: str, value: str) -> None:
    with pytest.raises(UnusableSetting) as raised:
        from_environment({"SECRET_KEY": SECRET, name: value}, Path("/instance"))
    said = str(raised.value)
    assert said.startswith(name)
    assert said.endswith(".")
    assert "hunter2" not in said


BUCKET = {"SECRET_KEY": SECRET, "CASEWORK_FILES": "s3://evidence/of/us/"}


def test_a_bucket_is_whole_or_refused() -> None:
    trusted = from_environment(BUCKET, Path("/instance")).bucket
    assert trusted == Bucket("evidence", "of/us", "us-east-1")
    keys = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hunter2", "AWS_REGION": "x"}
    for address in ("https://s3.example/", "http://127.0.0.1:9000", "http://localhost:9000"):
        given = {**BUCKET, **keys, "AWS_ENDPOINT_URL": address}
        bucket = from_environment(given, Path("/instance")).bucket
        assert bucket == Bucket("evidence", "of/us", "x", "id", "hunter2", address.rstrip("/"))
        assert "hunter2" not in repr(bucket)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL", "http://s3.example"),
        ("AWS_ENDPOINT_URL", "s3.example"),
        ("AWS_ENDPOINT_URL", "ftp://127.0.0.1"),
        ("AWS_ACCESS_KEY_ID", "alone"),
    ],
)
def test_a_bucket_that_tells_its_key_is_refused(name: str, value: str) -> None:
    with pytest.raises(UnusableSetting, match=name):
        from_environment({**BUCKET, name: value}, Path("/instance"))


@pytest.mark.parametrize("address", ["/run/clamd.ctl", "127.0.0.1:3310", "[::1]:3310"])
def test_a_scanner_is_a_socket_or_a_port(address: str) -> None:
    given = {"SECRET_KEY": SECRET, "CASEWORK_CLAMD": address}
    assert from_environment(given, Path("/instance")).scanner == address


def test_a_secret_that_cannot_be_kept_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("a file where the folder should be")
    with pytest.raises(UnusableSetting, match="Cannot keep a secret"):
        from_environment({}, tmp_path / "instance")


def test_the_engine_works_on_a_file_unless_told(tmp_path: Path) -> None:
    working = from_environment({"SECRET_KEY": SECRET}, tmp_path).working
    assert (working.queue, working.json_log, working.metrics_token) == (None, False, None)


@pytest.mark.parametrize("queue", ["postgres", "redis://r/0", "rediss://:secret@r:6380/1"])
def test_the_engine_may_work_elsewhere(tmp_path: Path, queue: str) -> None:
    given = {"SECRET_KEY": SECRET, "DATABASE_URL": "postgresql:///c", "CASEWORK_QUEUE": queue}
    given |= {"CASEWORK_LOG": "json", "CASEWORK_METRICS_TOKEN": "t" * 24}
    working = from_environment(given, tmp_path).working
    assert (working.queue, working.json_log, working.metrics_token) == (queue, True, "t" * 24)
    assert "secret" not in repr(working)
    assert "ttt" not in repr(working)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CASEWORK_QUEUE", "postgres"),
        ("CASEWORK_QUEUE", "redis://"),
        ("CASEWORK_QUEUE", "amqp://secret@host"),
        ("CASEWORK_LOG", "xml"),
        ("CASEWORK_METRICS_TOKEN", "short"),
        ("CASEWORK_METRICS_TOKEN", "é" * 30),
    ],
)
def test_an_engine_that_cannot_be_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UnusableSetting, match=name) as caught:
        from_environment({"SECRET_KEY": SECRET, name: value}, tmp_path)
    assert "secret" not in str(caught.value)
