"""docker-compose.yml starts what the plan says; `docker compose config` accepts it where the client is at hand."""

import shutil
import subprocess

import pytest
import yaml

from tests.conftest import ROOT
from yarn_runtime import Memory, plan

FILE = ROOT / "docker-compose.yml"


def test_the_engine_runs_the_plans_command():
    services = yaml.safe_load(FILE.read_text("utf-8"))["services"]
    planned = plan("Qwen/Qwen3-8B-AWQ", memory=Memory.of_gpu("RTX 3090"), context=65_536)
    assert planned.fits
    expected = [planned.location, *planned.arguments, "--host", "127.0.0.1", "--port", "8000"]
    assert services["engine"]["command"] == expected
    assert services["engine"]["environment"].items() >= planned.environment.items()


def test_both_services_are_watched_and_only_on_loopback():
    services = yaml.safe_load(FILE.read_text("utf-8"))["services"]
    for service in services.values():
        assert service["healthcheck"]["test"]
        assert "ports" not in service
    assert services["app"]["depends_on"]["engine"]["condition"] == "service_healthy"


def test_each_profile_has_its_app_and_nothing_may_change_it():
    services = yaml.safe_load(FILE.read_text("utf-8"))["services"]
    profiles = {name: service["profiles"] for name, service in services.items()}
    assert profiles == {"engine": ["gpu"], "app": ["gpu"], "app-cpu": ["cpu"]}
    for name in ("app", "app-cpu"):
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["volumes"] == ["library:/data"]
    example = (ROOT / ".env.example").read_text("utf-8")
    assert "COMPOSE_PROFILES=gpu" in example.splitlines()


def test_docker_accepts_it():
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    ):
        pytest.skip("docker compose is not installed here")
    done = subprocess.run(["docker", "compose", "-f", str(FILE), "config", "-q"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
