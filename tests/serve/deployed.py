"""Where a service runs, as the documents have it: in a container from nothing, in Kubernetes, under systemd."""
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import kubernetes_validate
import yaml

from world import BOOK, ROSTER, Running, document, free_port, replaced, until


def stage(text):
    """The instructions of the last stage of a Containerfile, as pairs of name and arguments."""
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    begin = max(at for at, line in enumerate(lines) if line[0] == "FROM")
    return [(name, rest) for name, rest in lines[begin:]]


def libraries(program):
    """The shared libraries that a program needs, by their paths; none of a static one."""
    told = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    return re.findall(r"(/\S+) \(0x", told)


def the_containers_root(world):
    """docs/serving/Containerfile: its root in a folder, read-only, run under chroot by nobody"""
    if os.geteuid():
        world.remarks.append("not tried: chroot is root's")
        return
    instructions = dict(stage(document("serving/Containerfile")))
    assert instructions["FROM"] == "scratch" and instructions["USER"] == "65534:65534", instructions
    entry, root, port = json.loads(instructions["ENTRYPOINT"]), world.folder / "root", free_port()
    assert entry[:3] == ["/handbook", "serve", "/book"] and f"0.0.0.0:{instructions['EXPOSE'].split(':')[0]}" in entry, entry
    root.mkdir()
    shutil.copy(world.program, root / "handbook")
    shutil.copytree(BOOK, root / "book")
    needed = libraries(world.program)
    if needed:
        world.remarks.append(f"the program is not static: {len(needed)} libraries were put beside it")
    for library in needed:
        (root / library.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library.lstrip("/"))
    for found in [root, *root.rglob("*")]:
        found.chmod(0o555 if found.is_dir() or found.name == "handbook" or ".so" in found.name else 0o444)
    # Root may write anywhere, nobody may not, and in a tree that is mounted so not even root.
    command = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec chroot --userspec=65534:65534 --groups= "$0" "$@"', root]
    if subprocess.run([*command[:4], 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"', root], capture_output=True).returncode:
        world.remarks.append("nothing can be mounted here: the tree is one that nobody may write to")
        command = ["chroot", "--userspec=65534:65534", "--groups=", root]
    entry = [word.replace("0.0.0.0:8080", f"127.0.0.1:{port}") for word in entry]
    with Running([*command, *entry], world.folder / "container.log", port, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}) as service:
        until("ready", lambda: world.ask(port, "/readyz", tls=False, host="10.0.0.7:8080").status == 200)
        who = {line.split(":")[0]: line.split()[1:] for line in Path(f"/proc/{pid_of(service.process.pid, 'handbook')}/status").read_text().splitlines()}
        assert set(who["Uid"] + who["Gid"]) == {"65534"}, who["Uid"]
        form = "name=Ada+Lovelace&stage=first&format=pdf"
        copy = world.ask(port, "/", method="POST", host=f"127.0.0.1:{port}", tls=False, body=form, Content_Type="application/x-www-form-urlencoded")
        assert copy.status == 200, copy.body[:300]
    world.run("build", BOOK, "--no-system-fonts", "--reader", "Ada Lovelace", "--stage", "first", "--format", "pdf", "--out", world.folder / "built")
    assert copy.body == next((world.folder / "built").glob("*.pdf")).read_bytes(), "another book than `build` makes"
    assert not (root / "tmp").exists() and "panic" not in service.said(), service.said()


def pid_of(above, name):
    """A process of this name, which is that one itself or below it."""
    if Path(f"/proc/{above}/comm").read_text().strip() == name:
        return above
    below = Path(f"/proc/{above}/task/{above}/children").read_text().split()
    return next(pid for child in below if (pid := pid_of(child, name)))


def the_deployment(world):
    """docs/serving/kubernetes.yaml: its schema, and each field that the program is asked by"""
    deployment, service = yaml.safe_load_all(document("serving/kubernetes.yaml"))
    for resource in (deployment, service):
        kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)
        wrong = {**resource, "spec": {**resource["spec"], "replica": 2}}
        try:
            kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)
            raise AssertionError("the schema takes anything")
        except kubernetes_validate.ValidationError:
            pass
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels == service["spec"]["selector"]
    assert [port["targetPort"] for port in service["spec"]["ports"]] == [port["name"] for port in container["ports"]] == ["http"]
    exposed = dict(stage(document("serving/Containerfile")))["EXPOSE"]
    assert container["ports"][0]["containerPort"] == int(exposed.split(":")[0]), exposed
    # Nobody, nothing to write to but memory, no rights.
    user = dict(stage(document("serving/Containerfile")))["USER"]
    assert f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" == user and pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False and pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    closed = container["securityContext"]
    assert closed == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}, closed
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert mounts.keys() == volumes.keys(), f"{sorted(mounts)} {sorted(volumes)}"
    assert mounts["tmp"]["mountPath"] == "/tmp" and volumes["tmp"]["emptyDir"]["medium"] == "Memory"
    assert all(mount.get("readOnly") for name, mount in mounts.items() if name != "tmp")
    # The arguments as they stand there, with the volumes' files where they are here; the entry is the image's.
    files = {"/invited/readers.csv": world.roster, "/keys/links.key": world.key}
    for path in files:
        assert any(path.startswith(mount["mountPath"] + "/") for mount in mounts.values()), path
    words = [re.sub("|".join(files), lambda found: str(files[found[0]]), word) for word in container["args"]]
    assert sum(str(file) in word for word in words for file in files.values()) == len(files), words
    port = free_port()
    with Running([world.program, "serve", BOOK, "--listen", f"127.0.0.1:{port}", "--no-system-fonts", *words], world.folder / "pod.log", port):
        until("ready", lambda: world.ask(port, "/readyz", tls=False, host="10.0.0.7:8080").status == 200)
        for name in ("startupProbe", "readinessProbe", "livenessProbe"):
            asked = container[name]["httpGet"]
            answer = world.ask(port, asked["path"], tls=False, host="10.0.0.7:8080")
            assert answer.status == 200 and asked["port"] == "http", f"{name}: {asked['path']}: {answer.status}"
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz" and container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert world.ask(port, world.paths[0], tls=False, host="10.0.0.7:8080").status == 421, "a reader's page for any host"
        assert world.ask(port, world.paths[0], tls=False).status == 200


