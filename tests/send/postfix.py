"""Debian's postfix as a receiver, on a port of loopback: out of its package (scripts/tools/servers.sh), with a configuration, queues and boxes of its own.

It is root's business: postfix gives up rights that only root has.
"""
import email
import email.policy
import os
import pwd
import signal
import socket
import subprocess
import time
from pathlib import Path

SERVERS = Path(__file__).resolve().parents[2] / "target" / "tools" / "servers"

# Whom the queues belong to, and the group that may put letters in: accounts that every Debian has and nothing runs as.
OWNER, GROUP = "mail", "staff"

MAIN = """
compatibility_level = 3.6
mail_owner = {owner}
setgid_group = {group}
queue_directory = {place}/queue
data_directory = {place}/data
command_directory = {servers}/usr/sbin
daemon_directory = {servers}/usr/lib/postfix/sbin
shlib_directory = {servers}/usr/lib/postfix
import_environment = MAIL_CONFIG LD_LIBRARY_PATH
maillog_file = {place}/postfix.log
maillog_file_prefixes = {place}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = reject_unlisted_recipient
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.org
virtual_mailbox_maps = texthash:{place}/readers
virtual_mailbox_base = {place}/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = {limit}
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {place}/server.pem
smtpd_tls_auth_only = yes
"""

MASTER = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "maildrop", "public", "pid", "saved", "trace")


class Postfix:
    """Takes letters for readers of example.org, by STARTTLS alone, none larger than `limit`, for the length of a block."""

    def __init__(self, folder, certificates, readers, limit):
        self.place = folder / "postfix"
        for name in ("queue", "data", "boxes"):
            (self.place / name).mkdir(parents=True)
        owner = pwd.getpwnam(OWNER)
        for name in QUEUES:
            (self.place / "queue" / name).mkdir()
            if name != "pid":
                os.chown(self.place / "queue" / name, owner.pw_uid, -1)
        for name in ("data", "boxes"):
            os.chown(self.place / name, owner.pw_uid, owner.pw_gid)
        # Its servers run as others than root, and have to come to what is theirs.
        for above in (self.place, *self.place.parents):
            if above == Path("/"):
                break
            above.chmod(above.stat().st_mode | 0o011)
        certificates.write(self.place / "server.pem")
        (self.place / "readers").write_text("".join(f"{reader} {reader}/\n" for reader in readers))
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        settings = {"owner": OWNER, "group": GROUP, "place": self.place, "servers": SERVERS, "uid": owner.pw_uid, "gid": owner.pw_gid, "limit": limit}
        (self.place / "main.cf").write_text(MAIN.format(**settings))
        (self.place / "master.cf").write_text(MASTER.format(port=self.port))

    def __enter__(self):
        libraries = os.pathsep.join(str(SERVERS / name) for name in ("usr/lib/postfix", "usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"))
        env = {"PATH": os.environ["PATH"], "MAIL_CONFIG": str(self.place), "LD_LIBRARY_PATH": libraries}
        # In the foreground, and its own leader: all that it starts ends with it.
        master = [SERVERS / "usr" / "lib" / "postfix" / "sbin" / "master", "-c", self.place, "-d"]
        self.process = subprocess.Popen([str(word) for word in master], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        self.__exit__()
        raise RuntimeError(f"postfix does not begin: {self.process.stderr.read().decode()}{self.log()}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def log(self):
        log = self.place / "postfix.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def letters(self, reader, count=1):
        """The letters in a reader's box, once there are so many."""
        deadline = time.monotonic() + 20
        while True:
            found = sorted((self.place / "boxes" / reader / "new").glob("*"))
            if len(found) >= count or time.monotonic() > deadline:
                return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in found]
            time.sleep(0.05)
