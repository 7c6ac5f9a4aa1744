"""The cases of bench/transfer.py: what is moved, from where to where, beside whom, and the goals."""

import base64
import json
from dataclasses import dataclass, field

import transfer_fixtures
import transfer_peers as peers
from transfer_rounds import CONTROL
from transfer_site import Missing, require

# Of the datasets a and b by divisor, as any CRC32C (Castagnoli) program gives them.
CRC32C = {
    1: {"model.bin": "29877e83", "shard1.bin": "391fcb48", "shard2.bin": "4e634d16", "shard3.bin": "e8885d99",
        "shard4.bin": "da941018"},
    16: {"model.bin": "57dd88f5", "shard1.bin": "a2e73bec", "shard2.bin": "c564b331", "shard3.bin": "50621de9",
         "shard4.bin": "3298368f"},
}


@dataclass
class Goal:
    """`ours` at most `at_most` times `theirs`, or at most `at_most` seconds more."""

    figure: str  # a field of measure.Cost
    theirs: str
    at_most: float
    unit: str = "times"  # or "s more"
    ours: str = "det"


@dataclass
class Case:
    name: str
    what: str
    laid: transfer_fixtures.Laid
    place: object  # where to
    is_memory: bool
    tools: dict  # name -> function of the place that gives a Command
    goals: list
    most_mib: float = None  # peak memory of det
    after: dict = field(default_factory=dict)  # tool -> check of what it left at the place
    others: dict = field(default_factory=dict)  # tool -> the dataset that it moves instead


def cpu(theirs, at_most, **more):
    return Goal("cpu_ms", theirs, at_most, **more)


def wall(theirs, at_most, **more):
    return Goal("wall_ms", theirs, at_most, **more)


def case(site, name, what, laid, tools, goals=(), most_mib=None, on_disk=False, after=None):
    place = (site.disk if on_disk else site.memory / "out") / name
    return Case(name, what, laid, place, not on_disk, {tool: make for tool, make in tools.items() if make}, list(goals),
                most_mib, after or {})


def object_tools(site, laid, ours):
    """det and its peers on the static store."""
    store = site.static_store
    return {CONTROL: peers.copy(laid), "s5cmd": peers.s5cmd(laid, store), "rclone": peers.rclone(laid, store),
            "curl": peers.curl(laid, store, site.scratch), "det": ours}


def direct(site, laid, *flags):
    return peers.det(site.det, laid, site.environment, "--mode", "direct", *flags)


def large(name, what):
    def prepare(site):
        laid, _ = site.in_static_store(name)
        goals = [cpu("s5cmd", 0.85), cpu("curl", 1.15), wall("s5cmd", 0.95)]
        yield case(site, name, what, laid, object_tools(site, laid, direct(site, laid, "--verify", "size")), goals, 32)
        kind = "crc32c"
        digests = {file: base64.b64encode(bytes.fromhex(digest)).decode()
                   for file, digest in CRC32C[site.fixtures.divisor].items()}
        laid, _ = site.in_static_store(name, kind, digests)
        yield case(site, f"{name}-crc32c", f"{what}, CRC32C checked", laid,
                   object_tools(site, laid, direct(site, laid)), [cpu("s5cmd", 1.0), wall("s5cmd", 1.0)], 32,
                   after={"det": digest_is_checked(laid, kind)})
    return prepare


def digest_is_checked(laid, kind):
    """A check that the receipts say so of every file."""
    def check(place):
        for uuid in laid.uuids:
            receipt = json.loads((place / uuid / "det-receipt.json").read_text())
            verified = {file.get("verified") for file in receipt["files"]}
            assert verified == {kind}, f"the receipt says verified by {verified}, not by {kind}"
    return check


def with_md5(site):
    laid, _, store = site.in_gateway("a")
    tools = {CONTROL: peers.copy(laid), "s5cmd": peers.s5cmd(laid, store), "rclone": peers.rclone(laid, store),
             "curl": peers.curl(laid, store, site.scratch), "det": direct(site, laid)}
    goals = [cpu("curl", 3.9 / site.fixtures.divisor, unit="s more"), wall("rclone", 1.2)]
    yield case(site, "a-md5", "1 object whose ETag is its MD5, checked; requests are signed", laid, tools, goals, 32,
               after={"det": digest_is_checked(laid, "md5")})


def small(site):
    laid, _ = site.in_static_store("c")
    tools = object_tools(site, laid, direct(site, laid, "--verify", "size"))
    memory_tools = {**tools, "official det": peers.official(laid, {**site.environment, **peers.AWS})}
    goals = [cpu("s5cmd", 0.35), cpu("curl", 1.3), cpu("official det", 0.03), wall("s5cmd", 0.45),
             wall("official det", 0.05)]
    yield case(site, "c", "2,000 objects of 64 KiB", laid, memory_tools, goals, 24)
    yield case(site, "c-disk", "the same to disk", laid, tools, on_disk=True)


