"""`xinglin serve` and the port it is given."""

import socket
import threading

from xinglin.cli.serve import refuse_taken_port


def test_a_port_that_a_killed_server_is_letting_go_of_is_waited_for() -> None:
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    held.listen()
    letting_go = threading.Timer(0.6, held.close)
    letting_go.start()
    try:
        refuse_taken_port("127.0.0.1", held.getsockname()[1])
        assert letting_go.finished.is_set(), "nobody may be told that a port is free while another listens on it"
    finally:
        letting_go.join()
