"""What is in deploy/ is accepted by the programs that it is for, and fits the bot as it is."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session
from typer.main import get_command

from bot.cli import app
from bot.domain.health import MAX_SILENCE
from bot.domain.outcomes import Group, Outcome
from bot.store import jobs, notes
from bot.store.database import migrate, open_database
from bot.store.tables import Hosted
from bot.web.metrics import registry_for
from tests.operations.made_jobs import add

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PROMETHEUS = DEPLOY / "prometheus"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
BOARD = json.loads((DEPLOY / "grafana" / "colorizebot.json").read_text())
RULES = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"][0]["rules"]
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def needed(program):
    """The program's path; the test skips where it cannot be had. Debian: prometheus, systemd, docker-compose."""
    return shutil.which(program) or pytest.skip(f"{program} is not installed")


def check(*arguments, cwd=None):
    result = subprocess.run(list(map(str, arguments)), cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


# Prometheus and Grafana


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """The names that /metrics gives, with something of everything in the database, and all label names of each."""
    folder = tmp_path_factory.mktemp("metrics")
    engine = open_database(f"sqlite:///{folder / 'bot.sqlite'}")
    migrate(engine)
    add(engine, "t1_a", removal="score", pictures=True)
    for name in (notes.LAST_POLL, notes.LAST_BACKUP):
        notes.write(engine, name, jobs.now().isoformat())
    with Session(engine) as session, session.begin():
        moment = jobs.now()
        session.add(Hosted(host="folder", key="key-of-nobody", created_at=moment, unwanted_at=moment))
    text = generate_latest(registry_for(engine, folder)).decode()
    engine.dispose()
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def expressions():
    for panel in BOARD["panels"]:
        for target in panel["targets"]:
            yield f"panel {panel['title']}", target["expr"]
    for variable in BOARD["templating"]["list"]:
        if variable["type"] == "query":
            yield f"variable {variable['name']}", variable["query"]["query"]
    for rule in RULES:
        yield rule["alert"], rule["expr"]


@pytest.mark.parametrize(("where", "expression"), [*expressions()])
def test_every_metric_that_is_asked_for_is_there(samples, where, expression):
    names = set(re.findall(r"\b((?:colorizebot|process|up|python)[a-z_]*)(?=[\[{ )<>=,]|$)", expression)) - {"up"}
    assert names or 'up{job="colorizebot"}' in expression, where
    assert names - samples.keys() == set(), where
    for name, inside in re.findall(r"([a-z_]+)\{([^}]*)\}", expression):
        for label in re.findall(r"(\w+)\s*=~?", inside):
            known = {"job", "instance"} | {key for labels in samples.get(name, ()) for key in labels}
            assert label in known, f"{where}: {name} has no label {label}"


def test_the_alerts_count_every_outcome_that_is_a_failure():
    failed = {outcome.value for outcome in Outcome if outcome.group is Group.FAILED}
    named = [
        set(names.split("|"))
        for names in re.findall(r'outcome=~"([^"]+)"', json.dumps([*expressions()]).replace("\\", ""))
    ]
    assert len(named) >= 3
    assert all(names == failed for names in named), "in alerts.yml and in the board"


def test_prometheus_accepts_rules_and_settings():
    promtool = needed("promtool")
    check(promtool, "check", "rules", PROMETHEUS / "alerts.yml")
    check(promtool, "check", "config", PROMETHEUS / "prometheus.yml")


def test_the_alerts_come_when_they_should_and_only_then():
    check(needed("promtool"), "test", "rules", "alerts_test.yml", cwd=PROMETHEUS)
    tested = {
        one["alertname"]
        for test in yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"]
        for one in test["alert_rule_test"]
        if one.get("exp_alerts")
    }
    assert tested == {rule["alert"] for rule in RULES}


def test_prometheus_parses_every_expression_of_the_board(tmp_path):
    promtool = needed("promtool")
    rules = [
        {"record": f"board:{number}", "expr": expression.replace("$__rate_interval", "5m").replace("$instance", ".*")}
        for number, (where, expression) in enumerate(expressions())
        if where.startswith("panel")
    ]
    (tmp_path / "board.yml").write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))
    assert f"{len(rules)} rules found" in check(promtool, "check", "rules", tmp_path / "board.yml")


def test_every_alert_is_in_the_guide():
    guide = (ROOT / "docs" / "operating.md").read_text()
    assert [rule["alert"] for rule in RULES if f"`{rule['alert']}`" not in guide] == []


