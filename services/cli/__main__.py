"""`python -m services.cli` is `clinicflow`."""

from services.cli.main import main

main(prog_name="clinicflow")
