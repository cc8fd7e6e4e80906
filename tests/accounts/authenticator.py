"""An authenticator in software (WebAuthn): real keys and signatures, and every lie that a thief could tell."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key pair of one account at one site; `counts` says whether it counts its signatures."""

    origin: str
    host: str
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0

    def create(self, options: str, *, verified: bool = True) -> str:
        """The answer to `navigator.credentials.create`, as the browser's script sends it."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        data = self._data(ATTESTED, verified=verified) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer({"clientDataJSON": client, "attestationObject": attestation}, {"transports": ["internal"]})

    def get(self, options: str, *, verified: bool = True, **lies: Any) -> str:
        """The answer to `navigator.credentials.get`; `lies`: origin, challenge, id, key, count."""
        if self.counts:
            self.count += 1
        client = self._client("webauthn.get", options, **lies)
        data = self._data(0, verified=verified, count=lies.get("count"))
        signed = lies.get("key", self.key).sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signed}
        return self._answer(parts, {}, lies.get("id"))

    def _client(self, kind: str, options: str, **lies: Any) -> bytes:
        challenge = lies.get("challenge") or json.loads(options)["challenge"]
        facts = {"type": kind, "challenge": challenge, "origin": lies.get("origin") or self.origin}
        return json.dumps(facts).encode()

    def _data(self, flags: int, *, verified: bool, count: int | None = None) -> bytes:
        flags |= PRESENT | (VERIFIED if verified else 0)
        number = self.count if count is None else count
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + number.to_bytes(4, "big")

    def _answer(self, parts: dict[str, bytes], more: dict[str, Any], shown: bytes | None = None) -> str:
        response = {name: bytes_to_base64url(value) for name, value in parts.items()} | more
        name = bytes_to_base64url(shown or self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
