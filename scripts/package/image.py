#!/usr/bin/env python3
"""Packs a static program as a container image from scratch: handbook-VERSION-ARCHITECTURE.oci.tar.

usage: image.py PROGRAM --notices FILE --out DIR

The image holds the program, its licences, an empty /tmp and /work, and nothing else: no shell, no libraries, no other user's
files. It is an OCI archive with a single layer, made without Docker: `docker load`, `podman load` and `skopeo copy
oci-archive:…` take it.
"""
import argparse
import gzip
import hashlib
import json
import time
from pathlib import Path

from contents import ABOUT, EPOCH, LEVEL, VERSION, Item, documents, parents, stop, tar, write
from elf import linux_program

# A user of no system. Who wants files of their own in a folder of theirs says `--user "$(id -u):$(id -g)"`.
USER = "65532:65532"


def compact(value):
    """JSON with the same bytes always."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--notices", required=True)
    parser.add_argument("--out", required=True)
    asked = parser.parse_args()
    program, elf = linux_program(asked.program)
    if not elf.static:
        stop(f"{asked.program} needs a loader, which an image from scratch has not: build it with RUSTFLAGS='-C target-feature=+crt-static'")

    items = [Item("usr/bin/handbook", program, True)]
    items += [Item(f"usr/share/doc/handbook/{text.name}", text.data) for text in documents(asked.notices)]
    items.append(Item("etc/passwd", b"handbook:x:65532:65532:handbook:/work:/usr/bin/handbook\n"))
    layer = tar(items, parents(items) + [("tmp", 0o1777), ("work", 0o1777)])
    packed = gzip.compress(layer, LEVEL, mtime=EPOCH)

    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH))
    labels = {
        "org.opencontainers.image.title": "handbook",
        "org.opencontainers.image.description": ABOUT["description"],
        "org.opencontainers.image.version": VERSION,
        "org.opencontainers.image.licenses": ABOUT["license"],
    }
    config = compact(
        {
            "architecture": elf.architecture,
            "os": "linux",
            "created": created,
            "config": {"Entrypoint": ["/usr/bin/handbook"], "WorkingDir": "/work", "User": USER, "Env": ["PATH=/usr/bin", "HOME=/work"], "Labels": labels},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
            "history": [{"created": created, "created_by": "scripts/package/image.py"}],
        }
    )
    blobs = {}

    def blob(kind, data):
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    manifest = compact(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": blob("config.v1+json", config),
            "layers": [blob("layer.v1.tar+gzip", packed)],
        }
    )
    entry = blob("manifest.v1+json", manifest)
    entry["platform"] = {"architecture": elf.architecture, "os": "linux"}
    entry["annotations"] = {"org.opencontainers.image.ref.name": VERSION, "io.containerd.image.name": f"handbook:{VERSION}"}
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]}
    files = [Item("oci-layout", compact({"imageLayoutVersion": "1.0.0"})), Item("index.json", compact(index))]
    files += [Item(f"blobs/sha256/{digest}", data) for digest, data in blobs.items()]
    write(asked.out, f"handbook-{VERSION}-{elf.architecture}.oci.tar", tar(files, parents(files)))


if __name__ == "__main__":
    main()
