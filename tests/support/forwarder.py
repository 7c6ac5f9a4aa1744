"""A port of loopback before another: it counts who comes, and may be shut, as a server that is down."""

import contextlib
import socket
import socketserver
import threading


class Forwarder:
    """`behind`: the port that connections are handed on to; None: to nobody, they are ended."""

    def __init__(self, behind=None):
        self.behind, self.port, self.connections, self.server = behind, 0, 0, None
        self.open()

    def open(self):
        forwarder = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self):
                forwarder.connections += 1
                if forwarder.behind:
                    hand_on(self.request, forwarder.behind)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, block_on_close = True, True, False

        self.server = Server(("127.0.0.1", self.port), Connection)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def shut(self):
        """Connections that are open go on; use it when there are none that matter."""
        self.server.shutdown()
        self.server.server_close()


def hand_on(client, port):
    with socket.create_connection(("127.0.0.1", port)) as server:
        back = threading.Thread(target=copy, args=(server, client), daemon=True)
        back.start()
        copy(client, server)
        back.join()


def copy(source, target):
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def forwarder(behind=None):
    made = Forwarder(behind)
    try:
        yield made
    finally:
        made.shut()
