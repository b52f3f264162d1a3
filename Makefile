# Two commands do all the set-up on a fresh Debian or Ubuntu machine that has Swift: `make run` and `make test`.
.PHONY: run test build release packages format lint screenshots clean

SYSTEM_PACKAGES := libcurl4-openssl-dev libncurses-dev libsqlite3-dev zlib1g-dev pkg-config
# The tests lock and read stores as another program would.
TEST_PACKAGES := sqlite3
PACKAGES = $(SYSTEM_PACKAGES)
# What only computes takes every core, so that threads that wait for disks and lines would hardly be served beside it:
# each kind runs by itself, and what keeps deadlines on real lines, in ptys and between processes one test at a time.
STORE_TESTS := EmbeddedEngineTests|ExchangeTests|RuntimeTests
BUSY_TESTS := SimulationTests
WIRE_TESTS := PlatformTests|FaultTests|KintsugiTests

run: release
	@.build/release/kintsugi $(ARGS)

test: PACKAGES = $(SYSTEM_PACKAGES) $(TEST_PACKAGES)
test: packages
	swift build --build-tests
	swift test --skip-build --skip '^($(STORE_TESTS)|$(BUSY_TESTS)|$(WIRE_TESTS))\.'
	swift test --skip-build --filter '^($(STORE_TESTS))\.'
	swift test --skip-build --filter '^($(BUSY_TESTS))\.'
	swift test --skip-build --filter '^($(WIRE_TESTS))\.' --no-parallel

release: packages
	swift build -c release --product kintsugi

build: packages
	swift build

# Installs the C libraries' headers where they are missing: as root, with sudo, or by saying what to run.
packages:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	echo "installing:$$missing"; \
	if [ "$$(id -u)" = 0 ]; then run=""; \
	elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then run="sudo"; \
	else echo "these packages are missing; run:  sudo apt-get install -y$$missing" >&2; exit 1; fi; \
	$$run apt-get update -qq && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

format:
	swift format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

clean:
	rm -rf .build