def many_checkpoints(site):
    laid, experiment = site.in_static_store("d")
    ours = peers.det_experiment(site.det, experiment, site.environment, "--mode", "direct", "--verify", "size")
    tools = object_tools(site, laid, ours)
    yield case(site, "d", "20 checkpoints of 50 MiB and 20 files of 0.5 to 8 KB", laid, tools,
               [cpu("s5cmd", 0.75), wall("s5cmd", 0.8)], 32)
    yield case(site, "d-disk", "the same to disk", laid, tools, on_disk=True)


def shared_fs(site):
    """Copies on one file system, which is the disk's and then the memory's."""
    at_most = {"a": 1.1, "d": 1.1, "c": 1.3}
    for kind, root, on_disk in (("disk", site.scratch, True), ("memory", site.memory, False)):
        for dataset, bound in at_most.items():
            laid, experiment = site.on_file_system(dataset, kind, root)
            flags = ["--mode", "direct"]

            def ours(*more, laid=laid, experiment=experiment):
                if len(laid.uuids) > 1:
                    return peers.det_experiment(site.det, experiment, site.environment, *flags, *more)
                return peers.det(site.det, laid, site.environment, *flags, *more)

            tools = {CONTROL: peers.copy(laid), "det": ours("--verify", "size"), "det, XXH3": ours()}
            goals = [cpu(CONTROL, bound), wall(CONTROL, bound), cpu(CONTROL, 1.6, ours="det, XXH3")]
            yield case(site, f"e-{dataset}-{kind}", f"shared_fs copy of {dataset}, {kind}", laid, tools, goals, 16,
                       on_disk)


def reflink(site):
    """In constant time: 16 times as many bytes cost no more."""
    root = site.sharing_blocks()
    laid, _ = site.on_file_system("a", "reflink", root)
    little, _ = site.on_file_system("small", "reflink", root)
    tools = {CONTROL: peers.copy(laid, "--reflink=always"), "det": direct(site, laid),
             "det, a 16th": direct(site, little)}
    made = case(site, "e-reflink", "shared_fs copy of a that shares blocks", laid, tools,
                [cpu("det, a 16th", 1.5), wall("det, a 16th", 1.5)], 16, on_disk=True)
    made.place, made.others = root / "out", {"det, a 16th": little}
    yield made


def archives(site):
    """A master's archive, packed beforehand and sent by nginx, so that only the receiving side is measured."""
    require("nginx", "curl")
    for dataset, packing, name in (("tar", "tar", "f-tar"), ("bf16", "tar.gz", "f-bf16"), ("fp32", "tar.gz", "f-fp32")):
        laid, _ = site.on_file_system(dataset, "archive", site.fixtures.root)
        archive = site.archives / f"{laid.uuids[0]}.{packing}"
        transfer_fixtures.pack(laid, archive)
        tools = {CONTROL: peers.copy(laid), "curl into tar": peers.curl_into_tar(laid, site.static.front_url, packing)}
        if packing == "tar":
            goals, what = [cpu("curl into tar", 1.1)], "tar of 2 files"
        else:
            tools["gzip into tar"] = peers.gunzip_into_tar(laid, archive)
            goals = [cpu("gzip into tar", 1.1), wall("curl into tar", 0.8 if dataset == "bf16" else 1.0)]
            what = f"tar.gz of 4 files, {'bf16 in fp32' if dataset == 'bf16' else 'fp32'}"
        tools["det"] = peers.det(site.det, laid, site.front_environment, "--mode", "master", "--verify", "size")
        yield case(site, name, f"a master's archive: {what}", laid, tools, goals, 16)


# What prepares the cases of these names.
PREPARE = {
    ("a", "a-crc32c"): large("a", "1 object of 2 GiB"),
    ("a-md5",): with_md5,
    ("b", "b-crc32c"): large("b", "4 objects of 512 MiB"),
    ("c", "c-disk"): small,
    ("d", "d-disk"): many_checkpoints,
    ("e-a-disk", "e-d-disk", "e-c-disk", "e-a-memory", "e-d-memory", "e-c-memory"): shared_fs,
    ("e-reflink",): reflink,
    ("f-tar", "f-bf16", "f-fp32"): archives,
}


def prepared(site, wanted, skip):
    """The cases that `wanted` means; skip(name, why) is told of those that cannot be run here."""
    for names, prepare in PREPARE.items():
        if not any(is_meant(name, wanted) for name in names):
            continue
        try:
            yield from (made for made in prepare(site) if is_meant(made.name, wanted))
        except Missing as missing:
            skip(", ".join(names), f"{missing} is missing")


def is_meant(name, wanted):
    """"c-disk" is meant by itself and by "c"; nothing wanted means all."""
    return not wanted or any(name == word or name.startswith(word + "-") for word in wanted)
