#!/usr/bin/env python3
"""What stands around a service, taken out of the documents as it stands there and run: nginx and Caddy in front of it and for what `publish`
wrote, the container's root, the Deployment, the unit of systemd; and too much at once. Runs in target/tools/giving (scripts/tools/giving.sh, servers.sh).

usage: around.py PROGRAM [NAME…]

Each function of TESTS is a test; NAME… are those to run. Prints a line for each test, and the last line counts.
"""
import sys
import tempfile
import time
from pathlib import Path

import deployed
import overload
import proxies
from world import World

TESTS = [
    proxies.nginx_in_front,
    proxies.caddy_in_front,
    proxies.nginx_for_a_shelf,
    proxies.caddy_for_a_shelf,
    deployed.the_containers_root,
    deployed.the_deployment,
    deployed.the_unit_of_systemd,
    overload.too_much_at_once,
]


def main():
    program, names = Path(sys.argv[1]).resolve(), sys.argv[2:]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(program, Path(folder))
        for test in [test for test in TESTS if not names or test.__name__ in names]:
            begun, world.remarks = time.monotonic(), []
            try:
                test(world)
                remark = "".join(f" ({text})" for text in world.remarks)
                print(f"ok   {test.__name__} in {time.monotonic() - begun:.1f} s{remark}", flush=True)
            except Exception as error:  # whatever it is, the other tests run
                failed += 1
                print(f"FAIL {test.__name__}: {type(error).__name__}: {error}", flush=True)
    print(f"{failed} failed")
    sys.exit(min(failed, 1))


if __name__ == "__main__":
    main()
