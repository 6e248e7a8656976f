"""A server of SMTP inside TLS 1.3 on every address of 127.0.0.0/8, for probe.sh: python3 tls_sink.py CERTIFICATE KEY.

Prints its port when it listens. Two processes take the connections, as relays in number would share no processor.
"""

import asyncio
import os
import socket
import ssl
import sys

REPLIES = {b"EHLO": b"250-sink\r\n250-SIZE 10240000\r\n250 AUTH PLAIN\r\n", b"QUIT": b"221 2.0.0 bye\r\n"}
PROCESSES = 2


async def serve(reader, writer):
    try:
        writer.write(b"220 sink ESMTP\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            writer.write(REPLIES.get(verb, b"502 5.5.2 no\r\n"))
            await writer.drain()
            if verb == b"QUIT":
                break
    except (OSError, ValueError):
        pass
    finally:
        writer.close()


async def listen(listener, context):
    server = await asyncio.start_server(serve, sock=listener, ssl=context)
    await server.serve_forever()


def main():
    certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("0.0.0.0", 0), backlog=1024)
    print(listener.getsockname()[1], flush=True)
    for _ in range(PROCESSES - 1):
        if os.fork() == 0:
            break
    asyncio.run(listen(listener, context))


if __name__ == "__main__":
    main()
