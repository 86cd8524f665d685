"""From the text of an answer to the bytes of an event stream."""
import itertools
import json
import re
import time

_TOKEN = re.compile(r"[\u2e80-\uffff]|[^\u2e80-\uffff]{1,4}", re.S)
STALL_AFTER = 5
_ODD_SIZES = (1, 3, 7, 2, 251, 5, 13, 1021, 4, 1, 89, 4093)


def tokens(text):
    """One Chinese character or at most four others make a token."""
    return _TOKEN.findall(text)


def deltas(completion):
    """What the stream says, a `delta` object each."""
    yield {"role": "assistant", "content": ""}
    for token in tokens(completion.reasoning):
        yield {"reasoning_content": token}
    if completion.tool_calls:
        yield {"tool_calls": [dict(call, index=i) for i, call
                              in enumerate(completion.tool_calls)]}
    for token in tokens(completion.text):
        yield {"content": token}
    for token in tokens(completion.refusal or ""):
        yield {"refusal": token}


def payloads(completion, include_usage):
    """The JSON objects of the stream in their order."""
    usage = {"usage": None} if include_usage else {}
    for delta in deltas(completion):
        yield completion.chunk(delta, None, **usage)
    yield completion.chunk({}, completion.finish_reason, **usage)
    if include_usage:
        yield dict(completion.chunk({}, None), choices=[],
                   usage=completion.usage())


def frames(objects):
    for body in objects:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        yield b"data: " + text.encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


def paced(source, delay):
    """Each frame at its time, however late the one before it was."""
    due = time.monotonic()
    for frame in source:
        if delay > 0:
            due += delay
            time.sleep(max(0, due - time.monotonic()))
        yield frame


def stalled(source, seconds):
    for number, frame in enumerate(source):
        if number == STALL_AFTER:
            time.sleep(seconds)
        yield frame


class Cut(Exception):
    """Ends the connection without the end that HTTP asks for."""


def cut(source, after):
    """Ends in the middle of a frame."""
    for number, frame in enumerate(source):
        if number == after:
            yield frame[:len(frame) * 2 // 3]
            raise Cut
        yield frame


def garbage(_source):
    yield b"<html><body>upstream trouble</body>\n\n"
    yield b"data: {\"choices\": [{\"delta\":\n\ndata: }}}\n\n"


def invalid_utf8(source):
    """Puts bytes that start no character into every fifth text."""
    for number, frame in enumerate(source):
        if number % 5 == 3:
            frame = frame.replace(b'"content":"', b'"content":"\xff\xc3\x28')
        yield frame


def odd(source):
    """The same events in every legal but unusual way: CRLF, comments, other
    fields, no blank after the colon, escapes instead of UTF-8, data over two
    lines; no [DONE]; and packets that end anywhere."""
    data = b"".join(_odd_frame(n, f) for n, f in enumerate(source)
                    if b"[DONE]" not in f)
    sizes = itertools.cycle(_ODD_SIZES)
    at = 0
    while at < len(data):
        size = next(sizes)
        yield data[at:at + size]
        at += size


def _odd_frame(number, frame):
    body = frame[len(b"data: "):-2]
    ways = (
        lambda: b"data: " + body + b"\r\n\r\n",
        lambda: b": keep-alive\n\ndata:" + body + b"\n\n",
        lambda: b"data: " + _escaped(body) + b"\n\n",
        lambda: b"event: message\r\nid: 7\r\ndata: " + body + b"\r\n\r\n",
        lambda: b"data: " + body[:1] + b"\ndata: " + body[1:] + b"\n\n",
    )
    return ways[number % len(ways)]()


def _escaped(body):
    return json.dumps(json.loads(body)).encode()


def shaped(completion, include_usage, delay, fault):
    """The packets of a stream, with a fault when there is one."""
    source = frames(payloads(completion, include_usage))
    kind, value = (fault.kind, fault.value) if fault else (None, None)
    if kind == "slow":
        delay = float(value)
    source = paced(source, delay)
    if kind == "stall":
        return stalled(source, float(value))
    if kind == "cut":
        return cut(source, int(value))
    changed = {"garbage": garbage, "invalid_utf8": invalid_utf8,
               "chunks": odd}
    return changed[kind](source) if kind in changed else source
