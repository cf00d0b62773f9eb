#!/usr/bin/env bash
# Builds the plant's image with what is there: Docker, Podman or Buildah, the first that works. `make images` calls it.
#   BASE       image to build on; docker/Dockerfile says which otherwise
#   TARGET     stage to build: plant (what production runs) or test
#   BUILDER    docker, podman or buildah, where the first that works is not the wanted one
#   further arguments go to the builder as they are
set -euo pipefail
cd "$(dirname "$0")/.."

works() {
    command -v "$1" >/dev/null && "$1" info >/dev/null 2>&1
}

builder=${BUILDER:-}
if [ -z "$builder" ]; then
    for tool in docker podman buildah; do
        if works "$tool"; then
            builder=$tool
            break
        fi
    done
fi
if [ -z "$builder" ]; then
    echo "No image was built: neither Docker nor Podman nor Buildah works here. Install one, or start Docker's daemon." >&2
    exit 1
fi

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
target=${TARGET:-plant}
options=(--file docker/Dockerfile --target "$target" --tag "cvplus/$target:$version" --build-arg "VERSION=$version")
options+=(--build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)")
if [ -n "${BASE:-}" ]; then
    options+=(--build-arg "BASE=$BASE")
fi
if [ "$builder" != docker ]; then
    # The other format has no room for a health check.
    options+=(--format docker)
fi
echo "building cvplus/$target:$version with $builder …"
"$builder" build "${options[@]}" "$@" .
