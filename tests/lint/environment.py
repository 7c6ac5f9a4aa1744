#!/usr/bin/env python3
"""Every environment variable that the program reads stands in docs/environment.md, and none that it does not read."""

import re
import sys

import tree

PREFIXES = "DET|XDG|AWS|AZURE|GOOGLE|GCE|CLOUDSDK|STORAGE"
READ = re.compile(rf'"((?:{PREFIXES})_[A-Z0-9_]*[A-Z0-9]|HOME|TERM|NO_COLOR|CLICOLOR_FORCE|[a-z]+_proxy|[A-Z]+_PROXY)"')
NAMED = re.compile(rf"\b(?:(?:{PREFIXES})_[A-Z0-9_]*[A-Z0-9]|HOME|TERM|NO_COLOR|CLICOLOR_FORCE|[a-z]+_proxy|[A-Z]+_PROXY)\b")
# Put together from "AWS_ENDPOINT_URL_" and a service.
COMPOSED = {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_STS"}


def main():
    sources = [(tree.ROOT / path).read_text() for path in tree.files(".cpp", ".hpp", below=tree.LAYERS)]
    read = {name for text in sources for name in READ.findall(text)} | COMPOSED
    documented = set(NAMED.findall((tree.ROOT / "docs" / "environment.md").read_text()))
    problems = [f"docs/environment.md lacks {name}" for name in sorted(read - documented)]
    problems += [f"docs/environment.md has {name}, which nothing reads" for name in sorted(documented - read)]
    return tree.report(problems)


sys.exit(main())
