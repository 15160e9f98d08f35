"""Lets `python -m deploy.cli` be the `talka` command."""

from deploy.cli.app import main

main()
