"""Forests grown by `tools/`: which blocks are body, which line is the title; no code of ours."""
