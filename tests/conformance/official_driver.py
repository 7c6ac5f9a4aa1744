"""Runs commands of the official client, or calls of its SDK, each in a fork of one process that has imported it: its start
costs a second.

Read by the interpreter that has the official client installed, which takes DET_MASTER and its own name when it is
imported. One JSON object a line on stdin: argv or python, cwd, environment, stdin; one on stdout: status, stdout, stderr.
"""

import json
import os
import sys
import tempfile

sys.argv[0] = "det"

from determined.cli import cli  # noqa: E402
from determined.experimental import client  # noqa: E402


def forked(order):
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(order["stdin"].encode())
        given.seek(0)
        pid = os.fork()
        if pid == 0:
            become_client(order, (given, out, err))
        _, status = os.waitpid(pid, 0)
        return {"status": os.waitstatus_to_exitcode(status), "stdout": content(out), "stderr": content(err)}


def become_client(order, streams):
    status = 70
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
        os.setsid()  # without a terminal, a password is read from stdin
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["cwd"])
        try:
            if "python" in order:
                exec(order["python"], {"client": client})
            else:
                cli.main(order["argv"])
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def content(stream):
    stream.seek(0)
    return stream.read().decode(errors="replace")


for line in sys.stdin:
    print(json.dumps(forked(json.loads(line))), flush=True)
