# Every target is one call of dev.py, so that the same commands exist where make does not.
PYTHON ?= python3
ARGS ?=
NAME ?=

.PHONY: run test lint screens bench check-shared corpus-check train-text lock

run test lint screens check-shared corpus-check train-text lock:
	@$(PYTHON) dev.py $@ $(ARGS)

bench:
	@$(PYTHON) dev.py bench $(NAME) $(ARGS)