def the_unit_of_systemd(world):
    """docs/serving/handbook.service: read by systemd, and its command run"""
    text = document("serving/handbook.service")
    program = "/usr/local/bin/handbook"
    if shutil.which("systemd-analyze"):
        unit = world.folder / "handbook.service"
        unit.write_text(replaced(text, (program, world.program)))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and str(unit) not in done.stderr and "handbook.service" not in done.stderr, done.stderr
        unit.write_text(replaced(unit.read_text(), ("NoNewPrivileges=yes", "NoNewPrivilege=yes")))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
        assert "NoNewPrivilege" in done.stderr, "it takes anything"
        unit.write_text(replaced(text, (program, world.program)))
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", unit], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout[-600:] + done.stderr
    else:
        world.remarks.append("there is no systemd-analyze here: the unit was not read by systemd")
    settings = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    credentials = world.folder / "credentials"
    credentials.mkdir()
    for name, file in (("readers.csv", world.roster), ("links.key", world.key)):
        assert re.search(rf"^LoadCredential={re.escape(name)}:", text, re.M), name
        shutil.copy(file, credentials / name)
    port = free_port()
    line = replaced(settings["ExecStart"], (program, world.program), ("/srv/book", BOOK), ("127.0.0.1:8080", f"127.0.0.1:{port}"))
    words = shlex.split(line.replace("${CREDENTIALS_DIRECTORY}", str(credentials)))
    with Running(words, world.folder / "unit.log", port) as service:
        assert world.ask(port, world.paths[0], tls=False).status == 200
        # As ExecReload has it.
        assert settings["ExecReload"] == "/bin/kill -HUP $MAINPID"
        (credentials / "readers.csv").write_text(ROSTER.replace("first,a-1", "first,a-2"), encoding="utf-8")
        service.process.send_signal(signal.SIGHUP)
        until("read anew", lambda: "read anew: 2 readers" in service.said())
        assert world.ask(port, world.paths[0], tls=False).status == 404
