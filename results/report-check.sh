#!/usr/bin/env bash
# Opens reports in a real browser and checks them: see ReportInBrowserTest. Brings Debian's Chromium if it is missing.
# Pages, screenshots and PDFs stay in results/target/report-check.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get install -y chromium chromium-driver
fi
exec mvn -B -ntp -q -P browser -pl results test