def test_the_alert_for_the_poll_agrees_with_the_health_page():
    rule = next(rule for rule in RULES if rule["alert"] == "ColorizeBotPollStandsStill")
    assert rule["expr"].endswith(f"> {MAX_SILENCE:.0f}")


def test_the_panels_do_not_overlap():
    taken = [
        (x, y)
        for panel in BOARD["panels"]
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])


# systemd


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    """The units with this environment's command in the place of the installed one, which systemd looks for."""
    folder = tmp_path_factory.mktemp("units")
    for unit in UNITS:
        text = unit.read_text().replace("/opt/colorizebot/.venv/bin/colorizebot", shutil.which("true") or "/bin/true")
        (folder / unit.name).write_text(text)
    return folder


def test_systemd_accepts_the_units(units):
    output = check(needed("systemd-analyze"), "verify", *sorted(units.iterdir()))
    assert output == ""


@pytest.mark.parametrize("name", ["colorizebot.service", "colorizebot-backup.service"])
def test_the_services_may_do_little(units, name):
    """The scale ends at 10; a service without any restriction has 9.6."""
    analyze = needed("systemd-analyze")
    result = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", str(units / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unrecognized option" in result.stderr:
        pytest.skip("this systemd cannot judge a file")
    assert result.returncode == 0, result.stdout[-2000:]


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_the_units_call_commands_that_there_are(unit):
    started = re.findall(r"^ExecStart=\S+/colorizebot (\w+)(.*)$", unit.read_text(), re.MULTILINE)
    assert started
    commands = cast("Any", get_command(app)).commands
    for command, rest in started:
        options = {option for parameter in commands[command].params for option in parameter.opts}
        assert set(re.findall(r"--[\w-]+", rest)) <= options


# Containers


def test_the_image_is_built_from_what_is_there_and_runs_as_nobody_special():
    text = (DEPLOY / "Dockerfile").read_text()
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    copied = [
        name for line in lines if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    ]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert {name for name in copied if not (ROOT / name).exists()} == set()
    assert {name for name in copied if f"!{name}" not in ignored} == set(), "the build would not see it"
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"], "constraints.txt", "pyproject.toml"} <= set(copied)
    final = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    users = [line.split()[1] for line in final if line.startswith("USER ")]
    assert users
    assert users[-1] not in {"root", "0"}
    [health] = [line for line in final if line.strip().startswith("HEALTHCHECK") or "/healthz" in line]
    assert "/healthz" in health
    command = json.loads(next(line for line in final if line.startswith("CMD ")).removeprefix("CMD "))
    assert set(command) <= set(cast("Any", get_command(app)).commands)


def test_compose_accepts_the_file(tmp_path):
    """Compose 1 knows no top-level name; otherwise both read the same."""
    compose = needed("docker-compose")
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump({key: COMPOSE[key] for key in COMPOSE if key != "name"}))
    said = yaml.safe_load(
        check(compose, "-f", tmp_path / "compose.yaml", "--profile", "postgres", "--profile", "watch", "config")
    )
    assert set(said["services"]) == {"bot", "worker", "postgres", "prometheus", "grafana"}


def test_the_services_find_their_files_and_commands():
    commands = cast("Any", get_command(app)).commands
    for name, service in COMPOSE["services"].items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./") and source != "./colorizebot.toml":
                assert (DEPLOY / source).exists(), f"{name}: {source}"
            elif not source.startswith("./"):
                assert source in COMPOSE["volumes"], f"{name}: {source}"
        if service.get("image") == "colorizebot":
            assert service.get("command", ["run"])[0] in commands
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]


def test_no_port_is_open_to_the_world():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_settings_from_the_environment_reach_the_bot():
    """The names in compose.yaml and in the image are names that the settings know."""
    names = {*COMPOSE["services"]["bot"]["environment"]}
    names |= set(re.findall(r"COLORIZEBOT_[A-Z_]+", (DEPLOY / "Dockerfile").read_text()))
    known = (
        "from bot.settings import Settings\nfrom bot.settings.sections import WebSettings\n"
        "print(*(f'COLORIZEBOT_{n.upper()}' for n in Settings.model_fields),"
        " *(f'COLORIZEBOT_WEB__{n.upper()}' for n in WebSettings.model_fields), 'COLORIZEBOT_CONFIG')"
    )
    assert names <= set(check(sys.executable, "-c", known, cwd=ROOT).split())
