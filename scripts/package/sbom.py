#!/usr/bin/env python3
"""Writes what is in a build of the program as a bill of materials, CycloneDX 1.6 in JSON.

usage: sbom.py --triple TRIPLE --out FILE [--program FILE]

  --program FILE   the program that was built, whose checksum is then told

The libraries are those whose code is in the program for that platform, with the checksums of Cargo.lock.
"""
import argparse
import hashlib
import json
import time
import tomllib
import uuid
from pathlib import Path

from contents import EPOCH, ROOT
from crates import linked


def component(package, kind, checksum=None):
    """One library or the program. Old crates divide licences by a slash, which means `or`."""
    licence = (package["license"] or "").replace(" / ", " OR ").replace("/", " OR ")
    about = {
        "type": kind,
        "bom-ref": reference(package),
        "name": package["name"],
        "version": package["version"],
        "description": " ".join((package["description"] or "").split()),
        "scope": "required",
        "licenses": [{"expression": licence}] if licence else [],
        "purl": reference(package),
    }
    if checksum:
        about["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if package["repository"]:
        about["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return about


def reference(package):
    """The name that tools know a crate by."""
    return f"pkg:cargo/{package['name']}@{package['version']}"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--triple", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--program", type=Path)
    asked = parser.parse_args()
    root, packages, graph = linked(asked.triple)
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    sums = {(entry["name"], entry["version"]): entry.get("checksum") for entry in lock}
    by_id = {package["id"]: package for package in [root, *packages]}
    program = component(root, "application", asked.program and hashlib.sha256(asked.program.read_bytes()).hexdigest())
    del program["scope"]
    components = [component(package, "library", sums[package["name"], package["version"]]) for package in packages]
    dependencies = [{"ref": reference(by_id[id]), "dependsOn": sorted({reference(by_id[need]) for need in needs})} for id, needs in graph.items()]
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH)),
            "component": program,
            "properties": [{"name": "cargo:target", "value": asked.triple}],
        },
        "components": components,
        "dependencies": sorted(dependencies, key=lambda entry: entry["ref"]),
    }
    # The same bill has the same number, whoever writes it.
    bill["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bill, sort_keys=True))}"
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
