"""Identifiers: keys that sort by time, public ids that nobody guesses and anybody may mistype a little."""

from __future__ import annotations

import subprocess
import sys
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.config import CHECKOUT
from lms.core.ids import CROCKFORD, hash_secret, new_id, new_public_id, new_secret, read_public_id


def test_keys_are_standard_uuids_of_version_7_and_sort_by_the_time_they_were_made():
    made = [new_id() for _ in range(500)]
    assert type(made[0]) is uuid.UUID
    assert {key.version for key in made} == {7}
    assert made == sorted(made)
    assert len(set(made)) == 500


FORKS = """
import os, sys
from lms.core.ids import new_id, new_public_id
new_id(), new_public_id()
for _ in range(5):
    if os.fork() == 0:
        print(*[new_id() for _ in range(200)], new_public_id(), sep="\\n", flush=True)
        os._exit(0)
    os.wait()
"""


def test_processes_forked_from_one_that_made_ids_make_others():
    """Web and worker are: what they were forked with must not be what they draw ids from."""
    done = subprocess.run([sys.executable, "-c", FORKS], check=True, capture_output=True, text=True, cwd=CHECKOUT)
    made = done.stdout.split()
    assert len(set(made)) == len(made) == 5 * 201


def test_a_public_id_has_26_characters_of_crockfords_base32_and_128_bits():
    made = [new_public_id() for _ in range(300)]
    assert {len(one) for one in made} == {26}
    assert set("".join(made)) <= set(CROCKFORD)
    assert {one[0] for one in made} == set("01234567")
    assert len(set(made)) == 300


@pytest.mark.parametrize("typed", ["{}", " {} ", "{upper}", "{hyphens}", "{lookalikes}"])
def test_a_public_id_is_read_as_people_type_it(typed):
    made = "0123456789abcdefghjkmnpq01"
    hyphens = "-".join(made[i : i + 4] for i in range(0, 26, 4))
    lookalikes = made.replace("0", "O").replace("1", "l", 1).replace("1", "I")
    assert read_public_id(typed.format(made, upper=made.upper(), hyphens=hyphens, lookalikes=lookalikes)) == made


@given(st.text(max_size=60))
def test_whatever_is_typed_as_a_public_id_is_read_to_something_stable(text):
    assert read_public_id(read_public_id(text)) == read_public_id(text)


def test_secrets_are_long_fit_in_a_cookie_and_only_their_hash_is_kept():
    secret = new_secret()
    assert len(secret) == 43
    assert secret.replace("-", "").replace("_", "").isalnum()
    assert hash_secret(secret) == hash_secret(secret) != hash_secret(new_secret())
    assert len(hash_secret("\ud800 half a surrogate from a broken client")) == 64
