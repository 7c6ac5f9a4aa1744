#!/usr/bin/env python3
"""Running a program and what it cost: CPU time, wall time, peak memory. Its output goes to a file or nowhere.

    measure.py OUTPUT TIMES PROGRAM [ARGUMENT...]      runs it so often and prints the three figures of each run

A program inherits the peak memory of the process that starts it, so it is started by a small one: by this file.
"""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Cost:
    cpu_ms: float
    wall_ms: float
    peak_mib: float


def runs(argv, environment, times, output=os.devnull, cwd=None):
    """`environment` names PATH. Fails when the program does."""
    starter = [sys.executable, "-I", "-S", os.path.abspath(__file__), output, str(times), *argv]
    done = subprocess.run(starter, env=environment, cwd=cwd, stdout=subprocess.PIPE, text=True, check=True)
    return [Cost(*map(float, line.split())) for line in done.stdout.splitlines()]


def median(argv, environment, times, **options):
    """The median of each figure, after one run that is not counted."""
    costs = runs(argv, environment, times + 1, **options)[1:]
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs)
                  for name in ("cpu_ms", "wall_ms", "peak_mib")))


def run_once(argv, actions):
    started = time.perf_counter()
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    if status != 0:
        sys.exit(f"{argv} ended with {os.waitstatus_to_exitcode(status)}")
    print(1000 * (usage.ru_utime + usage.ru_stime), 1000 * wall, usage.ru_maxrss / 1024)


def main():
    output, times, *argv = sys.argv[1:]
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    for _ in range(int(times)):
        run_once(argv, actions)


if __name__ == "__main__":
    main()
