"""Catalogues held against the schemas that their makers publish: OPDS 1.2 by RELAX NG, OPDS 2.0 by JSON Schema.

And read by a reading app's own parser, r2-opds-js of the Readium family (scripts/tools/opds.sh).

The schemas lie beside the corpus (../shared/schemas, or beside what CORPUS names); in a clone that stands alone there are none.
"""
import json
import os
import subprocess
import tempfile
from pathlib import Path

import jsonschema
from referencing import Registry, Resource

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = Path(os.environ["CORPUS"]).parent / "schemas" if "CORPUS" in os.environ else ROOT.parent / "shared" / "schemas"

# Where the schemas are published, and where they lie here.
PUBLISHED = {"https://drafts.opds.io/schema/": "opds-2.0", "https://readium.org/webpub-manifest/schema/": "webpub/schema"}


def found():
    return SCHEMAS.is_dir()


def atom_problem(file):
    """What jing says of a catalogue in OPDS 1.2, or None."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("opds.rnc", "atom.rnc"):
            text = (SCHEMAS / "opds-1.2" / name).read_text()
            # As published, the pattern of what no address holds lost its backslashes and forbids the letters r and t.
            text = text.replace("'.*[ <>{}|^`\"\\nrt].*'", "'.*[ <>{}|^`\"\\n\\r\\t].*'")
            (Path(folder) / name).write_text(text)
        done = subprocess.run(["jing", "-c", Path(folder) / "opds.rnc", file], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr if done.returncode else None


def _retrieve(uri):
    for address, folder in PUBLISHED.items():
        if uri.startswith(address):
            text = (SCHEMAS / folder / uri.removeprefix(address)).read_text()
            # Python writes the names of groups another way.
            return Resource.from_contents(json.loads(text.replace("(?<", "(?P<")))
    raise LookupError(uri)


def json_problem(file):
    """What the schema says of a catalogue in OPDS 2.0, or None."""
    registry = Registry(retrieve=_retrieve)
    schema = registry.get_or_retrieve("https://drafts.opds.io/schema/feed.schema.json").value.contents
    validator = jsonschema.Draft7Validator(schema, registry=registry, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(json.loads(Path(file).read_text()))]
    return "\n".join(errors) or None


def read_by_an_app(files):
    """What a reading app finds in catalogues, by their paths."""
    node = {**os.environ, "NODE_PATH": str(ROOT / "target" / "tools" / "opds" / "node_modules")}
    done = subprocess.run(["node", Path(__file__).with_name("opds.js"), *files], capture_output=True, text=True, timeout=60, env=node)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return {Path(name): feed for name, feed in json.loads(done.stdout).items()}
