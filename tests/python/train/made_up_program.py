"""A stand-in for the program mestr that notes its calls in calls.txt."""

PROGRAM = """#!/usr/bin/env bash
echo "$*" >> {folder}/calls.txt
out=
for ((i = 1; i < $#; i++)); do [[ ${{!i}} == -o ]] && j=$((i + 1)) && out=${{!j}}; done
case $1 in
  features) mkdir -p "$out" && cp {folder}/features/* "$out" && cat "${{@:2:1}}" > {folder}/seen.csv ;;
  run) mkdir -p "$out" ;;
  evaluate) echo "the table" ;;
esac
"""


def write_program(folder):
    program = folder / "mestr"
    program.write_text(PROGRAM.format(folder=folder))
    program.chmod(0o755)
    return program
