"""Servers for mail that the tests start: one that does as it should, with TLS and AUTH, and one that fails in all the ways servers do.

Each keeps every letter that it took, with the Message-ID, in the order in which they came.
"""
import asyncio
import email
import email.policy
import logging
import random
import socket
import ssl
import warnings
from collections import Counter

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

# What goes wrong on purpose is not told.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
warnings.filterwarnings("ignore", module="aiosmtpd")

USER, PASSWORD = "books@example.org", "ein schönes Geheimnis"


class Certificates:
    """An authority and a server's certificate for this machine, made for this run."""

    def __init__(self, folder):
        authority = trustme.CA()
        self.authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(self.authority)
        self.server = authority.issue_cert("localhost", "127.0.0.1")
        self.context = self._context(self.server)
        # Signed by nobody whom the sender knows.
        self.stranger = self._context(trustme.CA().issue_cert("localhost", "127.0.0.1"))

    @staticmethod
    def _context(certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    def write(self, path):
        """The server's key and certificates in one file."""
        self.server.private_key_and_cert_chain_pem.write_to_path(path)


class Box:
    """What a server took."""

    def __init__(self):
        self.letters = []
        self.recipients = []
        self.connections = 0

    def take(self, envelope):
        self.letters.append(bytes(envelope.content))
        self.recipients.extend(envelope.rcpt_tos)

    def messages(self):
        return [email.message_from_bytes(letter, policy=email.policy.SMTP) for letter in self.letters]

    def ids(self):
        return Counter(message["Message-ID"] for message in self.messages())


class Sound:
    """Takes all letters."""

    def __init__(self, box):
        self.box = box

    async def handle_DATA(self, server, session, envelope):
        self.box.take(envelope)
        return "250 taken"


class Refusing(Sound):
    """Refuses by address: the part before the `@` says how."""

    def __init__(self, box):
        super().__init__(box)
        self.seen = Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):
        user = address.split("@")[0]
        self.seen[user] += 1
        if user.startswith("nobody"):
            return "550 5.1.1 there is nobody of that name"
        if user.startswith("full"):
            return "452 4.2.2 the box is full"
        # As greylisting does: the second time it is taken.
        if user.startswith("grey") and self.seen[user] < 2:
            return "451 4.7.1 come again later"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server, session, envelope):
        user = envelope.rcpt_tos[0].split("@")[0]
        if user.startswith("spam"):
            return "554-5.7.1 this looks like\r\n554 5.7.1 advertising"
        if user.startswith("busy") and self.seen[user] < 3:
            return "421 4.3.2 closing"
        return await super().handle_DATA(server, session, envelope)


class Measuring(Sound):
    """Says how large a letter may be, in the words given, and answers whoever tells the size with a status, if it is given one."""

    def __init__(self, box, offer=None, status=None):
        super().__init__(box)
        self.offer, self.status, self.told = offer, status, []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return responses[:1] + ([f"250-{self.offer}"] if self.offer else []) + responses[1:]

    async def handle_MAIL(self, server, session, envelope, address, options):
        sizes = [int(option.split("=")[1]) for option in options if option.upper().startswith("SIZE=")]
        self.told.append(sizes[0] if sizes else None)
        if self.status and sizes:
            return self.status
        envelope.mail_from = address
        return "250 go on"


class Cutting(SMTP):
    """Cuts connections at moments named by the address, and at random ones."""

    chance, random, moments = 0.0, random.Random(16), ()

    def data_received(self, data):
        # Without this the end of each letter waits 40 ms for the acknowledgement of what stands before it.
        if hasattr(socket, "TCP_QUICKACK"):
            self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        super().data_received(data)

    def cut(self):
        self.transport.abort()

    def falls(self, moment):
        fallen = moment in self.moments and self.random.random() < self.chance
        if fallen:
            self.event_handler.cuts[moment] += 1
        return fallen

    async def smtp_EHLO(self, hostname):
        if self.falls("hello"):
            return self.cut()
        return await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg):
        if self.falls("mail"):
            return self.cut()
        if self.falls("mail later"):
            return await self.push("451 4.3.0 not now")
        return await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        if self.falls("rcpt"):
            return self.cut()
        if self.falls("rcpt later"):
            return await self.push("450 4.2.0 not now")
        return await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if self.falls("data"):
            await self.push("354 go on")
            await self._reader.readline()
            return self.cut()
        return await super().smtp_DATA(arg)


class CuttingHandler(Sound):
    """At the end of a letter: takes it and cuts, cuts and does not take it, refuses for now."""

    def __init__(self, box):
        super().__init__(box)
        self.cuts = Counter()

    async def handle_DATA(self, server, session, envelope):
        if server.falls("taken and cut"):
            self.box.take(envelope)
            server.cut()
            await asyncio.sleep(3600)
        if server.falls("lost and cut"):
            server.cut()
            await asyncio.sleep(3600)
        if server.falls("data later"):
            return "451 4.3.0 not now"
        return await super().handle_DATA(server, session, envelope)


class CuttingController(Controller):
    def factory(self):
        return Cutting(self.handler, **self.SMTP_kwargs)


def authenticator(_server, _session, _envelope, _mechanism, data):
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


class running:
    """A server on loopback for the length of a block; its port."""

    def __init__(self, handler, controller=Controller, tls=None, starttls=None, auth=False, **more):
        if starttls:
            more |= {"tls_context": starttls, "require_starttls": True}
        if auth:
            more |= {"authenticator": authenticator, "auth_required": True, "auth_require_tls": bool(starttls)}
        # The controller must know the port before it begins.
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        self.controller = controller(handler, hostname="127.0.0.1", port=self.port, ssl_context=tls, server_hostname="localhost", **more)

    def __enter__(self):
        self.controller.start()
        return self.port

    def __exit__(self, *_):
        self.controller.stop(no_assert=True)
