"""The bytes that bench/transfer.py moves: the same everywhere, and such that no compression helps unless it is to.

Every dataset is generated once, below `base`, and laid out for each kind of storage by hard links, because a
checkpoint's folder is named by its uuid and a master knows each uuid once.
"""

import array
import filecmp
import os
import pathlib
import random
import shutil
import subprocess
from dataclasses import dataclass

MIB = 1 << 20
DATASETS = ("a", "b", "c", "d", "tar", "bf16", "fp32", "small")
KINDS = ("plain", "crc32c", "md5", "disk", "memory", "reflink", "archive", "resume")
FLOATS_OF_A_BLOCK = MIB  # 4 MiB: farther apart than deflate looks back


def contents(dataset, divisor):
    """What each checkpoint holds: its files' sizes by their paths."""
    if dataset == "a":
        return [{"model.bin": 2048 * MIB // divisor}]
    if dataset == "small":
        return [{"model.bin": 128 * MIB // divisor}]
    if dataset in ("b", "tar"):
        return [{f"shard{n}.bin": 512 * MIB // divisor for n in range(1, 5 if dataset == "b" else 3)}]
    if dataset == "c":
        return [{f"f{n:04}.bin": 64 << 10 for n in range(2000 // divisor)}]
    if dataset == "d":
        code = {f"code/s{n:02}.json": 500 + 400 * n for n in range(20)}
        return [{**code, "state_dict.pth": 50 * MIB // divisor} for _ in range(20)]
    return [{f"part{n}.bin": 64 * MIB // divisor for n in range(4)}]


class Keystream:
    """AES-128 in counter mode over zeros; the key is a number."""

    def __init__(self, key):
        self.process = subprocess.Popen(["openssl", "enc", "-aes-128-ctr", "-K", f"{key:032x}", "-iv", "0", "-in",
                                         "/dev/zero"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def pieces(self, size):
        while size:
            piece = self.process.stdout.read(min(size, MIB))
            assert piece, "openssl ended"
            size -= len(piece)
            yield piece

    def close(self):
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()


class Floats:
    """Normally distributed 32-bit floats, one block again and again; bf16: only the upper half of each is used."""

    def __init__(self, seed, is_bf16):
        source = random.Random(seed)
        block = bytearray(array.array("f", (source.gauss(0, 0.02) for _ in range(FLOATS_OF_A_BLOCK))).tobytes())
        if is_bf16:
            block[0::4] = block[1::4] = bytes(FLOATS_OF_A_BLOCK)
        self.block = bytes(block)

    def pieces(self, size):
        while size:
            piece = self.block[:size]
            size -= len(piece)
            yield piece

    def close(self):
        pass


@dataclass
class Laid:
    """A dataset as one kind of storage has it: `folder`/UUID/path."""

    dataset: str
    folder: pathlib.Path
    files: dict  # uuid -> path -> size

    @property
    def uuids(self):
        return list(self.files)

    def paths(self):
        return {f"{uuid}/{path}": size for uuid, files in self.files.items() for path, size in files.items()}

    @property
    def bytes(self):
        return sum(self.paths().values())

    def check(self, place, is_thorough):
        """AssertionError unless `place`/UUID/path is there for each file, with its size or also its bytes."""
        for path, size in self.paths().items():
            found = place / path
            assert found.is_file() and found.stat().st_size == size, f"{found} is missing or has another size"
            assert not is_thorough or filecmp.cmp(found, self.folder / path, shallow=False), f"{found} is different"


class Fixtures:
    def __init__(self, root, divisor):
        self.root, self.divisor = pathlib.Path(root).resolve(), divisor

    @property
    def bucket(self):
        return self.root / "bench"

    def base(self, dataset):
        """`base`/DATASET/NUMBER/path, generated when it is not there yet."""
        place = self.root / "base" / dataset
        if not place.exists():
            unfinished = place.with_name(dataset + ".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            self._generate(dataset, unfinished)
            unfinished.rename(place)
        return place

    def _generate(self, dataset, place):
        key = DATASETS.index("b" if dataset == "tar" else "a" if dataset == "small" else dataset) + 1
        source = Floats(key, dataset == "bf16") if dataset in ("bf16", "fp32") else Keystream(key)
        for number, files in enumerate(contents(dataset, self.divisor)):
            for path, size in files.items():
                target = place / str(number) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with open(target, "wb") as file:
                    for piece in source.pieces(size):
                        file.write(piece)
        source.close()

    def lay(self, dataset, kind, root=None):
        """Below `root`/KIND/DATASET, or in the bucket: linked on the same file system, copied to another."""
        base, folder = self.base(dataset), (root or self.bucket) / kind / dataset
        files = {}
        for number, sizes in enumerate(contents(dataset, self.divisor)):
            uuid = f"{KINDS.index(kind):04x}{DATASETS.index(dataset):04x}-0000-4000-8000-{number:012x}"
            files[uuid] = dict(sorted(sizes.items()))
            for path in sizes:
                link_or_copy(base / str(number) / path, folder / uuid / path)
        laid = Laid(dataset, folder, files)
        keep_resident([folder / path for path in laid.paths()])
        return laid


def link_or_copy(source, target):
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.stat().st_dev == target.parent.stat().st_dev:
        os.link(source, target)
    else:
        shutil.copyfile(source, target)


def keep_resident(files):
    """Reads the files, so that nothing measured waits for the disk, and says when the memory does not hold them."""
    for file in files:
        with open(file, "rb") as data:
            while data.read(8 * MIB):
                pass
    if not shutil.which("fincore"):
        return
    for start in range(0, len(files), 500):
        listing = subprocess.run(["fincore", "--bytes", "--noheadings", "--output", "RES,SIZE",
                                  *map(str, files[start:start + 500])], check=True, capture_output=True, text=True)
        for line in listing.stdout.splitlines():
            resident, size = map(int, line.split())
            if resident < size:
                print(f"not wholly in memory: {size - resident} bytes of a file of {size}", flush=True)


def pack(laid, target):
    """The one checkpoint of `laid` as a master packs it: tar, or tar.gz by the name of `target`."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    (uuid,) = laid.uuids
    words = ["tar", "-C", str(laid.folder / uuid), "-c", *laid.files[uuid]]
    unfinished = target.with_name(target.name + ".unfinished")
    with open(unfinished, "wb") as file:
        if target.suffix == ".gz":
            tar = subprocess.Popen(words, stdout=subprocess.PIPE)
            subprocess.run(["gzip", "-1", "-c"], stdin=tar.stdout, stdout=file, check=True)
            assert tar.wait() == 0
        else:
            subprocess.run(words, stdout=file, check=True)
    unfinished.rename(target)
    keep_resident([target])
