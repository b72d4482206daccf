#!/usr/bin/env bash
# From a fresh machine to the demo: installs what is missing, builds, shows slow start's stutter.
set -euo pipefail
called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=app/packages.sh
source app/packages.sh

usage() {
  cat <<'END'
Usage: app/run.sh [OPTION] [-- ARGUMENT...]
  (none)   install what is missing, build, print the stutter with and without HyStart, open the window
  --cli    only the command line program, on a machine without Qt
Arguments behind -- go to the window, for example: app/run.sh -- capture.pcapng
END
}

announce() { # packages...
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} > 0)); then
    echo "Will install ${#missing[@]} Debian packages (one to five minutes): ${missing[*]}"
  fi
  if [[ ! -x $build/app/inflight-cli ]]; then
    echo "Will build into $build: the command line program in about two minutes, the window in about eight"
    echo "more on two cores."
  fi
}

show_stutter() {
  local scenario
  for scenario in stutter stutter-hystart; do
    echo
    echo "== $scenario: simulate --scenario $scenario"
    "$build/app/inflight-cli" simulate --scenario "$scenario"
  done
  echo
}

# The last failure of a build in the background would otherwise go unnoticed.
build_window() {
  if ! cmake --build "$build" -j "$(nproc)" >"$build/window.log" 2>&1; then
    tail -n 40 "$build/window.log" >&2
    echo "app/run.sh: the window did not build; the whole log is $build/window.log" >&2
    return 1
  fi
}

run_headless() {
  echo "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so this runs headless."
  QT_QPA_PLATFORM=offscreen "$build/app/inflight" --scenario stutter --run \
    --screenshot "$called_from/inflight-stutter.png" --size 1600x1000 --quit
  "$build/app/inflight-cli" simulate --scenario stutter --pcap-snaplen 128 \
    --pcap-file "$called_from/inflight-stutter.pcapng" >/dev/null
  echo "The window as a picture: $called_from/inflight-stutter.png"
  echo "The packets, for Wireshark: $called_from/inflight-stutter.pcapng"
}

packages=("${PACKAGES_CLI[@]}" "${PACKAGES_GUI[@]}" "${PACKAGES_FONTS[@]}")
gui=ON
while (($# > 0)); do
  case $1 in
    --cli)
      gui=OFF
      packages=("${PACKAGES_CLI[@]}")
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    --)
      shift
      break
      ;;
    *)
      echo "app/run.sh: unknown option: $1" >&2
      usage >&2
      exit 2
      ;;
  esac
  shift
done

build=build/release
if [[ $gui == OFF ]]; then build=build/cli; fi
announce "${packages[@]}"
install_packages "${packages[@]}"
configure "$(basename "$build")" -DINFLIGHT_TESTS=OFF -DINFLIGHT_GUI="$gui" >/dev/null
cmake --build "$build" -j "$(nproc)" --target inflight-cli

if [[ $gui == OFF ]]; then
  show_stutter
  echo "The program: $PWD/$build/app/inflight-cli --help"
  exit 0
fi

mkdir -p "$build"
build_window &
window_build=$!
show_stutter
echo "Building the window …"
wait "$window_build"
if [[ -z ${DISPLAY:-} && -z ${WAYLAND_DISPLAY:-} ]]; then
  run_headless
elif (($# > 0)); then
  cd "$called_from"
  exec "$OLDPWD/$build/app/inflight" "$@"
else
  exec "$build/app/inflight" --scenario stutter --run
fi
