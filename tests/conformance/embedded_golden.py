#!/usr/bin/env python3
"""Our client prints against our master what it prints when a real master is replayed.

    embedded_golden.py --det PROGRAM [-v] [CASE...]
"""

import sys

from embedded_cases import Ours, judge_recordings, parse_arguments

import cluster as recorded


def main():
    arguments = parse_arguments(__doc__)
    return judge_recordings(Ours(arguments.det), arguments, recorded.recorded_cluster())


sys.exit(main())
