"""A person's data as others may see it: enough to know it again, not enough to use it."""


def masked_phone(phone: str) -> str:
    """138****5678; empty where there is none any more."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def masked_plate(plate: str) -> str:
    """云A**345: where it comes from and how it ends."""
    return f"{plate[:2]}{'*' * max(0, len(plate) - 5)}{plate[-3:]}" if len(plate) > 5 else "*" * len(plate)


def masked_name(name: str) -> str:
    """张**: the family name (the first letter) alone."""
    return f"{name[:1]}{'*' * (len(name) - 1)}"


def masked_word(word: str) -> str:
    """An openid or the like by its ends: oX3f…9aQ1."""
    return f"{word[:4]}…{word[-4:]}" if len(word) > 12 else "*" * len(word)
