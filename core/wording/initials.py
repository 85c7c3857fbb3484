"""The first letters of a name in pinyin, by which a cashier finds goods without typing Chinese."""

LONGEST = 200


def initials_of(name: str) -> str:
    """`农夫山泉 550ml` is `nfsq550ml`: lower case, nothing between; letters and figures stand as they are."""
    # Its tables take a while to load: only who saves goods waits for them.
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return "".join(sign for sign in letters if sign.isalnum())[:LONGEST]
