#!/usr/bin/env python3
"""`cmake --install` puts the program, its manual pages and its completions where systems look for them.

    installation.py --build FOLDER
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPLETIONS = {"det.bash": "share/bash-completion/completions/det", "_det": "share/zsh/site-functions/_det",
               "det.fish": "share/fish/vendor_completions.d/det.fish"}


def problems_of(prefix):
    for source, place in COMPLETIONS.items():
        if not (prefix / place).exists() or (prefix / place).read_bytes() != (ROOT / "completions" / source).read_bytes():
            yield f"{place} is not completions/{source}"
    pages = {page.name for page in (prefix / "share/man/man1").glob("*")}
    wanted = {"det.1" if prose.stem == "det" else f"det-{prose.stem}.1" for prose in (ROOT / "docs/man").glob("*.man")}
    if pages != wanted:
        yield f"manual pages {sorted(pages)}, not {sorted(wanted)}"
    for page in sorted(pages):
        if b".SH COMMANDS\n" not in (prefix / "share/man/man1" / page).read_bytes():
            yield f"{page} has no commands"
    version = subprocess.run([prefix / "bin/det", "--version"], capture_output=True, text=True)
    if version.returncode != 0:
        yield f"bin/det ends with {version.returncode}: {version.stderr}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    with tempfile.TemporaryDirectory(prefix="det-install-") as folder:
        subprocess.run(["cmake", "--install", parser.parse_args().build, "--prefix", folder], check=True,
                       stdout=subprocess.DEVNULL)
        problems = list(problems_of(pathlib.Path(folder)))
    print(*problems, sep="\n")
    print(f"{len(problems)} problem(s)")
    return 1 if problems else 0


sys.exit(main())
