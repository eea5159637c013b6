"""Settings: precedence, places of errors, and that each key is documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgdouble.config import ConfigInvalid, Settings, load_config, settings_help, variable


def written(folder: Path, text: str) -> Path:
    """A settings file."""
    file = folder / "pgdouble.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_variable_beats_the_file_and_the_file_beats_the_default(tmp_path: Path) -> None:
    """One rule for all keys."""
    file = written(tmp_path, "max_connections: 7\nmemory: 3GB\n")
    settings = load_config(file, {"PGDOUBLE_MAX_CONNECTIONS": "9"}).settings
    assert (settings.max_connections, settings.memory, settings.temp_space) == (9, "3GB", "10GB")


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """So that a command works from any folder."""
    config = load_config(written(tmp_path, "state: data\npolicy: p.yaml\n"), {})
    assert config.ledger == tmp_path.resolve() / "data" / "ledger.sqlite"
    assert config.policy == tmp_path.resolve() / "p.yaml"


CASES = [
    ("unknown key", "state: x\nmax_conections: 3\n", ':2:1: unknown key "max_conections"', "max_connections"),
    ("wrong type", "state: x\n\nmax_connections: many\n", ":3:1: max_connections: ", ""),
    ("out of range", "max_connections: 0\n", ":1:1:", ""),
    ("duplicate key", "state: a\nstate: b\n", ":2:1:", ""),
    ("not a mapping", "- a\n", ":1:1: expected a mapping", ""),
    ("broken YAML", "state: [a\n", ":", ""),
    ("address without port", "listen: localhost\n", "HOST:PORT", ""),
    ("no boolean", "allow_writer: off-ish\n", ":1:1: allow_writer: ", ""),
]


@pytest.mark.parametrize(("text", "place", "hint"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_error_names_its_place(tmp_path: Path, text: str, place: str, hint: str) -> None:
    """file:line:column, and what was probably meant."""
    file = written(tmp_path, text)
    with pytest.raises(ConfigInvalid) as caught:
        load_config(file, {})
    assert caught.value.message.startswith(str(file))
    assert place in caught.value.message
    assert hint in caught.value.hint


def test_an_error_of_a_variable_names_the_variable(tmp_path: Path) -> None:
    """The file is right; do not send its owner there."""
    with pytest.raises(ConfigInvalid, match="^PGDOUBLE_MAX_CONNECTIONS: "):
        load_config(written(tmp_path, "{}"), {"PGDOUBLE_MAX_CONNECTIONS": "many"})


def test_a_missing_file_is_an_error_only_where_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --config the defaults do."""
    monkeypatch.chdir(tmp_path)
    assert load_config(None, {}).settings == Settings()
    with pytest.raises(ConfigInvalid, match="no such file"):
        load_config(tmp_path / "absent.yaml", {})


def test_the_dsn_is_asked_for_by_its_variable() -> None:
    """The message names the variable and cannot quote a secret, since there is none."""
    config = load_config(None, {"PGDOUBLE_SOURCE_DSN_ENV": "SHOP"})
    with pytest.raises(ConfigInvalid, match="variable SHOP is not set"):
        config.source_dsn({})
    assert config.source_dsn({"SHOP": "postgresql://x"}) == "postgresql://x"


def test_every_key_is_in_the_help() -> None:
    """--help is where settings are documented."""
    text = settings_help()
    for key, field in Settings.model_fields.items():
        assert f"{key} = " in text
        assert variable(key) in text
        assert field.description


def test_another_address_is_checked_like_the_setting() -> None:
    """`serve --listen`."""
    config = load_config(None, {})
    assert config.listening("[::1]:7000").address == ("::1", 7000)
    with pytest.raises(ConfigInvalid, match="^--listen: expected HOST:PORT"):
        config.listening("7000")
