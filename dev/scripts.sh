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

# interrupted SIGNAL EXIT_CODE: a signal to the script ends what ticking runs, with all that it started, and then the script.
interrupted() {
  local group tries
  trap '' INT TERM HUP
  for group in $(jobs -p); do
    kill -s "$1" -- "-$group" 2>/dev/null || true
    wait "$group" 2>/dev/null || true
    # Who was started by who has ended may still have to clean up.
    for ((tries = 0; tries < 300; tries++)); do
      kill -0 -- "-$group" 2>/dev/null || break
      sleep 0.1
    done
    kill -s KILL -- "-$group" 2>/dev/null || true
  done
  exit "$2"
}
trap 'interrupted INT 130' INT
trap 'interrupted TERM 143' TERM HUP

# ticking WHAT COMMAND…: runs a command and says every ten seconds that it is still going on.
ticking() {
  local what=$1 started=$SECONDS command ticker status=0
  shift
  set -m # groups of their own, for interrupted: a Ctrl-C would reach everybody at once, and a SIGTERM only the script
  "$@" &
  command=$!
  while sleep 10; do printf '  still %s (%d s)\n' "$what" $((SECONDS - started)); done 9>&- &
  ticker=$!
  set +m
  wait "$command" || status=$?
  kill -- "-$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  return "$status"
}

# sources [TEST…]: every file that could go into a build, and for which the tests of find hold.
sources() {
  local lock made=(-name '.*' -o -name bin -o -name obj -o -name node_modules -o -name TestResults)
  # A bank may have its data here (--data), and writes there all the time.
  while IFS= read -r lock; do made+=(-o -path "${lock%/*}"); done < <(
    find "$root" -mindepth 1 -type d \( "${made[@]}" \) -prune -o -type f -name launcher.lock -print 2>/dev/null
  )
  find "$root" -mindepth 1 -type d \( "${made[@]}" \) -prune -o -type f "$@" -print
}

# wants_help ARGUMENT…: whether the program only says what can be chosen, or its version.
wants_help() {
  local argument
  for argument in "$@"; do
    case $argument in -h | "-?" | --help | --version) return 0 ;; esac
  done
  return 1
}

# built_list FOLDER_OR_SOLUTION: holds the sources of its last build, and is as old as the start of that build.
built_list() { printf '%s' "$root/.data/built-${1//\//-}"; }

# is_built FOLDER: no source came, went or changed since its program was built. The system itself sets the time of the last change
# (ctime), also where a copy keeps its age. Only the working copy counts: a new SDK builds with the next change.
is_built() {
  local list changed
  list=$(built_list "$1")
  [[ -f $root/$1/bin/Release/net10.0/$1.dll && -f $list ]] &&
    changed=$(sources -cnewer "$list" 2>/dev/null) && [[ ! $changed ]] && sources | cmp -s - "$list"
}

# build_changed FOLDER: builds a program unless it is built.
build_changed() { is_built "$1" || build "$1"; }

# build FOLDER_OR_SOLUTION: builds in Release. Two builds of the same files at once would break each other, so they queue.
build() {
  local what=$1 log=$root/.data/build.log list status=0
  list=$(built_list "$what")
  mkdir -p "$root/.data"
  exec 9>"$root/.data/build.lock"
  if command -v flock >/dev/null && ! flock -n 9; then
    printf 'Waiting for another build.\n'
    flock 9
  fi
  printf 'Building %s.\n' "$what"
  rm -f "$list"
  sources >"$list.new" || true # a file can vanish meanwhile
  ticking "building $what" run_build "$root/$what" "$log" || status=$?
  if ((status != 0)); then
    grep -E ': (error|warning) ' "$log" | sort -u >&2 || cat "$log" >&2
    fail "$what could not be built."
  fi
  mv "$list.new" "$list"
  exec 9>&-
}

# No build servers: they would outlive the build and hold the lock.
run_build() {
  dotnet build "$1" -c Release -v quiet -nologo --disable-build-servers >"$2" 2>&1 9>&- </dev/null
}
