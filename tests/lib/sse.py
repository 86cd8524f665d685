"""Event streams as the WHATWG text reads them, for tests only."""


def events(data):
    """The (event, data) pairs in the bytes of a whole stream."""
    text = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    found, kind, lines = [], "message", []
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if lines:
                found.append((kind, "\n".join(lines)))
            kind, lines = "message", []
        elif name == "data":
            lines.append(value)
        elif name == "event":
            kind = value
    return found
