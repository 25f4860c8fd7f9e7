#!/usr/bin/env bash
# Runs the end-to-end suite: the JavaScript SDK against dynlocal over HTTP.
#
#   dynlocal/e2e/run.sh                           against cmd/dynlocal, built and started here
#   dynlocal/e2e/run.sh http://127.0.0.1:8000     against DynamoDB Local there, by codes and results alone
#   dynlocal/e2e/run.sh install                   only gets the SDK
#
# The SDK, pinned in package-lock.json, is installed once into an ignored directory. Needs Go, Node 20 and npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
cache=$(cd ../.. && pwd)/.cache/js

install() {
	cmp -s package-lock.json "$cache/installed.json" && return
	mkdir -p "$cache"
	cp package.json package-lock.json "$cache"
	npm ci --prefix "$cache" --silent --no-audit --no-fund
	cp package-lock.json "$cache/installed.json"
}

# serve starts dynlocal on a free port and sets endpoint.
serve() {
	local out=$cache/dynlocal.log
	CGO_ENABLED=0 go build -o "$cache/dynlocal" ../../cmd/dynlocal
	: >"$out" # lest the address of the last run be read
	"$cache/dynlocal" -addr 127.0.0.1:0 2>"$out" &
	trap "kill $!" EXIT
	local tries=0
	until endpoint=$(sed -n 's/^dynlocal: listening on //p' "$out") && [[ -n $endpoint ]]; do
		((++tries < 100)) || { cat "$out"; return 1; }
		sleep 0.05
	done
}

install
[[ ${1:-} != install ]] || exit 0
export DYN_JS_MODULES=$cache NODE_NO_WARNINGS=1
if (($#)); then
	node suite/main.mjs --engine local "$1"
else
	serve
	node suite/main.mjs --engine dynlocal "$endpoint"
fi
