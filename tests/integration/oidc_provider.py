"""A real OpenID provider on loopback: `python oidc_provider.py PORT`. It lets anybody in by whatever name they give.

It asks for registered clients and for a nonce, and, which the package itself does not, for the proof of PKCE; it takes public clients,
and can be told to change its keys.
"""

import hashlib
import os
import sys
from base64 import urlsafe_b64encode

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import flask
import oidc_provider_mock
import uvicorn
from authlib import jose
from oidc_provider_mock._app import AuthorizationCodeGrant

challenges: set[str] = set()


def check_pkce() -> tuple[dict[str, str], int] | None:
    if flask.request.path == "/oauth2/authorize" and flask.request.args.get("code_challenge_method") == "S256":
        challenges.add(flask.request.args["code_challenge"])
    if flask.request.path == "/oauth2/token":
        digest = hashlib.sha256(flask.request.form.get("code_verifier", "").encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() not in challenges:
            return {"error": "invalid_grant"}, 400
    return None


def change_keys() -> tuple[str, int]:
    flask.g.oidc_provider_mock_storage.jwk = jose.RSAKey.generate_key(is_private=True)
    return "", 204


def main() -> None:
    AuthorizationCodeGrant.TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "none"]
    app = oidc_provider_mock.app(require_client_registration=True, require_nonce=True)
    app.before_request(check_pkce)
    app.post("/tests/change-keys")(change_keys)
    uvicorn.run(app, interface="wsgi", host="127.0.0.1", port=int(sys.argv[1]), log_level="error")


main()
