"""A server that is far away, for probe.sh: python3 far_away.py MILLISECONDS FROM_ADDRESS TO_ADDRESS PORT...

Takes connections at FROM_ADDRESS and passes their octets to the same port of TO_ADDRESS and back, each half the time
later: what is said and answered takes MILLISECONDS more, as with `tc qdisc add ... netem delay`, which not every kernel
has. Connecting itself is not made slower. Prints a line when it listens.
"""

import asyncio
import socket
import sys


async def pass_on(reader, source, writer, delay):
    """In order, each piece `delay` seconds after it came; `source` is the socket of the reader."""
    loop = asyncio.get_running_loop()
    pieces = asyncio.Queue()

    async def write():
        while True:
            moment, piece = await pieces.get()
            await asyncio.sleep(moment - loop.time())
            if not piece:
                break
            writer.write(piece)
        writer.close()

    writing = asyncio.create_task(write())
    piece = b"-"
    while piece:
        try:
            piece = await reader.read(65536)
            # The kernel would acknowledge late, for this end says nothing at once, and Nagle's algorithm wait for it.
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        except OSError:
            piece = b""
        await pieces.put((loop.time() + delay, piece))
    await writing


async def main():
    delay = int(sys.argv[1]) / 2000
    here, there, *ports = sys.argv[2:]

    def server_for(port):
        async def serve(reader, writer):
            far_reader, far_writer = await asyncio.open_connection(there, port)
            near, far = (one.get_extra_info("socket") for one in (writer, far_writer))
            await asyncio.gather(pass_on(reader, near, far_writer, delay), pass_on(far_reader, far, writer, delay))
        return asyncio.start_server(serve, here, port)

    servers = [await server_for(port) for port in ports]
    print("ready", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
