"""The project's own files, for the lints: everything below the root but builds and version control."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_OURS = ("build", ".git", "__pycache__")
# The layers of ARCHITECTURE.md, which is also where product code lies.
LAYERS = ("model", "wire", "http", "client", "storage", "sources", "formatting", "master", "commands", "cli")


def files(*suffixes, below=("",)):
    """Paths relative to the root, sorted; of any suffix when none is named."""
    found = []
    for folder in below:
        for path in (ROOT / folder).rglob("*"):
            inner = path.relative_to(ROOT)
            if path.is_file() and not any(part in NOT_OURS for part in inner.parts):
                if not suffixes or path.suffix in suffixes:
                    found.append(inner)
    return sorted(set(found))


def lines(path):
    return (ROOT / path).read_text(errors="replace").splitlines()


def report(problems):
    """Prints them; the status of a lint."""
    problems = list(problems)
    print(*problems, sep="\n")
    print(f"{len(problems)} problem(s)")
    return 1 if problems else 0
