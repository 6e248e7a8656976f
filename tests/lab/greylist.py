"""A policy service for Postfix (its SMTPD_POLICY_README): each pair of sender and recipient is put off once.

  greylist.py ADDRESS PORT
"""

import socketserver
import sys

seen = set()


class Policy(socketserver.StreamRequestHandler):
    timeout = 300

    def handle(self):
        request = {}
        for line in self.rfile:
            name, _, value = line.decode(errors="replace").rstrip("\n").partition("=")
            if name:
                request[name] = value
                continue
            pair = request.get("sender"), request.get("recipient")
            action = "dunno" if pair in seen else "defer_if_permit 4.2.0 Greylisted, try again in a moment"
            seen.add(pair)
            self.wfile.write(f"action={action}\n\n".encode())
            request = {}


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server((sys.argv[1], int(sys.argv[2])), Policy) as server:
        print("ready", flush=True)
        server.serve_forever()
