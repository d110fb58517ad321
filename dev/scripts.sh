# shellcheck shell=bash
# What ./run and ./test share. To be sourced, with `root` set to the folder of the solution.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

require_sdk() {
  command -v dotnet >/dev/null || fail "The .NET SDK 10 is needed: no dotnet is on the PATH. See https://dotnet.microsoft.com/download."
  # Asked from here, where no global.json turns "too old" into a page of text.
  (cd / && dotnet --list-sdks) | awk -F. '$1 >= 10 { found = 1 } END { exit !found }' ||
    fail "The .NET SDK 10 is needed, but dotnet has only: $( (cd / && dotnet --list-sdks) | cut -d' ' -f1 | paste -sd' ' -). See https://dotnet.microsoft.com/download."
}

# ticking WHAT COMMAND…: runs a command whose output goes elsewhere, and says every ten seconds that it is still going on.
ticking() {
  local what=$1 started=$SECONDS ticker status=0
  shift
  while sleep 10; do printf '  still %s (%d s)\n' "$what" $((SECONDS - started)); done &
  ticker=$!
  "$@" || status=$?
  kill "$ticker" 2>/dev/null
  wait "$ticker" 2>/dev/null
  return "$status"
}

# build FOLDER_OR_SOLUTION: builds in Release. Two builds of the same files at once would break each other, so they queue.
build() {
  local what=$1 log status=0
  mkdir -p "$root/.data"
  log=$(mktemp "$root/.data/build.XXXXXX")
  exec 9>"$root/.data/build.lock"
  if command -v flock >/dev/null; then flock 9; fi
  printf 'Building %s.\n' "$what"
  # No build servers: they would outlive the build and hold the lock.
  ticking "building $what" dotnet build "$root/$what" -c Release -v quiet -nologo --disable-build-servers >"$log" 2>&1 9>&- </dev/null || status=$?
  exec 9>&-
  if ((status != 0)); then
    grep -E ': (error|warning) ' "$log" | sort -u >&2 || cat "$log" >&2
    rm -f "$log"
    fail "$what could not be built."
  fi
  rm -f "$log"
}
