# shellcheck shell=bash disable=SC2034
# Sourced by app/run.sh, tests/run.sh and .ci/run: the Debian packages that each part needs, and
# install_packages, which installs those that are missing and nothing else.

readonly PACKAGES_CLI=(cmake g++ ninja-build pkg-config libsodium-dev libb2-dev libpcap-dev
  zlib1g-dev libzstd-dev libasio-dev nlohmann-json3-dev libfmt-dev libcli11-dev)
# qt6-charts-dev needs the headers of libqt6opengl6-dev and does not say so.
readonly PACKAGES_GUI=(qt6-base-dev qt6-charts-dev qt6-svg-dev libqt6opengl6-dev)
# The offscreen platform brings no fonts of its own.
readonly PACKAGES_FONTS=(fonts-dejavu-core)
# Besides those above; Qt Test is part of qt6-base-dev.
readonly PACKAGES_TESTS=(tshark iproute2 wireguard-go wireguard-tools)
readonly PACKAGES_FORMAT=(clang-format-19)
readonly PACKAGES_TIDY=(clang-19 clang-tidy-19)
readonly PACKAGES_FUZZ=(clang-19 libclang-rt-19-dev)

# missing_packages NAME... prints those that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      echo "$package"
  done
}

# install_packages NAME... asks apt for what is missing; sudo only when it is needed.
install_packages() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "No apt-get here: please see to it that these (as Debian names them) are installed: $*" >&2
    return 0
  fi
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} > 0)) || return 0
  echo "Installing Debian packages: ${missing[*]}"
  if [[ $(id -u) != 0 ]]; then
    if ! command -v sudo >/dev/null; then
      echo "Neither root nor sudo. As root: apt-get install --no-install-recommends ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
    apt-get -q -y -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update
  "${apt[@]}" install --no-install-recommends "${missing[@]}"
}

# configure PRESET [ARGUMENT...] runs cmake, through ccache where that happens to be installed.
configure() {
  local launcher=()
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  cmake --preset "$1" "${launcher[@]}" "${@:2}"
}
