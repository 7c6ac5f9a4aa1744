#!/usr/bin/env python3
"""The embedded master's life: started, started twice, killed, started again, stopped; with what may go wrong."""

import argparse
import json
import pathlib
import signal
import socket
import stat
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "support"))
from local_master import PASSWORD, LocalMaster, free_port, local_master  # noqa: E402
from sandbox import Sandbox  # noqa: E402

WHO = (0, b"You are logged in as user 'determined'\n")


def who(master, **changes):
    done = master.run("user", "whoami", **changes)
    return done.status, done.stdout


def it_signs_in_whoever_started_it(det):
    with Sandbox("") as sandbox:
        master = LocalMaster(det, sandbox)
        done = master.up("--json")
        assert done.status == 0, done
        said = json.loads(done.stdout)
        try:
            assert said["url"] == master.url and len(said["password"]) >= 16, said
            assert who(master) == WHO
            assert who(master, DET_MASTER=f"127.0.0.1:{master.port}") == WHO
            login = master.run("user", "login", "admin", "--password-stdin", stdin=said["password"].encode())
            assert login.status == 0, login
        finally:
            master.down()


def a_second_start_says_so(det):
    with local_master(det) as master:
        done = master.up()
        assert done.status == 0 and b"runs already" in done.stderr and not done.stdout, done


def sessions_and_users_survive_a_kill(det):
    with local_master(det) as master:
        master.kill()
        assert master.run("user", "whoami").status == 9
        done = master.up()
        assert done.status == 0 and b"Password" not in done.stdout, done
        assert who(master) == WHO
        login = master.run("user", "login", "admin", "--password-stdin", stdin=PASSWORD.encode())
        assert login.status == 0, login


def a_stop_is_final_and_may_be_repeated(det):
    with local_master(det) as master:
        assert master.down().status == 0
        assert master.run("user", "whoami").status == 9
        assert master.down().status == 0
        assert not (master.folder / "master.json").exists()


def what_lies_on_disk_is_its_owners_alone(det):
    with local_master(det) as master:
        assert stat.S_IMODE(master.folder.stat().st_mode) == 0o700
        for name in ("catalogue.sqlite", "master.log"):
            mode = stat.S_IMODE((master.folder / name).stat().st_mode)
            assert mode == 0o600, (name, oct(mode))
        kept = b"".join(path.read_bytes() for path in master.folder.iterdir() if path.is_file())
        assert PASSWORD.encode() not in kept
        token = next(iter(json.loads(master.sandbox.token_file.read_text())["masters"].values()))["tokens"]["determined"]
        assert token.encode() not in kept


def a_port_that_is_taken_is_named(det):
    with Sandbox("") as sandbox, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = LocalMaster(det, sandbox, port).up()
        assert done.status == 1 and f":{port}".encode() in done.stderr and not done.stdout, done


def two_clusters_stand_beside_each_other(det):
    with local_master(det) as master:
        port = free_port()
        other = ("--cluster-name", "second")
        done = master.run("deploy", "local", "cluster-up", "--master-port", port, *other)
        assert done.status == 0, done
        assert who(master, DET_MASTER=f"localhost:{port}") == WHO
        assert master.run("deploy", "local", "cluster-down", *other).status == 0
        assert who(master) == WHO


def in_the_foreground_it_ends_with_a_signal(det):
    for number in (signal.SIGINT, signal.SIGTERM):
        with Sandbox("") as sandbox:
            master = LocalMaster(det, sandbox)
            process = subprocess.Popen([det, "deploy", "local", "cluster-up", "--foreground", "--master-port",
                                        str(master.port)], env=master.environment(), stdout=subprocess.PIPE)
            assert process.stdout.readline().startswith(b"The master answers at")
            assert who(master) == WHO
            process.send_signal(number)
            assert process.wait(timeout=20) == 0
            process.stdout.close()


def it_does_not_wait_for_its_terminal(det):
    """Whoever reads the output of cluster-up is not kept by the master."""
    with Sandbox("") as sandbox:
        master = LocalMaster(det, sandbox)
        started = time.monotonic()
        subprocess.run(f"{det} deploy local cluster-up --master-port {master.port} | cat", shell=True, check=True,
                       env=master.environment(), stdout=subprocess.DEVNULL, timeout=20)
        assert time.monotonic() - started < 10
        assert who(master) == WHO
        master.down()


