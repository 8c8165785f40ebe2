#!/usr/bin/env bash
# Loads what Salvo writes for other programs in these programs: a run's replicates.csv, replicates.ndjson and jmh.json in
# pandas, whose means must be those of rows.json; jmh.json in compare; flame graphs' stacks and a timeline's trace in
# speedscope, in Chromium; and the trace in Perfetto's trace processor.
#
#   results/formats-check.sh [RUN]     RUN is a run folder; by default the first of results/runs
#
# Needs jmh/target/salvo.jar (mvn -DskipTests package), Python 3, npm and timeout. Brings Debian's pandas and Chromium, and
# npm's speedscope, where they are missing. No package has Perfetto's trace processor: TRACE_PROCESSOR names one that you
# have. Exits with 0 if everything was loaded, 1 if something was not as it must be, 3 if something could not be tried.
set -euo pipefail
cd "$(dirname "$0")/.."
salvo=(java -jar jmh/target/salvo.jar)
given=${1:-$(find results/runs -mindepth 1 -maxdepth 1 -name 'vm-*' | sort | head -1)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
untried=0

bring() {
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get install -y "$1" >/dev/null
}

cp -r "$given" "$work/run"
"${salvo[@]}" report "$work/run"

# ---- pandas
python=/usr/bin/python3 # Debian's, which Debian's pandas is for
"$python" -c 'import pandas' 2>/dev/null || bring python3-pandas
"$python" - "$work/run" <<'PYTHON'
import json, math, sys
import pandas

run = sys.argv[1]
csv = pandas.read_csv(run + '/replicates.csv')
lines = pandas.read_json(run + '/replicates.ndjson', lines=True)
assert list(csv.columns) == list(lines.columns), 'columns differ'
assert len(csv) == len(lines) > 0, 'rows differ'
assert csv['nsPerPage'].dtype.kind == 'f' and csv['cores'].dtype.kind == 'i', csv.dtypes
assert (csv['nsPerPage'] - lines['nsPerPage']).abs().max() <= 1e-9 * csv['nsPerPage'].max(), 'CSV and NDJSON differ'
jmh = pandas.json_normalize(json.load(open(run + '/jmh.json')))
assert jmh['forks'].sum() == len(csv), 'jmh.json has other replicates'
assert jmh['primaryMetric.score'].dtype.kind == 'f'
rows = pandas.DataFrame(json.load(open(run + '/rows.json')))
compared = 0
axes = ['cores', 'senders', 'strategy', 'mappings', 'list', 'batch']
native = csv[(csv['measure'] == 'total') & (csv['clock'] == 'native')]
means = native.groupby(axes)['nsPerPage'].mean()
for _, row in rows[rows['clock'] == 'native'].iterrows():
    key = tuple(row[axis] for axis in axes)
    if len(rows[(rows['clock'] == 'native') & (rows[axes] == list(key)).all(axis=1)]) == 1:
        # Of old runs it is not known how many pages an iteration did, so that all weigh the same.
        near = 0.02 if native['pages'].notna().all() else 0.15
        assert math.isclose(means[key], row['nsPerPage']['mean'], rel_tol=near), (key, means[key], row['nsPerPage']['mean'])
        compared += 1
print(f'pandas {pandas.__version__}: {len(csv)} replicates, {len(csv.columns)} columns; {compared} means are those of rows.json')
PYTHON

# ---- what compares files of JMH's
"${salvo[@]}" compare --jmh "$work/run/jmh.json" --jmh "$work/run/jmh.json" >"$work/compared"
echo "compare --jmh: $(grep -c 'pageOut' "$work/compared") lines of benchmarks"

# ---- speedscope
"${salvo[@]}" timeline --cores 4 --strategy sync --out "$work/timeline" >"$work/said"
trace=$(find "$work/timeline" -name '*.json' | head -1)
[ -n "$trace" ] || { cat "$work/said"; exit 1; }
command -v chromium >/dev/null || bring chromium
npm install --silent --no-audit --no-fund --prefix "$work/npm" speedscope
page=$(cd "$work/npm/node_modules/speedscope/dist/release" && pwd)/index.html
# Its title is the name of the profile as soon as that is loaded; of a file that it does not know it says so, and waits.
mapfile -t profiles < <(printf '%s\n' "$trace"; find "$work/run/flame" -name '*.collapsed' 2>/dev/null | sort)
for profile in "${profiles[@]}"; do
    name=$(basename "$profile")
    printf 'speedscope.loadFileFromBase64("%s", "%s")' "$name" "$(base64 -w0 "$profile")" >"$work/profile.js"
    timeout 60 chromium --headless=new --no-sandbox --disable-gpu --use-gl=angle --use-angle=swiftshader \
        --enable-unsafe-swiftshader --allow-file-access-from-files --user-data-dir="$work/chromium" \
        --virtual-time-budget=8000 --dump-dom "file://$page#localProfilePath=$work/profile.js" >"$work/dom" 2>/dev/null || true
    title=$(grep -o '<title>[^<]*</title>' "$work/dom" || true)
    case $title in
        *speedscope*) [ "$title" != '<title>speedscope</title>' ] && echo "speedscope: $name, $title" && continue ;;
    esac
    echo "speedscope did not load $name" >&2
    exit 1
done
[ "${#profiles[@]}" -gt 1 ] || { echo "speedscope: the run has no stacks of flame graphs; not tried" >&2; untried=1; }

# ---- Perfetto
if [ -n "${TRACE_PROCESSOR:-}" ]; then
    echo "select count(*) as slices from slice where name like 'dsb%';" >"$work/query.sql"
    slices=$("$TRACE_PROCESSOR" --query-file "$work/query.sql" "$trace" | tail -1 | tr -d '"')
    [ "$slices" -gt 0 ] || { echo "Perfetto found no DSB in $trace" >&2; exit 1; }
    echo "Perfetto: $slices DSBs"
else
    echo "Perfetto: not tried, as TRACE_PROCESSOR names no trace processor" >&2
    untried=1
fi
[ "$untried" -eq 0 ] || exit 3
