#!/usr/bin/env python3
"""What det costs beside its peers, as ratios. Nothing here fails for a time.

    bench/run.py [--det PROGRAM] [--rows N] [TOPIC...]

Topics: start, list, download. Run it on a quiet machine, with the release build.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import big_list
import measure

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import archives  # noqa: E402
import cluster as recorded  # noqa: E402
import replay  # noqa: E402
from replay_server import ReplayServer, laid_out_storage  # noqa: E402
from sandbox import Sandbox  # noqa: E402

TARGETS = {"version": 3.0, "help": 3.0, "list": 18.0, "official": 45.0, "dom": 4.0, "memory": 40.0}
CHECKPOINT_FILES, CHECKPOINT_FILE_BYTES = 4, 64 << 20


def official_client():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    program = pathlib.Path(os.environ.get("DET_PEERS") or cache / "det-peers") / "determined-0.38.1" / "bin" / "det"
    return str(program) if program.exists() else None


def say(what, figure, wanted=""):
    print(f"  {what:<58} {figure:>16}   {wanted}", flush=True)


def signed_in(url):
    sandbox = Sandbox(url)
    sandbox.write_token(replay.TOKEN)
    return sandbox


def start(arguments):
    print("start-up")
    with Sandbox("http://127.0.0.1:1") as sandbox:
        for flag in ("version", "help"):
            cost = measure.median([arguments.det, f"--{flag}"], sandbox.environment(), 200)
            say(f"det --{flag}, CPU", f"{cost.cpu_ms:.2f} ms", f"wanted: at most {TARGETS[flag]:.0f} ms")
    cluster = recorded.recorded_cluster()
    with laid_out_storage(cluster) as storage:
        with big_list.Serving(lambda: ReplayServer(cluster, storage)) as serving, signed_in(serving.url) as sandbox:
            line = ["experiment", "list-checkpoints", "12"]
            ours = measure.median([arguments.det, *line], sandbox.environment(), 50)
            say("experiment list-checkpoints 12, wall", f"{ours.wall_ms:.1f} ms",
                f"wanted: at most {TARGETS['list']:.0f} ms; CPU {ours.cpu_ms:.1f} ms")
            if (peer := official_client()) is None:
                print("  skipped: determined-0.38.1 is not installed")
                return
            theirs = measure.median([peer, *line], sandbox.environment(), 5)
            say("the official client, wall", f"{theirs.wall_ms:.0f} ms", f"CPU {theirs.cpu_ms:.0f} ms")
            say("official / det, wall", f"{theirs.wall_ms / ours.wall_ms:.0f} times",
                f"wanted: at least {TARGETS['official']:.0f}")


def list_of_many(arguments):
    print(f"a list of {arguments.rows:,} checkpoints, --csv")
    with tempfile.TemporaryDirectory(prefix="det-bench-") as place:
        plain, packed = os.path.join(place, "list.json"), os.path.join(place, "list.json.gz")
        big_list.write_list(plain, arguments.rows)
        big_list.write_gzip(plain, packed)
        dom = dom_cost(plain)
        say("nlohmann's DOM of the same bytes, CPU", f"{dom.cpu_ms:.0f} ms", f"peak {dom.peak_mib:.0f} MiB")
        for name, file in (("identity", plain), ("gzip", packed)):
            cost = list_cost(arguments.det, file, name == "gzip")
            wanted = "" if name == "gzip" else f"wanted: at least {TARGETS['dom']:.0f}"
            megabytes = pathlib.Path(file).stat().st_size / 1e6
            say(f"{name} ({megabytes:.0f} MB), CPU", f"{cost.cpu_ms:.0f} ms", f"wall {cost.wall_ms:.0f} ms")
            say(f"{name}, nlohmann / det, CPU", f"{dom.cpu_ms / cost.cpu_ms:.2f} times", wanted)
            say(f"{name}, peak memory", f"{cost.peak_mib:.1f} MiB", f"wanted: at most {TARGETS['memory']:.0f} MB")


def dom_cost(file):
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "bench_nlohmann_list"], cwd=ROOT,
                   check=True, stdout=subprocess.DEVNULL)
    return measure.median([str(ROOT / "build/release/bench/bench_nlohmann_list"), file], dict(os.environ), 3)


def list_cost(det, file, is_gzip):
    with big_list.Serving(lambda: big_list.BigListServer(file, is_gzip)) as serving:
        with signed_in(serving.url) as sandbox:
            line = [det, "experiment", "list-checkpoints", str(big_list.EXPERIMENT), "--csv"]
            return measure.median(line, sandbox.environment(), 3, output=str(sandbox.root / "out.csv"))


def download(arguments):
    """One checkpoint of 4 files; the master's side is the replay server, which serves it from its memory."""
    print(f"download of {CHECKPOINT_FILES} x {CHECKPOINT_FILE_BYTES >> 20} MiB (for information)")
    cluster = recorded.recorded_cluster()
    uuid = cluster.checkpoints_of("experiments", 12)[0]["uuid"]
    resources = {f"part{n}.bin": str(CHECKPOINT_FILE_BYTES) for n in range(CHECKPOINT_FILES)}
    cluster.checkpoints[uuid]["resources"] = resources
    with tempfile.TemporaryDirectory(prefix="det-bench-") as place:
        storage = pathlib.Path(place) / "storage"
        archives.lay_out(cluster.checkpoints[uuid], storage)
        with big_list.Serving(lambda: ReplayServer(cluster, storage)) as serving, signed_in(serving.url) as sandbox:
            environment = sandbox.environment()

            def cost(argv):
                figures = measure.runs(argv, environment, 1, cwd=place)
                shutil.rmtree(os.path.join(place, "out"))
                return figures[0]

            line = [arguments.det, "checkpoint", "download", uuid, "-q", "-o", "out"]
            curl = f"mkdir out && curl -s -H 'Accept: application/x-tar' -H 'Authorization: Bearer {replay.TOKEN}' " \
                   f"{serving.url}/checkpoints/{uuid} | tar x -C out"
            peers = {"direct": ("cp -r", ["cp", "-r", str(storage / uuid), "out"]),
                     "master": ("curl | tar x", ["sh", "-c", curl])}
            for mode, (peer_name, peer) in peers.items():
                ours, theirs = cost([*line, "--mode", mode]), cost(peer)
                say(f"{mode}: det", f"{ours.wall_ms:.0f} ms", f"CPU {ours.cpu_ms:.0f} ms")
                say(f"{mode}: {peer_name}", f"{theirs.wall_ms:.0f} ms", f"CPU {theirs.cpu_ms:.0f} ms")
                say(f"{mode}: det / {peer_name}, CPU", f"{ours.cpu_ms / theirs.cpu_ms:.2f}")


TOPICS = {"start": start, "list": list_of_many, "download": download}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--det", default=str(ROOT / "build/release/cli/det"),
                        type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"of {', '.join(TOPICS)}; all without")
    arguments = parser.parse_args()
    for topic in arguments.topics or TOPICS:
        TOPICS[topic](arguments)


if __name__ == "__main__":
    main()
