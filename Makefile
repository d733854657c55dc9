# What people and CI run. Needs Python 3.11+ and make; everything else goes into .venv and var.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(wildcard todos/locale/*/LC_MESSAGES/django.po)

.PHONY: help run test e2e deploy-test k8s-load bench lint checkov messages menus lock

help:
	@echo "make run       chat with the bot at http://127.0.0.1:5001 (no LINE account needed)"
	@echo "make test      the test suite, on SQLite"
	@echo "make e2e       tests with real processes and a browser (DATABASE_URL chooses the server)"
	@echo "make deploy-test  the images, compose.yaml and pods, on the Docker engine that DOCKER_HOST names"
	@echo "make k8s-load  the images, for the laptop's cluster that kubectl's context names"
	@echo "make .env      settings for docker compose, with random passwords"
	@echo "make bench     what the stack carries, against a real server (ARGS=--quick: under a minute)"
	@echo "make lint      style, types, migrations, message catalogues"
	@echo "make checkov   what checkov says about the Kubernetes overlays"
	@echo "make messages  after a change of texts: update todos/locale"
	@echo "make menus     after a change of the rich menus' words: draw their pictures"
	@echo "make lock      renew the requirements files"

# Without a LINE channel in .env the simulator is the LINE that the bot talks to; with one, nothing is for show.
# (A .env made for `docker compose` names its simulator.)
CHANNEL := $(shell grep -qs '^LINE_API_BASE_URL=http://simulator' .env || grep -s '^LINE_CHANNEL_ACCESS_TOKEN=.' .env)
ifeq ($(CHANNEL),)
run: export DEBUG ?= on
run: export LINE_API_BASE_URL ?= http://127.0.0.1:5001
endif
# What runs here is seen by a person at this machine, and a tunnel is no proxy that says who called.
run: export HTTPS ?= off
run: export FORWARDED_ALLOW_IPS ?=
run: export LOG_FORMAT ?= text
# On SQLite, which is the default, the bot's own process does the worker's work.
SERVER := $(DATABASE_URL)$(shell grep -s '^DATABASE_URL=.' .env)

run: $(VENV)/local $(CATALOGUES:.po=.mo)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(if $(CHANNEL),$(BIN)/python manage.py collectstatic --noinput --verbosity 0)
	@$(BIN)/python manage.py welcome
	@# The rich menus for the simulator's people, once it is there.
	@$(if $(CHANNEL),,(for try in 1 2 3 4 5; do sleep 2; $(BIN)/python manage.py line_setup && break; done) >/dev/null 2>&1 &)
	@PATH="$(CURDIR)/$(BIN):$$PATH" exec $(BIN)/honcho start bot $(if $(SERVER),worker) $(if $(CHANNEL),,simulator)

test: $(VENV)/dev $(CATALOGUES:.po=.mo)
	$(BIN)/pytest --ignore tests/e2e --ignore tests/deploy $(ARGS)

e2e: $(VENV)/dev $(CATALOGUES:.po=.mo)
	$(BIN)/pytest tests/e2e $(ARGS)

deploy-test: $(VENV)/dev
	$(BIN)/pytest tests/deploy $(ARGS)

k8s-load:
	@k8s/overlays/local/load

bench: $(VENV)/dev $(CATALOGUES:.po=.mo)
	$(BIN)/python -m bench $(ARGS)

lint: $(VENV)/dev $(CATALOGUES:.po=.mo)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	DEBUG=on $(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=on $(BIN)/python manage.py check

# In a virtual environment of its own: it brings a hundred packages. It asks nobody.
checkov: $(VENV)/dev build/checkov/installed
	$(BIN)/python -m tests.k8s.rendered build/rendered
	build/checkov/bin/checkov --config-file .checkov.yaml --directory build/rendered

build/checkov/installed: requirements-checkov.txt
	$(PYTHON) -m venv build/checkov
	build/checkov/bin/pip install --quiet --require-hashes --requirement $<
	@touch $@

%.mo: %.po | $(VENV)/local
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# Texts are marked with gettext in the code; `messages` brings them into each catalogue.
messages: $(VENV)/dev
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --no-location --add-comments Translators: \
		--keyword _ --keyword gettext_lazy --keyword pgettext:1c,2 --output build/django.pot todos
	$(BIN)/pybabel update --no-fuzzy-matching --ignore-pot-creation-date --width 100 --domain django --input-file build/django.pot --output-dir todos/locale

# What changed only: a new picture is a new menu for LINE.
menus: $(VENV)/dev $(CATALOGUES:.po=.mo)
	@DEBUG=on DJANGO_SETTINGS_MODULE=todobot.settings $(BIN)/python -m todos.menus.draw

# What `docker compose` needs to know. Never written over; for this user's eyes only.
.env:
	@umask 077 && $(PYTHON) -c "import re, secrets; text = open('.env.example').read(); \
		open('$@', 'x').write(re.sub('=$$', lambda _: '=' + secrets.token_hex(32), text, flags=re.M))"

COMPILE := build/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

lock:
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv
	for extra in "" mysql local "local dev"; do \
		file=requirements$${extra:+-$${extra##* }}.txt; \
		$(COMPILE) pyproject.toml $${extra:+$$(printf -- '--extra %s ' $$extra)} --output-file $$file || exit 1; \
	done
	echo checkov | $(COMPILE) - --output-file requirements-checkov.txt

# Each marker file says that the requirements of that name are in the virtual environment.
$(VENV)/local: requirements-local.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --require-hashes --requirement $<
	@touch $@

$(VENV)/dev: requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --require-hashes --requirement $<
	@touch $@ $(VENV)/local

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "todobot needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python's venv module is incomplete. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
