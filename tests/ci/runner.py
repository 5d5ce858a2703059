"""The part of GitHub's runner that a composite action needs: expressions, a step's surroundings, the commands in its log."""
import os
import re
import subprocess
from pathlib import Path

import yaml

TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(==|!=|&&|\|\||[()!,])|([A-Za-z_][\w.-]*))")


class Context(dict):
    """Named values. What is not there is empty, as in GitHub's expressions."""

    def look_up(self, name):
        value = self
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, dict) else ""
        return value


def evaluate(text, context):
    """The value of an expression: names, strings, comparisons, `&&`, `||`, `!` and format()."""
    python, at = [], 0
    while at < len(text.rstrip()):
        token = TOKEN.match(text, at)
        if not token:
            raise ValueError(f"what does {text[at:]!r} mean?")
        at = token.end()
        string, sign, name = token.groups()
        if string is not None:
            python.append(repr(string.replace("''", "'")))
        elif sign:
            python.append({"&&": " and ", "||": " or ", "!": " not "}.get(sign, sign))
        elif name in ("true", "false"):
            python.append(name.capitalize())
        elif name == "format":
            python.append("fill")
        else:
            python.append(f"look({name!r})")
    return eval("".join(python), {"__builtins__": {}, "look": context.look_up, "fill": lambda form, *values: form.format(*values)})


def filled(text, context):
    """Text with its `${{ … }}` put in."""

    def value(match):
        found = evaluate(match[1], context)
        return {True: "true", False: "false"}.get(found, str(found)) if isinstance(found, bool) else str(found)

    return re.sub(r"\$\{\{(.*?)\}\}", value, str(text))


def unescaped(text, *, of_property=False):
    """What a workflow command's text says."""
    for code, sign in [("%0D", "\r"), ("%0A", "\n"), *([("%3A", ":"), ("%2C", ",")] if of_property else []), ("%25", "%")]:
        text = text.replace(code, sign)
    return text


def commands(log):
    """The workflow commands in a log: (name, properties, message), in both ways of writing that a runner knows, less those that
    stand where commands are switched off."""
    found, word = [], None
    for line in log.splitlines():
        old = re.search(r"##\[([\w-]+)(?: ([^\]]*))?\](.*)", line)
        new = re.match(r"\s*::([\w-]+)(?: (.*?))?::(.*)$", line)
        if word:
            if line.strip() == f"::{word}::":
                word = None
        elif new and new[1] == "stop-commands":
            word = new[3]
        elif new or old:
            match = new or old
            pairs = (pair.split("=", 1) for pair in (match[2] or "").split(",") if "=" in pair)
            found.append((match[1], {key.strip(): unescaped(value, of_property=True) for key, value in pairs}, unescaped(match[3])))
    assert word is None, "commands are still switched off at the end of the step"
    return found


class Run:
    """What one use of the action did: its steps, each with its status and log, and what other actions were asked."""

    def __init__(self):
        self.steps, self.uses, self.log, self.failed, self.outputs, self.summary, self.path = [], [], "", None, {}, "", []

    def annotations(self):
        return [command for command in commands(self.log) if command[0] in ("error", "warning", "notice")]


def use(action, workspace, inputs, *, temp, github, environment, others):
    """Uses the composite action in the folder `action` from a job in `workspace`.

    `others` takes the name and the inputs of an action that a step uses, and gives its outputs.
    """
    about = yaml.safe_load((action / "action.yml").read_text())
    unknown = set(inputs) - set(about["inputs"])
    assert not unknown, f"there are no inputs {unknown}"
    context = Context(
        inputs={name: inputs.get(name, told.get("default", "")) for name, told in about["inputs"].items()},
        github=github,
        runner={"temp": str(temp), "os": "Linux"},
        steps={},
    )
    run = Run()
    files = {name: temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
    for step in about["runs"]["steps"]:
        condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", step.get("if", "true"))
        if not evaluate(condition, context):
            continue
        run.steps.append(step["name"])
        outputs = {}
        if "uses" in step:
            asked = {key: filled(value, context) for key, value in step.get("with", {}).items()}
            run.uses.append((step["uses"].split("@")[0], asked))
            outputs = others(step["uses"].split("@")[0], asked) or {}
        else:
            for path in files.values():
                path.write_text("")
            script = temp / "step.sh"
            script.write_text(filled(step["run"], context))
            # Nothing of this machine's own surroundings, as in a fresh runner.
            own = {
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(action),
                "GITHUB_WORKSPACE": str(workspace),
                "RUNNER_TEMP": str(temp),
                "RUNNER_OS": "Linux",
                **{name: str(path) for name, path in files.items()},
                **environment,
                **{key: filled(value, context) for key, value in step.get("env", {}).items()},
            }
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)], cwd=workspace, env=own, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
            run.log += done.stdout.decode(errors="replace")
            outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
            run.summary += files["GITHUB_STEP_SUMMARY"].read_text()
            run.path += files["GITHUB_PATH"].read_text().splitlines()
            if done.returncode:
                run.failed = step["name"]
        if "id" in step:
            context["steps"][step["id"]] = {"outputs": outputs}
        if run.failed:
            break
    run.outputs = {name: filled(told["value"], context) for name, told in about.get("outputs", {}).items()}
    return run
