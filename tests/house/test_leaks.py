"""The project names no place it was made in: no paths, machines, registries or tools of its makers."""

import re
import subprocess

from tests.house.source import ROOT

# Written apart, so that this file does not name what it forbids.
MAKERS = ["".join(parts) for parts in (("clau", "de"), ("anthro", "pic"), ("chat", "gpt"), ("open", "ai"))]
REGISTRIES = ["".join(parts) for parts in (
    ("py", r"pi\.org"), ("pythonhos", r"ted\.org"), ("npm", r"js\.(?:org|com)"), ("tu", r"na\.tsinghua"),
)]  # fmt: skip
FORBIDDEN = {
    "a path of the workplace": r"(?<![\w.])/(?:work|root|home/[a-z]+)/[\w.-]+",
    "a maker's tool": rf"(?i)\b(?:{'|'.join(MAKERS)})\b",
    "a registry": rf"(?i)\b(?:[\w-]+\.)*(?:{'|'.join(REGISTRIES)})",
    "a private address": r"\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b",
}
# file -> what may stand there, and why.
ALLOWED = {
    "tests/gateways/test_posting.py": "a private address",  # refused by the guard, and that is the test
    "tests/pages/": "a private address",
    "src/xinglin/kernel/environment.py": "a private address",  # an example of one's own network
    "docs/reference/settings.md": "a private address",
    # The name of a public interface that embedding services of many makers speak.
    "docs/explanation/ranking.md": "a maker's tool",
    "src/xinglin/matching/": "a maker's tool",
}
# The sample data has a name of its own; whoever mentions its default place mentions the setting too.
SHARED = re.compile(r"\.\./shared")


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


def test_nothing_of_the_workplace_is_in_the_project() -> None:
    found = []
    for path in _tracked():
        try:
            text = (ROOT / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for what, pattern in FORBIDDEN.items():
            if any(path.startswith(begin) and what == may for begin, may in ALLOWED.items()):
                continue
            found += [f"{path}: {what}: {hit}" for hit in sorted(set(re.findall(pattern, text)))[:3]]
        if SHARED.search(text) and "XINGLIN_SHARED_DATA" not in text:
            found.append(f"{path}: names the shared folder; read XINGLIN_SHARED_DATA instead")
    assert found == [], "\n".join(found)
