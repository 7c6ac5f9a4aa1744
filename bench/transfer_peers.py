"""The programs that det is measured beside, where they are found, and how each is asked for the same bytes."""

import os
import pathlib
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field

from static_s3 import BUCKET

VERSION_WORDS = {"s5cmd": ["version"], "rclone": ["version"], "curl": ["--version"], "cp": ["--version"],
                 "tar": ["--version"], "gzip": ["--version"], "nginx": ["-v"], "versitygw": ["--version"]}
OFFICIAL = "determined-0.38.1"
AWS = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
       "AWS_EC2_METADATA_DISABLED": "true"}

# What curl needs to have a store that checks signatures believe it.
SIGNING = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", "k:s", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]


@dataclass
class Command:
    argv: list
    environment: dict = field(default_factory=dict)  # beside that of the sandbox
    directory: str = None


def folder():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    return pathlib.Path(os.environ.get("DET_PEERS") or cache / "det-peers")


def program(name):
    """A peer's own binary, not a launcher around it: below the folder of the peers, or on PATH. None: not installed."""
    places = (name, f"*/{name}", f"*/bin/{name}", f"*/lib/python3*/site-packages/{name}/bin/{name}")
    found = [path for pattern in places for path in sorted(folder().glob(pattern))]
    found += [pathlib.Path(on_path)] if (on_path := shutil.which(name)) else []
    return next((str(path) for path in found if path.is_file() and is_binary(path)), None)


def is_binary(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF" and os.access(path, os.X_OK)


def official_client():
    path = folder() / OFFICIAL / "bin" / "det"
    return str(path) if path.exists() else None


def versions():
    """What `--version` and the like say, by program; the missing ones are named as such."""
    said = {}
    for name, words in VERSION_WORDS.items():
        if path := program(name):
            done = subprocess.run([path, *words], capture_output=True, text=True, check=False)
            said[name] = ((done.stdout + done.stderr).splitlines() or ["?"])[0]
        else:
            said[name] = "not installed"
    said["official det"] = OFFICIAL if official_client() else "not installed"
    return said


def copy(laid, *flags):
    """`cp -r`, the control of every round and the floor of copies."""
    return lambda place: Command(["cp", "-r", *flags, f"{laid.folder}/.", str(place)])


def s5cmd(laid, store):
    def command(place):
        signing = [] if store.is_signed else ["--no-sign-request"]
        return Command([program("s5cmd"), *signing, "--endpoint-url", store.url, "cp",
                        f"s3://{BUCKET}/{store.key(laid)}/*", f"{place}/"], AWS)
    return command if program("s5cmd") else None


def rclone(laid, store):
    remote = {"TYPE": "s3", "PROVIDER": "Other", "ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s", "ENDPOINT": store.url,
              "REGION": "us-east-1", "LIST_VERSION": "2", "FORCE_PATH_STYLE": "true"}
    environment = {f"RCLONE_CONFIG_STORE_{name}": value for name, value in remote.items()}

    def command(place):
        return Command([program("rclone"), "--config", "", "copy", "--fast-list",
                        f"store:{BUCKET}/{store.key(laid)}", str(place)], environment)
    return command if program("rclone") else None


def curl(laid, store, scratch):
    """One process for all files; it reads their addresses from a file."""
    wanted = scratch / f"curl.{laid.folder.parent.name}.{laid.dataset}"
    wanted.write_text("".join(f'url = "{store.url}/{BUCKET}/{store.key(laid)}/{path}"\noutput = "{path}"\n'
                              for path in laid.paths()))
    signing = SIGNING if store.is_signed else []

    def command(place):
        return Command(["curl", "-sS", "--no-progress-meter", "--fail", *signing, "-Z", "--parallel-max", "16",
                        "--create-dirs", "-K", str(wanted)], directory=str(place))
    return command if program("curl") else None


def official(laid, environment):
    def command(place):
        return Command([official_client(), "checkpoint", "download", laid.uuids[0], "--mode", "direct", "-q", "-o",
                        f"{place}/{laid.uuids[0]}"], environment)
    return command if official_client() else None


def unpacking(laid, source):
    """`source`, a shell command that gives a tar stream or a compressed one, into `tar`."""
    def command(place):
        (uuid,) = laid.uuids
        return Command(["sh", "-c", f"mkdir {uuid} && {source} -C {uuid}"], directory=str(place))
    return command


def curl_into_tar(laid, url, packing):
    accept = {"tar": "application/x-tar", "tar.gz": "application/gzip"}[packing]
    flags = {"tar": "-x", "tar.gz": "-xz"}[packing]
    (uuid,) = laid.uuids
    return unpacking(laid, f"curl -sS --fail -H 'Accept: {accept}' {url}/checkpoints/{uuid} | tar {flags}")


def gunzip_into_tar(laid, archive):
    return unpacking(laid, f"gzip -dc {shlex.quote(str(archive))} | tar -x")


def det(program_path, laid, environment, *flags):
    """One checkpoint, which comes straight into the folder that is named."""
    def command(place):
        (uuid,) = laid.uuids
        return Command([program_path, "checkpoint", "download", uuid, "-q", "--no-sync", *flags, "-o",
                        f"{place}/{uuid}"], environment)
    return command


def det_experiment(program_path, experiment, environment, *flags):
    """All checkpoints of an experiment."""
    return lambda place: Command([program_path, "experiment", "download", str(experiment), "--top-n", "0", "-q",
                                  "--no-sync", *flags, "-o", str(place)], environment)
