#!/usr/bin/env bash
# Checks kubernetes-*.yaml without a cluster; needs node and, once, the npm registry.
#
#   check-kubernetes.sh
#
# kubernetes-models is generated from the OpenAPI description of the Kubernetes API. Its types, through the TypeScript
# compiler, find unknown and missing fields, wrong types and words that are none of the API's; its validators find
# quantities and numbers that are none. Then: what no schema knows, that the sweep's pods are of the class Guaranteed
# with whole CPUs, and that the number of shards is the same wherever it stands. Each check is shown to fail first, on a
# damaged copy. Not checked, for that takes an API server: that the fields fit each other in every other way.
set -euo pipefail

jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > package.json << 'EOF'
{
  "private": true,
  "type": "module",
  "dependencies": { "kubernetes-models": "5.1.0", "typescript": "5.9.3", "yaml": "2.8.1" }
}
EOF
npm install --silent --no-audit --no-fund

cat > check.js << 'EOF'
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Job } from "kubernetes-models/batch/v1";
import { parse } from "yaml";

/** What is wrong with a job, in words; empty if nothing is. */
function faults(job) {
  writeFileSync("job.ts", `import type { IJob } from "kubernetes-models/batch/v1";\n`
    + `export const job: IJob = ${JSON.stringify(job, null, 1)};\n`);
  const found = [];
  try {
    execFileSync("node_modules/.bin/tsc", ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "job.ts"],
      { encoding: "utf8" });
  } catch (refused) {
    found.push(refused.stdout.trim());
  }
  try {
    new Job(job).validate();
  } catch (refused) {
    found.push(refused.message);
  }
  return found;
}

function shardFaults(job) {
  const found = [];
  const { completions, parallelism, maxFailedIndexes, template } = job.spec;
  for (const { name, env, resources } of template.spec.containers) {
    for (const [what, kind] of [["cpu", /^[1-9][0-9]*$/], ["memory", /./]]) {
      if (resources.requests[what] !== resources.limits[what] || !kind.test(resources.requests[what])) {
        found.push(`${name}: ${what} is not requested and limited alike, CPUs whole: the pod is not Guaranteed`);
      }
    }
    const shards = Number(env.find(variable => variable.name === "SHARDS").value);
    if (shards !== completions || parallelism > completions || maxFailedIndexes > completions) {
      found.push(`${name}: SHARDS ${shards}, completions ${completions}, parallelism ${parallelism}: do not agree`);
    }
  }
  return found;
}

function mustFail(job, damage, check, name) {
  const copy = structuredClone(job);
  damage(copy.spec);
  if (check(copy).length === 0) {
    throw new Error(`the check passed ${name}`);
  }
}

let bad = 0;
for (const file of process.argv.slice(2)) {
  const job = parse(readFileSync(file, "utf8"));
  mustFail(job, spec => { spec.backofLimit = 3; }, faults, "an unknown field");
  mustFail(job, spec => { spec.template.spec.restartPolicy = "Sometimes"; }, faults, "an unknown word");
  mustFail(job, spec => { delete spec.template.spec.containers[0].name; }, faults, "a missing field");
  mustFail(job, spec => { spec.template.spec.containers[0].resources.limits.memory = "much"; }, faults, "no quantity");
  const found = faults(job);
  if (job.spec.completionMode === "Indexed") {
    mustFail(job, spec => { spec.template.spec.containers[0].resources.limits.cpu = "2500m"; }, shardFaults,
      "a shared CPU");
    mustFail(job, spec => { spec.completions += 1; }, shardFaults, "another number of shards");
    found.push(...shardFaults(job));
  }
  console.log(`${file.replace(/.*\//, "")}: ${found.length === 0 ? "in order" : found.join("\n")}`);
  bad += found.length;
}
process.exit(bad === 0 ? 0 : 1);
EOF
node check.js "$jobs"/kubernetes-*.yaml
