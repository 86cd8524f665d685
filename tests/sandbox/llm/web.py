"""Small pages of the wider world, for http-request nodes that run offline."""
import json
from urllib.parse import parse_qsl

WEATHER = {  # city: (condition, degrees)
    "london": ("rain", 11), "berlin": ("cloudy", 8), "cairo": ("sunny", 31),
    "北京": ("sunny", 18), "上海": ("rain", 21), "广州": ("cloudy", 27),
}
ORDERS = {"A1001": "shipped", "A1002": "packing", "A1003": "delivered"}


def weather(query):
    """Always the same weather; a city nobody knows is mild and cloudy."""
    city = query.get("city", "")
    condition, degrees = WEATHER.get(city.lower(), ("cloudy", 15))
    return {"city": city, "condition": condition, "temperature": degrees}


def order(query):
    number = query.get("id", "").strip().upper()
    return {"id": number, "state": ORDERS.get(number, "unknown")}


def echo(method, path, query, headers, body):
    """What arrived, as JSON."""
    text = body.decode("utf-8", "replace")
    kind = headers.get("Content-Type", "")
    return {"method": method, "path": path, "query": query, "body": text,
            "json": _json(text), "form": dict(parse_qsl(text))
            if "urlencoded" in kind else None,
            "headers": {k.lower(): v for k, v in headers.items()}}


def _json(text):
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
