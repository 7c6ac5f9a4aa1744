"""What holds of a download whatever went wrong: a wrong or partial file never stands under its final name, nothing lies
outside the target, and a failure is one sentence.
"""

import re

FAILURE = re.compile(rb"((?!det: )[^\n]*\n)*det: [^\n]+\n(try: [^\n]+\n)?")
OURS = "det-receipt.json"
PARTIAL = re.compile(r"\.out\.det-partial")
SETTINGS = re.compile(r"home/(\.config/(determined/(auth\.json(\.lock)?)?)?)?|work/")
OUTSIDE = "outside"  # a folder beside the working directory, of the test's own
KILLED = -9


def files_below(folder):
    """Relative name to bytes; of a link, where it leads. Our own staging directory is not looked into."""
    found = {}
    for path in folder.rglob("*") if folder.exists() else ():
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_file() and not name.startswith(".det-partial/"):
            found[name] = path.read_bytes()
    return found


def wrong_files(place, expected):
    """Files under final names that are not what they should be."""
    for name, body in files_below(place.target).items():
        if name != OURS and expected.get(name) != body:
            what = "no file of the checkpoint" if name not in expected else f"wrong or partial ({len(body)} bytes)"
            yield f"{name!r} under its final name is {what}"


def strays(place):
    """What lies outside the target and its staging directory."""
    for path in place.sandbox.root.iterdir():
        if path.name not in ("home", "work", OUTSIDE):
            yield f"{path.name!r} lies outside the working directory"
    for name in place.sandbox.files():
        first = name.removeprefix("work/").split("/")[0]
        if not SETTINGS.fullmatch(name) and first != place.target.name and not PARTIAL.fullmatch(first):
            yield f"{name!r} lies outside the target"


def orphans(place):
    """What no finished download leaves."""
    for path in place.sandbox.work.rglob("*.det-partial"):
        yield f"{path.relative_to(place.sandbox.root)} is left"


def missing_files(place, expected):
    there = files_below(place.target)
    for name in sorted(set(expected) - set(there)):
        yield f"{name!r} is not there"
    if OURS not in there:
        yield "there is no receipt"


def problems(place, outcome, statuses, expected):
    """After one command."""
    if outcome.status not in statuses:
        yield f"status {outcome.status}, not {sorted(statuses)}; stderr {outcome.stderr[-600:]!r}"
    yield from wrong_files(place, expected)
    yield from strays(place)
    if outcome.status == 0:
        yield from missing_files(place, expected)
        yield from orphans(place)
    elif outcome.status != KILLED:
        if not FAILURE.fullmatch(outcome.stderr):
            yield f"stderr is not one sentence: {outcome.stderr[-600:]!r}"
        if outcome.stdout:
            yield f"stdout is not empty: {outcome.stdout[:200]!r}"


def problems_afterwards(place, expected, at_most=None):
    """A rerun against a store that keeps the rules ends well, and one more reads nothing. `at_most`: bytes that the first
    may ask for."""
    place.store.lie = place.store.listing_lie = "honest"
    place.store.bytes_per_second = None
    place.store.forget()
    again = place.download()
    yield from (f"rerun: {problem}" for problem in problems(place, again, {0}, expected))
    asked = sum(place.store.asked_bytes.values())
    if at_most is not None and asked > at_most:
        yield f"rerun: asked for {asked:,} bytes, {at_most:,} at most"
    if again.status == 0:
        yield from problems_of_idle_run(place, expected)


def problems_of_idle_run(place, expected):
    """Everything is there: nothing is read, and the list is asked for once at most."""
    place.store.forget()
    idle = place.download()
    yield from (f"third run: {problem}" for problem in problems(place, idle, {0}, expected))
    if place.store.gets or place.store.lists > 1:
        yield f"third run: asked for {dict(place.store.gets)} and {place.store.lists} lists"
