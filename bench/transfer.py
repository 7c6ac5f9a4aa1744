#!/usr/bin/env python3
"""What moving checkpoints costs beside the programs that people use for it today, as ratios of the same round.

    bench/transfer.py [--det PROGRAM] [--cases a,c-disk,...] [--rounds N] [--quick] [--fixtures DIR] [--json FILE]

Cases: a, b large objects; c many small ones; d many checkpoints; e copies on a file system; f archives of a master;
i a resume; j a rerun. Run it with the release build on a quiet machine: a round in which other processes took more than
0.3 cores, or whose `cp` cost more than a quarter off its median, is not judged by, and fewer than 5 rounds leave a goal
open. A peak of memory below that of the small process that starts each tool, 13 MiB or less, is shown as that.
"""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import sys
import tempfile

import transfer_cases
import transfer_checks
import transfer_peers
from transfer_fixtures import Fixtures
from transfer_rounds import FEWEST_ROUNDS, Machine, Record, one_round
from transfer_site import Missing, Site

ROOT = pathlib.Path(__file__).resolve().parents[1]
FIGURES = {"cpu_ms": "CPU", "wall_ms": "wall"}


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def heading(*cells):
    row(*cells)
    row(*("---" for _ in cells))


def print_costs(record, tools):
    heading("tool", "CPU s", "wall s", "peak MiB", "rounds")
    for tool in tools:
        costs = record.costs(tool)
        if costs:
            medians = [statistics.median(getattr(cost, figure) for cost in costs)
                       for figure in ("cpu_ms", "wall_ms", "peak_mib")]
            row(tool, f"{medians[0] / 1000:.3f}", f"{medians[1] / 1000:.3f}", f"{medians[2]:.1f}", str(len(costs)))
        if tool in record.failures:
            row(tool, record.failures[tool], "", "", "")


def verdict(is_met, rounds, is_quick):
    if is_quick:
        return "quick, not judged"
    if rounds < FEWEST_ROUNDS:
        return "open"
    return "pass" if is_met else "FAIL"


def goal_row(record, goal, is_quick):
    def combine(ours, theirs):
        return ours / theirs if goal.unit == "times" else (ours - theirs) / 1000

    compared = record.compared(goal.ours, goal.theirs, goal.figure, combine)
    name = f"{FIGURES[goal.figure]}, {goal.ours} {'/' if goal.unit == 'times' else '-'} {goal.theirs}"
    wanted = f"at most {goal.at_most:.2f}{'' if goal.unit == 'times' else ' s'}"
    if not compared:
        return name, "not measured", wanted, "FAIL" if goal.ours in record.failures else "open"
    median = statistics.median(compared)
    gated = sum(goal.ours in each.costs and goal.theirs in each.costs for each in record.gated())
    return (name, f"{median:.2f} [{min(compared):.2f}-{max(compared):.2f}]", wanted,
            verdict(median <= goal.at_most, gated, is_quick))


def memory_row(record, most_mib, is_quick):
    costs = record.costs("det")
    wanted = f"at most {most_mib:.0f} MiB"
    if not costs:
        return "peak memory of det", "not measured", wanted, "FAIL" if "det" in record.failures else "open"
    most = max(cost.peak_mib for cost in costs)
    return "peak memory of det", f"{most:.1f} MiB", wanted, verdict(most <= most_mib, len(costs), is_quick)


def print_case(case, record, is_quick):
    """Its tables; whether a goal was missed."""
    if not record.counted():
        return False
    others = statistics.median(each.other_cores for each in record.counted())
    gated = len(record.gated())
    where = "memory" if case.is_memory else "disk"
    print(f"\n### {case.name}: {case.what}, to {where}; {gated} of {len(record.counted())} rounds gated, others took "
          f"{others:.2f} cores" + ("" if gated else "; figures of rounds that were not gated") + "\n")
    print_costs(record, case.tools)
    rows = [goal_row(record, goal, is_quick) for goal in case.goals]
    if case.most_mib:
        rows.append(memory_row(record, case.most_mib, is_quick))
    if rows:
        print()
        heading("goal", "median [min-max]", "wanted", "verdict")
        for cells in rows:
            row(*cells)
    return any(cells[-1] == "FAIL" for cells in rows)


