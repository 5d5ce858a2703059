"""An S3 server for a test, moto on loopback, and a look into its bucket by other eyes than the program's own. Needs scripts/tools/s3.sh."""
import base64
import json
import re
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager

from place import TOOLS, run

BUCKET = "copies"


@contextmanager
def server(folder):
    """The server, with an empty bucket; yields the variables that lead there. Its log lies in the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(folder / "moto.log", "w", encoding="utf-8")
    child = subprocess.Popen([TOOLS / "s3" / "bin" / "moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(address + "/moto-api/", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        urllib.request.urlopen(urllib.request.Request(f"{address}/{BUCKET}", method="PUT"), timeout=10).close()
        yield {
            "AWS_ENDPOINT_URL": address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }
    finally:
        child.terminate()
        child.wait()
        log.close()


def objects(env, prefix):
    """All objects below a prefix, by their names there: bytes, when each was last sent, media type and Cache-Control, as boto3 sees them."""
    script = (
        "import boto3, json, sys, base64\n"
        "s3 = boto3.client('s3')\n"
        "found = {}\n"
        "bucket, prefix = sys.argv[1:]\n"
        "for page in s3.get_paginator('list_objects_v2').paginate(Bucket=bucket, Prefix=prefix):\n"
        "    for entry in page.get('Contents', []):\n"
        "        body = s3.get_object(Bucket=bucket, Key=entry['Key'])\n"
        "        data = base64.b64encode(body['Body'].read()).decode()\n"
        "        found[entry['Key'][len(prefix):]] = [data, entry['LastModified'].isoformat(), body['ContentType'], body.get('CacheControl')]\n"
        "json.dump(found, sys.stdout)\n"
    )
    status, stdout, stderr = run([TOOLS / "s3" / "bin" / "python", "-c", script, BUCKET, prefix + "/"], env=env)
    if status:
        raise RuntimeError(stderr)
    return {name: (base64.b64decode(data), *about) for name, (data, *about) in json.loads(stdout).items() if not name.endswith(".log.jsonl")}


def keys(env, prefix):
    """Names of the objects below a prefix, without asking another process."""
    with urllib.request.urlopen(f"{env['AWS_ENDPOINT_URL']}/{BUCKET}?list-type=2&prefix={prefix}/", timeout=10) as answer:
        return re.findall(r"<Key>([^<]*)</Key>", answer.read().decode())


def command(env, *lines):
    """Runs lines of Python with a client `s3` and the bucket's name `bucket`; what it says on its standard error if it fails, or None."""
    script = "\n".join(["import boto3, sys", "s3, bucket = boto3.client('s3'), sys.argv[1]", *lines])
    status, _, stderr = run([TOOLS / "s3" / "bin" / "python", "-c", script, BUCKET], env=env)
    return (stderr or f"status {status}") if status else None
