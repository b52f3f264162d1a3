# Two commands do all the set-up on a fresh Debian or Ubuntu machine that has Swift: `make run` and `make test`.
.PHONY: run test build release packages format lint screenshots clean static install install-files uninstall deb

SYSTEM_PACKAGES := libcurl4-openssl-dev libncurses-dev libsqlite3-dev zlib1g-dev pkg-config
# The tests lock and read stores as another program would.
TEST_PACKAGES := sqlite3
PACKAGES = $(SYSTEM_PACKAGES)
# What only computes takes every core, so that threads that wait for disks and lines would hardly be served beside it:
# each kind runs by itself, and what keeps deadlines on real lines, in ptys and between processes one test at a time.
STORE_TESTS := EmbeddedEngineTests|ExchangeTests|RuntimeTests
BUSY_TESTS := SimulationTests
WIRE_TESTS := PlatformTests|FaultTests|KintsugiTests

# Swift's libraries go into the program: it starts faster and takes less memory than with them beside it, and runs on machines
# without them. Colours are left off so that a terminal and a log ask for the same build.
RELEASE := swift build -c release --static-swift-stdlib --no-color-diagnostics

run: release
	@.build/release/kintsugi $(ARGS)

test: PACKAGES = $(SYSTEM_PACKAGES) $(TEST_PACKAGES)
test: packages
	swift build --build-tests --no-color-diagnostics
	swift test --skip-build --skip '^($(STORE_TESTS)|$(BUSY_TESTS)|$(WIRE_TESTS))\.'
	swift test --skip-build --filter '^($(STORE_TESTS))\.'
	swift test --skip-build --filter '^($(BUSY_TESTS))\.'
	swift test --skip-build --filter '^($(WIRE_TESTS))\.' --no-parallel

release: packages
	$(RELEASE) --product kintsugi

build: packages
	swift build --no-color-diagnostics

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

# Installing. `make static` lays out the program with what goes beside it; `make install` takes what it laid out,
# or calls it first. PREFIX and DESTDIR mean what they usually do.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
DOCDIR ?= $(DATADIR)/doc/kintsugi
UNITDIR ?= $(PREFIX)/lib/systemd/system
BASHDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FISHDIR ?= $(DATADIR)/fish/vendor_completions.d
SYSCONFDIR ?= /etc
STAGE := .build/install
VERSION = $(shell $(STAGE)/kintsugi --version | cut -d' ' -f2)

static: release
	@mkdir -p $(STAGE)
	@install -m 755 .build/release/kintsugi $(STAGE)/kintsugi
	@strip $(STAGE)/kintsugi
	@for shell in bash zsh fish; do \
	  $(STAGE)/kintsugi --generate-completion-script $$shell > $(STAGE)/completion.$$shell || exit 1; done
	@env -i HOME=/nonexistent $(STAGE)/kintsugi doctor --write-config - > $(STAGE)/config.toml

install:
	@[ -x $(STAGE)/kintsugi ] || $(MAKE) --no-print-directory static
	@$(MAKE) --no-print-directory install-files
	@[ -n "$(DESTDIR)" ] || getent passwd kintsugi >/dev/null || echo "for the service, make its user:  adduser --system --group --home /var/lib/kintsugi --no-create-home kintsugi"

# The configuration of an earlier install is kept.
install-files:
	install -d $(addprefix $(DESTDIR),$(BINDIR) $(DATADIR)/kintsugi/themes $(DATADIR)/man/man1 $(DOCDIR) $(UNITDIR) $(BASHDIR) $(ZSHDIR) $(FISHDIR) $(SYSCONFDIR)/kintsugi)
	install -m 755 $(STAGE)/kintsugi $(DESTDIR)$(BINDIR)/kintsugi
	install -m 644 themes/*.toml $(DESTDIR)$(DATADIR)/kintsugi/themes/
	install -m 644 deploy/kintsugi.1 $(DESTDIR)$(DATADIR)/man/man1/
	install -m 644 README.md ARCHITECTURE.md CHANGELOG.md LICENSE $(DESTDIR)$(DOCDIR)/
	sed 's|/usr/bin/kintsugi|$(BINDIR)/kintsugi|; s|/etc/kintsugi|$(SYSCONFDIR)/kintsugi|' deploy/kintsugi.service > $(DESTDIR)$(UNITDIR)/kintsugi.service
	chmod 644 $(DESTDIR)$(UNITDIR)/kintsugi.service
	install -m 644 $(STAGE)/completion.bash $(DESTDIR)$(BASHDIR)/kintsugi
	install -m 644 $(STAGE)/completion.zsh $(DESTDIR)$(ZSHDIR)/_kintsugi
	install -m 644 $(STAGE)/completion.fish $(DESTDIR)$(FISHDIR)/kintsugi.fish
	[ -e $(DESTDIR)$(SYSCONFDIR)/kintsugi/config.toml ] || install -m 640 $(STAGE)/config.toml $(DESTDIR)$(SYSCONFDIR)/kintsugi/config.toml
	[ -e $(DESTDIR)$(SYSCONFDIR)/kintsugi/kintsugi.env ] || install -m 600 deploy/kintsugi.env $(DESTDIR)$(SYSCONFDIR)/kintsugi/kintsugi.env

# Takes away what install put there; configuration and data stay.
uninstall:
	rm -f $(addprefix $(DESTDIR),$(BINDIR)/kintsugi $(DATADIR)/man/man1/kintsugi.1 $(UNITDIR)/kintsugi.service $(BASHDIR)/kintsugi $(ZSHDIR)/_kintsugi $(FISHDIR)/kintsugi.fish)
	rm -rf $(DESTDIR)$(DATADIR)/kintsugi $(DESTDIR)$(DOCDIR)

deb: static
	@deploy/make-deb $(VERSION) .build

format:
	swift format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

# The pictures in screenshots/ and the recording, of the real program at a real terminal; PNG where rsvg-convert, resvg,
# inkscape or magick is installed.
screenshots: release
	$(RELEASE) --product screenshots
	.build/release/screenshots --program .build/release/kintsugi --output screenshots

clean:
	rm -rf .build