def run_check(check, det):
    """Its lines; whether it failed."""
    print(f"\n### {check.name}: {check.what}\n")
    heading("found", "verdict")
    verdicts = []

    def say(found, holds):
        verdicts.append(holds)
        row(found, "pass" if holds else "FAIL")

    try:
        check.run(det, say)
    except (AssertionError, OSError, RuntimeError) as failure:
        say(str(failure), False)
    return not all(verdicts)


def save(path, records):
    if path:
        document = {"load": os.getloadavg(), "cores": os.cpu_count(), "peers": transfer_peers.versions(),
                    "cases": {name: {"rounds": [each.document() for each in record.rounds],
                                     "failures": record.failures} for name, record in records.items()}}
        pathlib.Path(path).write_text(json.dumps(document, indent=1) + "\n")


def measured(arguments, site, cases):
    """The records of all cases, as far as an interrupt let it come."""
    records = {case.name: Record() for case in cases}
    machine = Machine(site.servers)
    with contextlib.suppress(KeyboardInterrupt):
        for number in range(arguments.rounds):
            for case in cases:
                print(f"round {number + 1} of {arguments.rounds}, {case.name}", file=sys.stderr, flush=True)
                one_round(case, records[case.name], number, machine, site.environment)
            save(arguments.json, records)
    return records


def prepared_checks(arguments, site, skip):
    for name in transfer_checks.CHECKS:
        if not transfer_cases.is_meant(name, arguments.cases):
            continue
        try:
            yield transfer_checks.CHECKS[name](site, max(1, arguments.rounds - 2))
        except Missing as missing:
            skip(name, f"{missing} is missing")


def run(arguments, scratch, memory):
    """The exit status: 1 when a goal was missed."""
    def skip(name, why):
        print(f"skipped: {name}: {why}", flush=True)

    for name, version in transfer_peers.versions().items():
        print(f"{name}: {version}")
    fixtures = Fixtures(arguments.fixtures or scratch / "fixtures", 16 if arguments.quick else 1)
    site = Site(arguments.det, fixtures, scratch, memory)
    try:
        cases = list(transfer_cases.prepared(site, arguments.cases, skip))
        checks = list(prepared_checks(arguments, site, skip))
        site.start()
        records = measured(arguments, site, cases)
        missed = [print_case(case, records[case.name], arguments.quick) for case in cases]
        missed += [run_check(check, arguments.det) for check in checks]
        return 1 if any(missed) else 0
    finally:
        site.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--det", default=str(ROOT / "build/release/cli/det"),
                        type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--cases", default=[], type=lambda text: text.split(","),
                        help="of a, b, c, d, e, f, i, j, or parts of one, as c-disk; all without")
    parser.add_argument("--rounds", type=int, default=7, help="the first is not counted")
    parser.add_argument("--quick", action="store_true", help="a 16th of the bytes; nothing is judged")
    parser.add_argument("--fixtures", help="where the generated files stay; they go without")
    parser.add_argument("--scratch", help="a folder on the disk to measure (default: a temporary one)")
    parser.add_argument("--memory", default="/dev/shm", help="a folder in memory")
    parser.add_argument("--json", metavar="FILE", help="keeps every round")
    arguments = parser.parse_args()
    near = arguments.scratch or arguments.fixtures
    if near:
        pathlib.Path(near).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="det-bench-", dir=near) as scratch, \
            tempfile.TemporaryDirectory(prefix="det-bench-", dir=arguments.memory) as memory:
        return run(arguments, pathlib.Path(scratch).resolve(), pathlib.Path(memory).resolve())


if __name__ == "__main__":
    sys.exit(main())
