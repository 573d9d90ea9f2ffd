#!/bin/sh
# The val split with one model, two processes on two cores, into docs/results/FOLDER. Stopped, it goes on where it was.
#   docs/results/evaluate.sh [--model FILE] [--limit N] [--folder NAME]
# The data folder is CLICKSEG_DATA, else ../shared/data beside the repository.
set -eu
repo=$(cd "$(dirname "$0")/../.." && pwd)
model="$repo/packages/model-ct/model.onnx"
limit=200
folder=val
while [ $# -gt 0 ]; do
  case "$1" in
    --model) model=$(cd "$(dirname "$2")" && pwd)/$(basename "$2") ;;
    --limit) limit=$2 ;;
    --folder) folder=$2 ;;
    *) echo "evaluate.sh: $1 is none of --model, --limit, --folder" >&2; exit 1 ;;
  esac
  shift 2
done
data=${CLICKSEG_DATA:-$repo/../shared/data}
sha=$(sha256sum "$model" | cut -c1-12)
out="$repo/examples/evaluate/out/results-$sha-$limit"
target="$repo/docs/results/$folder"

cd "$repo/examples/evaluate"
npx tsup >/dev/null
# A copy, so that a build in the meantime does not pull the program from under the two.
mkdir -p "$out"
rm -rf "$out/program" "$out/report"
cp -r dist "$out/program"
main="$out/program/main.js"
run() { node "$main" run --data "$data" --model "$model" --split val --limit "$limit" --clicks 1,2,5,10,15 \
  --strategy sakinis --seed 4242 --methods model,random,disk,grow --out "$out" --resume --shard "$1"; }
run 1/2 & one=$!
run 2/2 & two=$!
wait $one
wait $two

code=0
node "$main" merge "$out" --data "$data" --model "$model" --out "$out" --report "$out/report" \
  --unseen mr_hippocampus,ct_vessel --title "clickseg-ct on the val split" || code=$?
[ $code -eq 0 ] || [ $code -eq 2 ] || exit $code
rm -rf "$target"
cp -r "$out/report" "$target"
cat "$out"/interactions-*.jsonl | gzip -9n > "$target/interactions.jsonl.gz"
du -sh "$target"
exit $code
