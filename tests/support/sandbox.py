"""A place of its own for one command: home, settings, working directory; and running it, piped or on terminals."""

import contextlib
import fcntl
import json
import os
import pathlib
import select
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time
from dataclasses import dataclass

# Wider than any recorded row, so that nothing is cut to fit.
WIDE_TERMINAL = (50, 4000)
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS")


@dataclass
class Outcome:
    status: int
    stdout: bytes
    stderr: bytes
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_kib: int = 0


class Sandbox:
    """Removed on exit. `work` is the working directory; HOME and the XDG folders lie beside it."""

    def __init__(self, master_url):
        self._directory = tempfile.TemporaryDirectory(prefix="det-test-")
        self.root = pathlib.Path(self._directory.name).resolve()
        self.home, self.work = self.root / "home", self.root / "work"
        self.home.mkdir()
        self.work.mkdir()
        self.master_url = master_url

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._directory.cleanup()

    @property
    def token_file(self):
        return self.home / ".config" / "determined" / "auth.json"

    def environment(self, **changes):
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        fixed = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / ".config"),
                 "XDG_CACHE_HOME": str(self.home / ".cache"), "TMPDIR": str(self.root), "DET_MASTER": self.master_url,
                 "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm", "NO_COLOR": "1", "no_proxy": "*"}
        return {**kept, **fixed, **changes}

    def write_token(self, token, active_user=""):
        entry = {"tokens": {"determined": token}}
        if active_user:
            entry["active_user"] = active_user
        self.token_file.parent.mkdir(parents=True, mode=0o700)
        self.token_file.write_text(json.dumps({"version": 1, "masters": {self.master_url: entry}}))
        self.token_file.chmod(0o600)

    def files(self):
        """Everything that lies in the home and in the working directory, directories with a slash."""
        found = [path for base in (self.home, self.work) for path in base.rglob("*")]
        return sorted(str(path.relative_to(self.root)) + ("/" if path.is_dir() else "") for path in found)

    def piped(self, argv, environment=None, stdin=b"", timeout=60):
        with contextlib.ExitStack() as stack:
            given, out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
            given.write(stdin)
            given.seek(0)
            started = time.monotonic()
            process = subprocess.Popen(argv, cwd=self.work, env=environment or self.environment(), stdin=given,
                                       stdout=out, stderr=err)
            watchdog = stack.enter_context(_watchdog(process, timeout))
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - started
            watchdog.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            return Outcome(process.returncode, out.read(), err.read(), seconds, usage.ru_utime + usage.ru_stime,
                           usage.ru_maxrss)

    def on_terminals(self, argv, environment=None, typed=b"", timeout=60):
        """stdout is one terminal; stdin and stderr are another, the controlling one. Each line of `typed` is typed
        when the command waits behind a prompt, the end of input when there is none left."""
        started = time.monotonic()
        (out, out_end), (tty, tty_end) = _terminal(), _terminal()
        pid = os.fork()
        if pid == 0:
            _become(argv, environment or self.environment(), self.work, out_end, tty_end)
        os.close(out_end)
        os.close(tty_end)
        stdout, stderr = _drain(out, Typist(tty, typed), pid, started + timeout)
        _, wait_status = os.waitpid(pid, 0)
        return Outcome(os.waitstatus_to_exitcode(wait_status), stdout, stderr, time.monotonic() - started)


@contextlib.contextmanager
def _watchdog(process, timeout):
    """Kills a process that takes longer."""
    timer = threading.Timer(timeout, process.kill)
    timer.start()
    try:
        yield timer
    finally:
        timer.cancel()


def _terminal():
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *WIDE_TERMINAL, 0, 0))
    return ours, theirs


def _become(argv, environment, directory, out_end, tty_end):
    try:
        os.setsid()
        fcntl.ioctl(tty_end, termios.TIOCSCTTY, 0)
        for descriptor, number in ((tty_end, 0), (out_end, 1), (tty_end, 2)):
            os.dup2(descriptor, number)
        os.closerange(3, 256)
        os.chdir(directory)
        os.execvpe(argv[0], argv, environment)
    finally:
        os._exit(127)


class Typist:
    """Answers prompts on a terminal: text that has no end of line and is followed by silence."""

    def __init__(self, tty, typed):
        self.tty, self.seen, self.lines, self.answered_at = tty, bytearray(), typed.splitlines(keepends=True), 0

    def silence(self):
        if len(self.seen) > self.answered_at and not self.seen.endswith((b"\n", b"\r")):
            os.write(self.tty, self.lines.pop(0) if self.lines else b"\x04")
            self.answered_at = len(self.seen)


def _drain(out, typist, pid, deadline):
    stdout, open_ends = bytearray(), [out, typist.tty]
    while open_ends and time.monotonic() < deadline:
        ready, _, _ = select.select(open_ends, [], [], 0.1)
        if not ready:
            typist.silence()
        for end in ready:
            try:
                data = os.read(end, 65_536)
            except OSError:  # EIO: the last process on the other end is gone
                data = b""
            (stdout if end == out else typist.seen).extend(data)
            if not data:
                open_ends.remove(end)
    if open_ends:
        os.kill(pid, signal.SIGKILL)
    os.close(out)
    os.close(typist.tty)
    return bytes(stdout), bytes(typist.seen)
