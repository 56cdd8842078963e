#!/usr/bin/env bash
# A run of many videos on Slurm: a job array of shards, and a job that merges them once all are done.
#
#   scripts/cluster/slurm.sh INPUT... -o OUT --shards N [FLAGS OF mestr run] [-- OPTIONS OF sbatch]
#
#   --cpus C     processors of a shard (2)            --mem SIZE   its memory (4G)
#   --time T     its time limit, as sbatch takes it (24:00:00)
#
# Inputs and flags are as for mestr run: files, folders, data-set roots, manifests; --config, --model, --set, --keep-going.
# What stands after -- goes to sbatch for shards and merge alike: -- --partition=short --account=lab. All paths must be
# the same on every node. docs/cluster.md says how much to ask for.
#
# OUT gets what mestr run would write there, and OUT/shards, each shard's folder and log. A shard whose node was lost is
# queued again and goes on with the videos that it lacks. One that fails (its log says why) leaves the others as they are,
# and the merge is cancelled. The same command, again, computes what is missing alone, and merges. While jobs of OUT are in
# the queue it is refused. Environment: MESTR=/path/to/mestr takes that program in place of building it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

fail() {
  echo "slurm.sh: $1" >&2
  exit 2
}

out='' shards='' cpus=2 mem=4G time=24:00:00 run=() options=()
while (($#)); do
  case $1 in
    --) options=("${@:2}") && break ;;
    -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" && exit 0 ;;
    -o | --output | --shards | --cpus | --mem | --time)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        -o | --output) out=$2 ;;
        --shards) shards=$2 ;;
        --cpus) cpus=$2 ;;
        --mem) mem=$2 ;;
        --time) time=$2 ;;
      esac
      shift 2
      ;;
    --output=* | --shards=* | --cpus=* | --mem=* | --time=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
    -o?*) set -- -o "${1#-o}" "${@:2}" ;;
    --shard | --shard=*) fail "--shard is the job array's; --shards N says how many" ;;
    -j* | --jobs | --jobs=*) fail "${1%%=*} is what --cpus says" ;;
    --overwrite) fail "--overwrite would begin anew after every lost node; choose another output folder" ;;
    *) run+=("$1") && shift ;;
  esac
done
((${#run[@]})) || fail "no inputs; --help says how to call it"
[[ -n $out ]] || fail "-o is missing: the folder for the results"
[[ $shards =~ ^[1-9][0-9]{0,5}$ ]] || fail "--shards ${shards:-is missing}: give a whole number from 1 on"
[[ $cpus =~ ^[1-9][0-9]{0,5}$ ]] || fail "--cpus $cpus: give a whole number from 1 on"
command -v sbatch >/dev/null || fail "there is no sbatch here: call it where jobs of Slurm are submitted"

mkdir -p "$out/shards"
out=$(realpath "$out")
for folder in "$out"/shards/*-of-*/; do
  [[ ! -d $folder || $folder == *-of-"$shards"/ ]] ||
    fail "$folder is of another number of shards: give that number again, or remove the folder $out/shards"
done
name=mestr-$(cksum <<<"$out" | cut -d ' ' -f 1)
queued=$(squeue --noheader --user="$(id -u)" --name="$name" --format=%A | sort -u | paste -sd ' ')
[[ -z $queued ]] || fail "jobs for $out are in the queue ($queued): wait for them, or end them with scancel --name=$name"
mestr=$("$here/../program.sh" build)

# A % in a name of sbatch's files begins a symbol.
log=${out//%/%%}/shards
common=(--parsable --job-name="$name" --requeue --open-mode=append)
array=$(sbatch "${common[@]}" --array="1-$shards" --cpus-per-task="$cpus" --mem="$mem" --time="$time" \
  --output="$log/%a-of-$shards.log" "${options[@]}" "$here/shard.sbatch" "$mestr" "$out" "$shards" "${run[@]}")
array=${array%%;*}
if ! merge=$(sbatch "${common[@]}" --dependency="afterok:$array" --kill-on-invalid-dep=yes --cpus-per-task=1 --mem=2G \
  --time=04:00:00 --output="$log/merge.log" "${options[@]}" "$here/merge.sbatch" "$mestr" "$out" "$shards"); then
  scancel "$array"
  fail "the merge could not be submitted; the shards are cancelled"
fi
echo "job array $array: $shards shards, logs in $out/shards"
echo "job ${merge%%;*}: merges them into $out once all are done"
echo "squeue --name=$name shows them, scancel --name=$name ends them; the same command goes on"
