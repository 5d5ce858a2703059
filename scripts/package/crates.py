"""The libraries that are in a build of the program, as cargo resolves them for one platform."""
import json
import subprocess

from contents import ROOT, stop


def linked(triple, features=()):
    """The packages whose code is in the program for `triple`, by name and version, the program's own left out, and who needs
    whom, by id. What only builds and tests need, and macros, which run in the compiler, are not in it."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", triple, *(["--features", ",".join(features)] if features else [])]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode:
        stop(done.stderr.decode(errors="replace"))
    metadata = json.loads(done.stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]

    def needed(node):
        ids = [dep["pkg"] for dep in nodes[node]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        return sorted(id for id in ids if not any("proc-macro" in target["kind"] for target in packages[id]["targets"]))

    graph, waiting = {}, [root]
    while waiting:
        node = waiting.pop()
        if node not in graph:
            graph[node] = needed(node)
            waiting += graph[node]
    found = sorted((packages[id] for id in graph if id != root), key=lambda package: (package["name"], package["version"]))
    return packages[root], found, graph
