"""The files for many machines are accepted by the programs that they are for, and fit the bot as it is."""

import itertools
from pathlib import Path
from typing import Any, cast

import kubernetes_validate
import pytest
import yaml
from typer.main import get_command

from bot.cli import app
from bot.domain.queues import Queue
from bot.settings import Settings
from bot.spelling import names_of
from tests.test_deploy import DEPLOY, check, needed

COMPOSE = yaml.safe_load((DEPLOY / "compose.scale.yaml").read_text())
CLUSTER = yaml.safe_load((DEPLOY / "kubernetes" / "colorizebot.yaml").read_text())["items"]
SCALING = [*yaml.safe_load_all((DEPLOY / "kubernetes" / "keda.yaml").read_text())]
PODS = {item["metadata"]["name"]: item["spec"]["template"] for item in CLUSTER if item["kind"] == "Deployment"}
COMMANDS = [service["command"] for service in COMPOSE["services"].values() if service["image"] == "colorizebot"]
COMMANDS += [
    container["args"]
    for pod in PODS.values()
    for container in pod["spec"]["containers"]
    if container["image"] == "colorizebot"
]


def settings_named(variables):
    known = {f"COLORIZEBOT_{name.upper().replace('.', '__')}" for name in names_of(Settings)} | {"COLORIZEBOT_CONFIG"}
    return set(variables) <= known


def test_compose_accepts_the_file(tmp_path):
    """Compose 1 knows no top-level name; otherwise both read the same."""
    compose = needed("docker-compose")
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump({key: COMPOSE[key] for key in COMPOSE if key != "name"}))
    said = yaml.safe_load(check(compose, "-f", tmp_path / "compose.yaml", "--profile", "watch", "config"))
    assert said["services"].keys() == {"intake", "answer", "colour", "web", "postgres", "redis", "flower"}
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert settings_named(COMPOSE["services"]["colour"]["environment"])


def test_every_command_is_one_of_the_bots_and_every_queue_is_served():
    commands, served = cast("Any", get_command(app)).commands, []
    for name, *options in COMMANDS:
        known = {opt for one in commands[name].params for opt in (*one.opts, *one.secondary_opts)}
        assert {option for option in options if option.startswith("--")} <= known, name
        served += [Queue(value) for option, value in itertools.pairwise(options) if option == "--queue"]
    assert len(served) == 2 * len(Queue), "each once with compose, and once in a cluster"
    assert set(served) == set(Queue)


@pytest.mark.parametrize("item", CLUSTER, ids=lambda item: f"{item['kind']}-{item['metadata']['name']}")
def test_kubernetes_accepts_each_object(item):
    kubernetes_validate.validate(item, "1.34", strict=True)


@pytest.mark.parametrize("name", PODS)
def test_pods_may_do_little_and_find_what_they_name(name):
    spec = PODS[name]["spec"]
    volumes = {volume["name"] for volume in spec.get("volumes", ())}
    assert spec["securityContext"]["runAsNonRoot"] is True
    for container in spec["containers"]:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]
        assert {mount["name"] for mount in container.get("volumeMounts", ())} == volumes
        assert settings_named(variable["name"] for variable in container.get("env", ()))


def test_services_lead_to_pods():
    for service in (item for item in CLUSTER if item["kind"] == "Service"):
        [pod] = [
            pod for pod in PODS.values() if service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
        ]
        named = {port["name"] for container in pod["spec"]["containers"] for port in container["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= named


@pytest.mark.postgres
def test_scaling_asks_the_database_what_it_can_answer(postgres, database_url):
    if not database_url.startswith("postgresql"):
        pytest.skip("only a cluster scales")
    from sqlalchemy import text

    from bot.store.database import migrate, open_database

    engine = open_database(database_url)
    migrate(engine)
    [scaled] = [item for item in SCALING if item["kind"] == "ScaledObject"]
    query = scaled["spec"]["triggers"][0]["metadata"]["query"]
    with engine.connect() as connection:
        assert connection.scalar(text(query)) == 0
    engine.dispose()
    assert scaled["spec"]["scaleTargetRef"]["name"] in PODS
    assert all(f"'{stage}'" in query for stage in Queue.COLOUR.stages)
    assert query in " ".join((Path(__file__).parent.parent / "docs" / "scale.md").read_text().split())
