"""The container files, checked without an engine: they parse, name files that exist and keep `serve` away from the
source."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pgdouble.config import load_config

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """compose.yaml's services, anchors resolved."""
    document = YAML(typ="safe").load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = document["services"]
    return found


def test_serve_has_no_way_to_the_source(services: dict[str, Any]) -> None:
    """No shared network, no DSN."""
    assert not set(services["serve"]["networks"]) & set(services["source"]["networks"])
    assert "DSN" not in str(services["serve"].get("environment", ""))
    assert "SHOP_DSN" in services["build"]["environment"]


@pytest.mark.parametrize("name", ["build", "serve"])
def test_ours_run_without_privileges(services: dict[str, Any], name: str) -> None:
    """Read-only root, no capabilities, no new ones."""
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not any(port.startswith("0.0.0.0") for port in service.get("ports", []))


def test_the_order_is_source_build_serve(services: dict[str, Any]) -> None:
    """A server without a release would only fail."""
    assert services["build"]["depends_on"]["source"]["condition"] == "service_healthy"
    assert services["serve"]["depends_on"]["build"]["condition"] == "service_completed_successfully"


def test_mounted_files_exist(services: dict[str, Any]) -> None:
    """Bind mounts that do not exist become empty folders, silently."""
    mounts = [mount.split(":")[0] for service in services.values() for mount in service["volumes"]]
    files = [mount for mount in mounts if mount.startswith(".")]
    assert files
    assert [mount for mount in files if not (DOCKER / mount).is_file()] == []


def test_no_password_is_written_down() -> None:
    """They come from the environment of whoever starts it."""
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"PASSWORD: (\S+?)[:?}]", text)) == {"${SOURCE_PASSWORD", "${READER_PASSWORD"}


def test_the_image_runs_as_a_user_and_checks_its_health() -> None:
    """The last USER counts, and comes before the entry point."""
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    words = [line.split()[0] for line in lines if re.match(r"[A-Z]+ ", line)]
    assert [line for line in lines if line.startswith("USER")] == ["USER pgdouble"]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "HEALTHCHECK" in words
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []


def test_its_settings_are_valid() -> None:
    """The same loader as everywhere."""
    assert str(load_config(DOCKER / "pgdouble.yaml", {}).state) == "/state"
