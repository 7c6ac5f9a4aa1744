"""Rounds of a case: each tool once, one after the other; what each cost; and whether a round may be judged by."""

import mmap
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import time
from dataclasses import asdict, dataclass, field

import measure
from transfer_site import cpu_seconds

CONTROL = "cp"
MOST_OTHER_CORES, MOST_CONTROL_DEVIATION, FEWEST_ROUNDS = 0.3, 0.25, 5
SPARE_BYTES = 256 << 20
KERNEL_THREAD = 0x00200000  # PF_KTHREAD


@dataclass
class Round:
    number: int
    other_cores: float
    costs: dict  # tool -> measure.Cost

    def document(self):
        return {"number": self.number, "other_cores": round(self.other_cores, 3),
                "costs": {tool: asdict(cost) for tool, cost in self.costs.items()}}


@dataclass
class Record:
    """The rounds of one case; the first one only warms up."""

    rounds: list = field(default_factory=list)
    failures: dict = field(default_factory=dict)  # tool -> why it is not measured any more

    def counted(self):
        return self.rounds[1:]

    def gated(self):
        """Those in which the machine was left alone: others took little, and the control cost what it costs."""
        controls = [each.costs[CONTROL].cpu_ms for each in self.counted() if CONTROL in each.costs]
        usual = statistics.median(controls or [0])
        return [each for each in self.counted()
                if each.other_cores <= MOST_OTHER_CORES and CONTROL in each.costs
                and abs(each.costs[CONTROL].cpu_ms - usual) <= MOST_CONTROL_DEVIATION * usual]

    def judged(self):
        """The gated rounds, or all where none is: such figures say little."""
        return self.gated() or self.counted()

    def costs(self, tool):
        return [each.costs[tool] for each in self.judged() if tool in each.costs]

    def compared(self, ours, theirs, figure, combine):
        """`combine` of both tools' figures, for each round that has both."""
        return [combine(getattr(each.costs[ours], figure), getattr(each.costs[theirs], figure))
                for each in self.judged() if ours in each.costs and theirs in each.costs]


class Machine:
    """How many cores processes took that are none of ours."""

    def __init__(self, servers):
        self.servers = servers

    def begin(self):
        self.started, self.busy, self.ours = time.monotonic(), busy_seconds(), self._ours()

    def other_cores(self):
        """Since begin()."""
        others = busy_seconds() - self.busy - (self._ours() - self.ours)
        return max(others, 0.0) / (time.monotonic() - self.started)

    def _ours(self):
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in usages) + sum(map(cpu_seconds, self.servers)) + \
            kernel_seconds()


def busy_seconds():
    """All that was neither idle nor waiting; what the host took away counts as busy."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def kernel_seconds():
    """Of the kernel's threads: they write what we have written."""
    total = 0
    for place in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[6]) & KERNEL_THREAD:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def emptied(place, is_memory):
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    if not is_memory:
        os.sync()  # what the last tool left to be written is no cost of the next
    return place


def take_memory(size):
    """Has so many free bytes at hand for whoever asks next: a virtual machine gives free pages back to its host after a
    few seconds, and to get them again costs more than to fill them."""
    mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE).close()


def one_run(case, tool, environment, is_thorough):
    place = emptied(case.place, case.is_memory)
    take_memory(case.laid.bytes + SPARE_BYTES)
    command = case.tools[tool](place)
    (cost,) = measure.runs(command.argv, {**environment, **command.environment}, 1, cwd=command.directory)
    case.others.get(tool, case.laid).check(place, is_thorough)
    if tool in case.after:
        case.after[tool](place)
    return cost


def one_round(case, record, number, machine, environment):
    """Adds a round to `record`. A tool that fails, or leaves other bytes, is not asked again."""
    tools = [tool for tool in case.tools if tool not in record.failures]
    turn = number % len(tools) if tools else 0
    costs = {}
    machine.begin()
    for tool in tools[turn:] + tools[:turn]:
        try:
            costs[tool] = one_run(case, tool, environment, is_thorough=number == 0)
        except (subprocess.CalledProcessError, AssertionError, OSError, ValueError, LookupError) as failure:
            record.failures[tool] = failure_of(failure)
    record.rounds.append(Round(number, machine.other_cores(), costs))
    shutil.rmtree(case.place, ignore_errors=True)


def failure_of(failure):
    if isinstance(failure, subprocess.CalledProcessError):
        return "it ended with a failure"
    return str(failure) or repr(failure)