def a_password_that_nobody_saw_is_made_again(det):
    with Sandbox("") as sandbox, socket.create_server(("127.0.0.1", 0)) as taken:
        assert LocalMaster(det, sandbox, taken.getsockname()[1]).up().status == 1
        master = LocalMaster(det, sandbox)
        assert master.run("--timeout", "0.001", "deploy", "local", "cluster-up", "--master-port", master.port).status == 124
        done = master.up()
        assert done.status == 0 and b"shown only now" in done.stdout, done
        password = done.stdout.split(b"shown only now: ")[1].split(b"\n")[0]
        login = master.run("user", "login", "admin", "--password-stdin", stdin=password)
        assert login.status == 0, login
        master.down()
        assert b"shown only now" not in master.up().stdout
        master.down()


def names_of_files_are_meant_from_here(det):
    with Sandbox("") as sandbox:
        master = LocalMaster(det, sandbox)
        (sandbox.work / "master.yaml").write_text(f"checkpoint_storage: {{type: directory, container_path: {sandbox.work}/c}}\n")
        done = master.up("--master-config-path", "master.yaml")
        assert done.status == 0, done
        master.down()


def a_password_is_not_shown_to_others(det):
    with local_master(det) as master:
        shown = pathlib.Path(f"/proc/{master.pid}/cmdline").read_bytes()
        assert PASSWORD.encode() not in shown and b"cluster-up" in shown, shown


def of_several_starts_one_wins_and_the_others_say_so(det):
    with Sandbox("") as sandbox:
        master = LocalMaster(det, sandbox)
        command = [det, "deploy", "local", "cluster-up", "--master-port", str(master.port)]
        started = [subprocess.Popen(command, env=master.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for _ in range(4)]
        ended = [(process.communicate(timeout=30), process.returncode) for process in started]
        try:
            assert all(status == 0 for _, status in ended), ended
            assert sum(b"runs already" in err for (_, err), _ in ended) == 3, ended
            assert who(master) == WHO
        finally:
            master.down()


def what_cannot_be_is_refused(det):
    refused = {("--bind-address", "0.0.0.0"): 2, ("--initial-user-password", ""): 2, ("--cluster-name", "../x"): 2,
               ("--tls-cert", "x"): 2, ("--master-port", "70000"): 2, ("--master-config-path", "/dev/null"): 11,
               ("--master-config-path", "x", "--storage-host-path", "y"): 2}
    for flags, status in refused.items():
        with Sandbox("") as sandbox:
            done = LocalMaster(det, sandbox).up(*flags)
            assert done.status == status and not done.stdout and done.stderr.startswith(b"det: "), (flags, done)


def a_storage_that_names_no_place_is_refused(det):
    for storage, why in (('{"type": "s3"}', b"checkpoint_storage.bucket is missing"),
                         ('{"type": "gcs", "bucket": "b", "prefix": 5}', b"checkpoint_storage.prefix is not a string"),
                         ('{"type": "azure", "account_url": "x"}', b"checkpoint_storage.container is missing")):
        with Sandbox("") as sandbox:
            (sandbox.work / "master.yaml").write_text(f'{{"checkpoint_storage": {storage}}}')
            done = LocalMaster(det, sandbox).up("--master-config-path", "master.yaml")
            assert done.status == 2 and done.stderr == b"det: " + why + b"\n", (storage, done)


CHECKS = (it_signs_in_whoever_started_it, a_second_start_says_so, sessions_and_users_survive_a_kill,
          a_stop_is_final_and_may_be_repeated, what_lies_on_disk_is_its_owners_alone, a_port_that_is_taken_is_named,
          two_clusters_stand_beside_each_other, in_the_foreground_it_ends_with_a_signal,
          it_does_not_wait_for_its_terminal, a_password_that_nobody_saw_is_made_again,
          names_of_files_are_meant_from_here, a_password_is_not_shown_to_others,
          of_several_starts_one_wins_and_the_others_say_so, what_cannot_be_is_refused,
          a_storage_that_names_no_place_is_refused)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--det", required=True)
    det = str(pathlib.Path(parser.parse_args().det).resolve())
    failed = 0
    for check in CHECKS:
        try:
            check(det)
        except AssertionError as broken:
            failed += 1
            print(f"{check.__name__}: {broken} at line {broken.__traceback__.tb_next.tb_lineno}")
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} stations of a master's life are as they should be")
    return 1 if failed else 0


sys.exit(main())
