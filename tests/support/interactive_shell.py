"""An interactive shell on a terminal: a line is typed, completed and run, as a person does it."""

import os
import pty
import select
import signal
import time

READY = b"READY> "
TAB, ENTER, CANCEL = b"\t", b"\r", b"\x03"
COMMANDS = {
    "bash": ["bash", "--noprofile", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
# {script}: the completion of the program.
SET_UP = {
    "bash": ["PS1='READY> '", "bind 'set bell-style none'", "source {script}"],
    "zsh": ["PS1='READY> '", "autoload -Uz compinit; compinit -u -D", "source {script}"],
    "fish": ["function fish_prompt; printf 'READY> '; end", "set -g fish_autosuggestion_enabled 0", "source {script}"],
}


class InteractiveShell:
    """Ends with its context."""

    def __init__(self, shell, script, directory, environment):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            os.execvpe(COMMANDS[shell][0], COMMANDS[shell], environment)
        self._shown(lambda shown: shown, 5)
        for line in SET_UP[shell]:
            self.run(line.format(script=script))

    def complete(self, line, is_answered):
        """Types the line and has its end completed; what is shown until `is_answered` and a moment after."""
        os.write(self.terminal, line.encode() + TAB)
        deadline, shown = time.monotonic() + 10, b""
        while not is_answered() and time.monotonic() < deadline:
            shown += self._shown(lambda _: False, 0.05)
        return shown + self._shown(lambda _: False, 0.3)

    def cancel(self):
        """Leaves the line that stands there."""
        os.write(self.terminal, CANCEL)
        self._shown(lambda shown: READY in shown, 5)

    def run(self, line):
        """Runs the line, or what stands there; returns when the shell is ready for another."""
        os.write(self.terminal, line.encode() + ENTER)
        return self._shown(lambda shown: READY in shown.partition(b"\n")[2], 5)

    def _shown(self, is_enough, silence):
        shown = b""
        while not is_enough(shown) and select.select([self.terminal], [], [], silence)[0]:
            try:
                data = os.read(self.terminal, 65_536)
            except OSError:  # EIO: the shell is gone
                break
            if not data:
                break
            shown += data
        return shown

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
