# `make` builds Conductor and shows it at work; `make help` lists the rest.

export SWIFT ?= swift
# Seeds of `make sim`.
SEEDS ?= 100000
# With WORKSPACE=folder, `make run` leaves there what the agents made.
WORKSPACE ?=
# Where `make install` puts things.
export PREFIX ?= /usr/local
export DESTDIR ?=

CHECK_FLAGS = --scratch-path .build-check --explicit-target-dependency-import-check error

.PHONY: run build release install uninstall deb test sim check lint man-lint clean help dependencies

run: build ## build, then run the example workflow with its seven agents (the default)
	@scripts/run-example.sh .build/debug "$(WORKSPACE)"

build: dependencies ## build conductord and conductorctl for trying out
	$(SWIFT) build --product conductord
	$(SWIFT) build --product conductorctl

release: dependencies ## build them optimized and with the Swift runtime inside, into .build/release
	$(SWIFT) build -c release --static-swift-stdlib --product conductord
	$(SWIFT) build -c release --static-swift-stdlib --product conductorctl

install: ## install what `make release` built; takes DESTDIR= and PREFIX=, and enables nothing
	STRIP=yes scripts/install.sh install .build/release

uninstall: ## remove it again, but for configuration and state
	scripts/install.sh uninstall .build/release

deb: release ## build a Debian package, into dist
	scripts/build-deb.sh .build/release dist

test: dependencies ## build everything and run all tests, in parallel
	$(SWIFT) test --parallel

sim: dependencies ## run SEEDS seeds of the simulator, optimized
	$(SWIFT) run -c release conductor-sim --seeds $(SEEDS)

check: dependencies lint ## what a change must pass: format, a clean build without warnings, all tests
	rm -rf .build-check
	CONDUCTOR_STRICT=1 $(SWIFT) test --parallel $(CHECK_FLAGS)

lint: man-lint ## compare the sources with .swift-format, and lint the manual pages
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests examples Package.swift

man-lint: ## lint the manual pages, where mandoc is installed
	@scripts/lint-man.sh

clean: ## remove everything that was built
	rm -rf .build .build-check dist

dependencies: ## install the Debian packages that are missing
	@scripts/install-dependencies.sh

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14
