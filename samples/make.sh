#!/usr/bin/env bash
# Remakes samples/ and golden/*/data.json from samples/sources. Arguments: ids of single samples; or
# `--sweep <seed> <count> <folder>` to draw other documents by lot.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8 TZ=UTC SOURCE_DATE_EPOCH=1767603600 PYTHONDONTWRITEBYTECODE=1

packages=(libreoffice-calc-nogui libreoffice-writer-nogui chromium fonts-noto-cjk fonts-wqy-zenhei
    fonts-arphic-uming fonts-arphic-ukai poppler-utils poppler-data qpdf python3-venv)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
    echo "samples: installing ${missing[*]}"
    as_root=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

venv=../.venv-samples
wanted=$(sha256sum < sources/requirements.txt)
if [ "$(cat $venv/.requirements 2>/dev/null)" != "$wanted" ]; then
    echo "samples: setting up the Python environment in .venv-samples"
    /usr/bin/python3 -m venv --clear $venv
    $venv/bin/pip install --quiet --disable-pip-version-check -r sources/requirements.txt
    echo "$wanted" > $venv/.requirements
fi

echo "samples: drawing"
if [ "${1:-}" = --sweep ]; then
    $venv/bin/python -m sources.sweep "${@:2}"
else
    $venv/bin/python -m sources.build "$@"
fi
