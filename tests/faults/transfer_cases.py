"""What a store does to a download, and the statuses that this may end with. 7: bytes or names are not what they should
be; 10: the store refused or went away."""

from dataclasses import dataclass, field

from lying_store import in_parts, with_crc32c, without_digest
from stored_checkpoint import LARGE, LARGE_BYTES, content, ordinary_files

REFUSED, GONE = {7}, {7, 10}
SMALL = "shards/007.bin"  # comes by one request

# A lie of store_lies.py about the one large object, and how that ends.
OBJECT_LIES = {
    "busy_503_then_well": {0}, "busy_429_then_well": {0}, "busy_for_ever": {10}, "refused": {10}, "gone": {10},
    "reset_once": {0}, "reset": {0, 10}, "stall_once": {0},
    # A server may give less at once than was asked for; what it says of its length must hold.
    "short_with_honest_range": {0, 7, 10}, "short_with_honest_length": {0, 7, 10}, "short_of_its_length": {0, 7, 10},
    "long": {0, 7, 10}, "whole_instead_of_range": {0, 7, 10}, "another_range": GONE,
    "replaced_and_noticed": GONE, "replaced_unnoticed": GONE, "flipped": REFUSED,
}
# Those that are told between two requests for one object.
LIES_OF_PARTS = {"replaced_and_noticed", "replaced_unnoticed"}
LISTING_LIES = {
    "repeated_token": GONE, "changing_tokens": GONE, "failing_second_page": {10}, "busy_second_page": {0},
    "no_list": {10}, "cut_list": GONE, "no_xml": GONE,
}
PAGE_SIZE = 10  # of a store that lies about its list


@dataclass
class Objects:
    """What lies in the store besides the ordinary files."""

    statuses: set
    besides: dict = field(default_factory=dict)  # name below the checkpoint to bytes or Stored
    listed_twice: dict = field(default_factory=dict)  # the same, shown a second time

    def fits_json(self):
        """Whether a master could list the names."""
        return all(name == name.encode(errors="ignore").decode() for name in self.besides)


def small(name="small"):
    return content(name, 1000)


# Names that no directory can hold, or that lead out of it.
HOSTILE_NAMES = ("../escape", "../../escape", "x/../../escape", "/abs", "a//b", ".", "..", "a/./b", "y" * 256,
                 "nul\0byte", ".det-partial/x")
# Names that are only unusual.
ODD_NAMES = ("a b", "two\nlines", "+&%41", "a:b?c#d", "\u00e9\u65e5\u672c", "\x1b[31mred", "x" * 255, "...")

OBJECTS = {
    **{f"the name {name[:40]!r}": Objects(REFUSED, {name: small()}) for name in HOSTILE_NAMES},
    "odd names": Objects({0}, {name: small(name) for name in ODD_NAMES}),
    "a name that is not UTF-8": Objects({0}, {"caf\udce9": small()}),
    "a file and a folder of one name": Objects({7, 11}, {"a": small(), "a/b": small()}),
    "names that differ in case": Objects({0}, {"Model.bin": small("M"), "MODEL.BIN": small("MODEL")}),
    "a key listed twice": Objects({0, 7}, listed_twice={"metadata.json": ordinary_files()["metadata.json"]}),
    "a key listed twice, with other content": Objects({0, 7}, listed_twice={"metadata.json": small()}),
    "empty objects": Objects({0}, {f"empty{number}": b"" for number in range(5)}),
    "objects that mark folders": Objects({0}, {"folder/": b"", "folder/file": small(), "lone/": b""}),
    "a receipt among the files": Objects({0}, {"det-receipt.json": small()}),
}

# How an object is put of which a bit is flipped, its size, and how that ends. Where nothing is known of its bytes, the
# download may end well, but its receipt does not say that this file was checked.
DIGESTS = {"with its CRC32C": (with_crc32c, 100_000, REFUSED),
           "with its CRC32C, which only a HEAD states": (with_crc32c, (16 << 20) + 1, REFUSED), "in parts": (in_parts, LARGE_BYTES, {0}),
           "without a digest": (without_digest, LARGE_BYTES, {0})}


def files_with(stored, size):
    """The ordinary ones, the large one of that size and as `stored` puts it."""
    return {**ordinary_files(), LARGE: stored(content(LARGE, size))}
