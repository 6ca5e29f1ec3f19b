"""Runs LibreOffice and makes what it writes the same on every run."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from hashlib import md5
from pathlib import Path


def to_pdf(document: Path, out: Path) -> None:
    """Converts an office document with LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                str(document),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        shutil.move(Path(folder) / f"{document.stem}.pdf", out)


def freeze(pdf: Path) -> None:
    """Overwrites dates and identifiers in place, byte for byte, so that no offset moves.

    Only the uncompressed parts are touched: nothing else in the file changes.
    """
    data = pdf.read_bytes()
    data = re.sub(rb"(/(?:CreationDate|ModDate)\s?\(D:)\d{14}", rb"\g<1>20260105090000", data)
    data = re.sub(
        rb"(/(?:CreationDate|ModDate)\s?\(D:20260105090000)[+-]\d\d'\d\d'", rb"\g<1>+08'00'", data
    )
    stamp = md5(pdf.stem.encode()).hexdigest().upper().encode()

    def same_length(found: re.Match) -> bytes:
        return re.sub(rb"<[0-9A-Fa-f]{32}>", b"<" + stamp + b">", found.group())

    data = re.sub(rb"/ID\s*\[\s*<[0-9A-Fa-f]{32}>\s*<[0-9A-Fa-f]{32}>\s*\]", same_length, data)
    data = re.sub(rb"(/DocChecksum /)[0-9A-F]{32}", rb"\g<1>" + stamp, data)
    pdf.write_bytes(data)
