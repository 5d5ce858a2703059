"""What a Linux program needs of the machine it runs on, read from its ELF header."""
import re
import struct

from contents import stop

# As Python and Rust name it, and as Debian and container images do.
MACHINES = {62: ("x86_64", "amd64"), 183: ("aarch64", "arm64")}
INTERPRETER = 3


class Elf:
    """`machine` as Python's tags have it, `architecture` as Debian's and OCI's, `static` if no loader is needed, and `glibc`, the
    newest version it asks for."""

    def __init__(self, data):
        if data[:4] != b"\x7fELF" or data[4:6] != b"\x02\x01":
            raise ValueError("this is no 64-bit program for Linux")
        number = struct.unpack_from("<H", data, 18)[0]
        if number not in MACHINES:
            raise ValueError(f"there are no packages for machine {number}")
        self.machine, self.architecture = MACHINES[number]
        first, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
        kinds = [struct.unpack_from("<I", data, first + size * nth)[0] for nth in range(count)]
        self.static = INTERPRETER not in kinds
        # A program that is loaded names each version of each symbol's library that it was linked with.
        named = re.findall(rb"\0GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\0)", data)
        self.glibc = None if self.static else max((int(a), int(b)) for a, b in named)


def linux_program(path):
    """A program's bytes and what they need; ends the script if it is none for Linux."""
    data = path.read_bytes()
    try:
        return data, Elf(data)
    except ValueError as error:
        stop(f"{path}: {error}")
