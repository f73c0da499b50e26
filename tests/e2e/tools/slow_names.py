"""A name service that answers late: passes every question on to the engine's own, and each answer back after a delay.

    slow_names.py ADDRESS DELAY_MS
"""

import asyncio
import sys

ENGINE = ("127.0.0.11", 53)


class Question(asyncio.DatagramProtocol):
    """One question on its way to the engine."""

    def __init__(self, question: bytes, answer) -> None:
        self._question, self._answer = question, answer

    def connection_made(self, transport) -> None:
        self._transport = transport
        transport.sendto(self._question)

    def datagram_received(self, answer: bytes, _) -> None:
        self._answer(answer)
        self._transport.close()


class SlowNames(asyncio.DatagramProtocol):
    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s

    def connection_made(self, transport) -> None:
        self._transport = transport

    def datagram_received(self, question: bytes, asker) -> None:
        loop = asyncio.get_running_loop()

        def answer(text: bytes) -> None:
            loop.call_later(self._delay_s, self._transport.sendto, text, asker)

        self._asking = loop.create_task(
            loop.create_datagram_endpoint(lambda: Question(question, answer), remote_addr=ENGINE))


async def serve(address: str, delay_ms: str) -> None:
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: SlowNames(int(delay_ms) / 1000), local_addr=(address, 53))
    await asyncio.Event().wait()


asyncio.run(serve(*sys.argv[1:]))
