#!/usr/bin/env bash
# Asks on this host whether "compare --measure" tells the truth: ten comparisons of a build with itself, two points each, of
# which at most one may have a verdict; and ten of a slowdown of about a fifth, of which at least nine must find it. About an
# hour and a half on two CPUs, on a host that does nothing else.
#
# The slowdown is no fault that is planted in the product but work that it can be asked for: batches of fewer pages are flushed
# more often. How many pages make a fifth differs from host to host, so it is measured first, for long.
#
# usage: results/aa-check.sh [JAR]        default: jmh/target/salvo.jar
# Environment: COMPARISONS (10) of each kind; BUDGET (4m) and PRECISION (8%) of each.
# Everything stays in results/target/aa-check/TIME. Exit code: 0 as it should be, 1 not, 2 nothing could be measured.
set -euo pipefail
cd "$(dirname "$0")/.."
jar=${1:-jmh/target/salvo.jar}
[ -f "$jar" ] || { echo "aa-check: there is no $jar; mvn -q -DskipTests package builds it" >&2; exit 2; }
comparisons=${COMPARISONS:-10}
budget=${BUDGET:-4m}
precision=${PRECISION:-8%}
out=results/target/aa-check/$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$out"
points="--cores 8,16 --senders 1 --strategy batched --quick"

# compared NAME OPTIONS...: measures, and leaves NAME.json and NAME.txt
compared() {
    local name=$1 code=0
    shift
    java -jar "$jar" compare --measure --out "$out" --json "$out/$name.json" "$@" >"$out/$name.txt" 2>"$out/$name.err" || code=$?
    if [ "$code" -ne 0 ]; then
        echo "aa-check: $name ended with $code: $(grep -m1 '^salvo: ' "$out/$name.err" || tail -n1 "$out/$name.err")" >&2
        exit 2
    fi
}

# value NAME KEY: the first value of a key, which is that of the first point's ratio
value() {
    sed -n "s/^ *\"$2\" : \"\\{0,1\\}\\([^\",]*\\)\"\\{0,1\\},\\{0,1\\}\$/\\1/p" "$out/$1.json" | head -n1
}

said() {
    printf '%s: %s (%s to %s), %s\n' "$1" "$(value "$1" ratio)" "$(value "$1" low)" "$(value "$1" high)" "$(value "$1" verdict)"
}

within() {
    awk -v ratio="$1" 'BEGIN { exit !(ratio >= 1.15 && ratio <= 1.3) }'
}

wrong=0
for i in $(seq "$comparisons"); do
    compared "same-$i" --a "$points" --precision "$precision" --budget "$budget"
    verdicts=$(grep -cE '"verdict" : "(slower|faster)"' "$out/same-$i.json" || true)
    [ "$verdicts" -eq 0 ] || wrong=$((wrong + 1))
    echo "$(said "same-$i"); $verdicts verdicts"
done

planted=
for batch in 24 20 17 15 13 11 9 7 5 3; do
    compared "by-$batch" --a "--cores 8 --senders 1 --strategy batched --quick --batch 31" \
        --b "--cores 8 --senders 1 --strategy batched --quick --batch $batch" --precision 3% --budget 8m
    said "by-$batch"
    if within "$(value "by-$batch" ratio)"; then
        planted=$batch
        break
    fi
    awk -v ratio="$(value "by-$batch" ratio)" 'BEGIN { exit !(ratio > 1.3) }' && break
done
[ -n "$planted" ] || { echo "aa-check: no batch makes a slowdown of a fifth at 8 cores on this host" >&2; exit 2; }

found=0
for i in $(seq "$comparisons"); do
    compared "slower-$i" --a "$points --batch 31" --b "$points --batch $planted" --precision "$precision" --budget "$budget"
    if [ "$(value "slower-$i" verdict)" = slower ]; then
        found=$((found + 1))
    fi
    said "slower-$i"
done

echo "of $comparisons comparisons of a build with itself, $wrong had a verdict (at most $((comparisons / 10)) may)"
echo "of $comparisons slowdowns, by batches of $planted pages, $found were found (at least $((comparisons * 9 / 10)) must be)"
echo "in $out"
[ "$wrong" -le $((comparisons / 10)) ] && [ "$found" -ge $((comparisons * 9 / 10)) ]
