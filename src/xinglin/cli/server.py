"""The server process `xinglin serve` starts: granian, which ends when its supervisor does."""

import os

from xinglin.kernel.parents import die_with_parent

if __name__ == "__main__":
    die_with_parent(int(os.environ["XINGLIN_PARENT"]))
    from granian.cli import entrypoint

    entrypoint()
