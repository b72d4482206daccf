#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=app/packages.sh
source app/packages.sh

usage() {
  cat <<'END'
Usage: tests/run.sh [OPTION] [-- CTEST_ARGUMENT...]
  (none)      build (preset dev) and run every test
  --sanitize  the same under AddressSanitizer and UndefinedBehaviorSanitizer, with a tenth of the seeds
  --full      every test at its full length: five times the seeds, and the long transfers
  --threads   the bridge to the engine threads and its queue under ThreadSanitizer
  --tidy      build, then clang-tidy-19 over engine, ui and app (slow)
  --fuzz      build the fuzzers with clang-19 and run each for FUZZ_SECONDS (60)
Environment: INFLIGHT_SEEDS (per cent of the usual number of seeds), SIM_SEED (this seed alone).
END
}

build_and_test() { # preset, then arguments for ctest
  install_packages "${PACKAGES_CLI[@]}" "${PACKAGES_GUI[@]}" "${PACKAGES_FONTS[@]}" "${PACKAGES_TESTS[@]}"
  configure "$1"
  cmake --build --preset "$1" -j "$(nproc)"
  ctest --preset "$1" -j "$(nproc)" "${@:2}"
}

run_threads() { # arguments for ctest
  install_packages "${PACKAGES_CLI[@]}" "${PACKAGES_GUI[@]}" "${PACKAGES_FONTS[@]}" "${PACKAGES_TESTS[@]}"
  configure tsan
  cmake --build --preset tsan -j "$(nproc)" --target bridge_test
  # Qt is not instrumented: tests/support/tsan.supp leaves out what only it knows to be in order.
  ctest --preset tsan -R '^bridge$' "$@"
}

run_tidy() {
  install_packages "${PACKAGES_CLI[@]}" "${PACKAGES_GUI[@]}" "${PACKAGES_FONTS[@]}" "${PACKAGES_TESTS[@]}" "${PACKAGES_TIDY[@]}"
  configure dev
  # Built first: the sources include what moc generates.
  cmake --build --preset dev -j "$(nproc)"
  # Deprecated: what libstdc++'s own stable_sort uses.
  run-clang-tidy-19 -quiet -p build/dev -j "$(nproc)" \
    -extra-arg=-Wno-unknown-warning-option -extra-arg=-Wno-deprecated-declarations \
    -extra-arg=-Wno-ignored-gch "^$PWD/(engine|ui|app)/"
}

run_fuzzers() {
  install_packages "${PACKAGES_CLI[@]}" "${PACKAGES_FUZZ[@]}"
  configure fuzz
  cmake --build --preset fuzz -j "$(nproc)"
  local fuzzer noun
  for fuzzer in build/fuzz/tests/fuzz/*_fuzzer; do
    noun=$(basename "$fuzzer" _fuzzer)
    mkdir -p "build/fuzz/corpus/$noun"
    echo "== $noun"
    "$fuzzer" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -artifact_prefix="build/fuzz/$noun-" \
      "build/fuzz/corpus/$noun" "tests/fuzz/corpus/$noun"
  done
}

action=test preset=dev
while (($# > 0)); do
  case $1 in
    --sanitize)
      preset=asan
      export INFLIGHT_SEEDS=${INFLIGHT_SEEDS:-10}
      export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}
      export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
      ;;
    --full)
      export INFLIGHT_FULL=1
      export INFLIGHT_SEEDS=${INFLIGHT_SEEDS:-500}
      # Qt ends a test function after five minutes: the long transfers take more.
      export QTEST_FUNCTION_TIMEOUT=7200000
      ;;
    --threads) action=threads ;;
    --tidy) action=tidy ;;
    --fuzz) action=fuzz ;;
    -h | --help)
      usage
      exit 0
      ;;
    --)
      shift
      break
      ;;
    *)
      echo "tests/run.sh: unknown option: $1" >&2
      usage >&2
      exit 2
      ;;
  esac
  shift
done

case $action in
  test) build_and_test "$preset" "$@" ;;
  threads) run_threads "$@" ;;
  tidy) run_tidy ;;
  fuzz) run_fuzzers ;;
esac
