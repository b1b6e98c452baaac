"""Stands in for a service: answers /readyz, notes each start's environment in its folder, and can be stubborn."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        return


def main() -> None:
    if "stubborn" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with (Path(os.environ["CLINICFLOW_DATA_DIR"]) / "starts.jsonl").open("a", encoding="utf-8") as starts:
        starts.write(json.dumps({name: value for name, value in os.environ.items() if name.startswith("CLINICFLOW_")}) + "\n")
    sys.stdout.write("standing in\n")
    HTTPServer((os.environ["CLINICFLOW_HOST"], int(os.environ["CLINICFLOW_PORT"])), Ready).serve_forever()


main()
