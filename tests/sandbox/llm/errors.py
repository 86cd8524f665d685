"""Errors in the shape in which OpenAI answers them."""


class ApiError(Exception):
    def __init__(self, status, message, code=None, param=None,
                 kind="invalid_request_error", headers=()):
        super().__init__(message)
        self.status = status
        self.headers = dict(headers)
        self.body = {"error": {"message": message, "type": kind,
                               "param": param, "code": code}}


def bad_request(message, param=None, code=None):
    return ApiError(400, message, code=code, param=param)


def wrong_key(key):
    shown = key[:3] + "***" if key else "(none)"
    return ApiError(401, f"Incorrect API key provided: {shown}.",
                    code="invalid_api_key")


def unknown_model(name):
    return ApiError(404, f"The model `{name}` does not exist or you do not "
                         "have access to it.", code="model_not_found")


def upstream(status):
    """What a server in trouble answers with this status."""
    if status == 429:
        return ApiError(429, "Rate limit reached. Try again in 1s.",
                        code="rate_limit_exceeded", kind="requests",
                        headers={"Retry-After": "1"})
    if status == 401:
        return wrong_key("sandbox")
    return ApiError(status, "The server had an error while processing your "
                            "request.", kind="server_error")
