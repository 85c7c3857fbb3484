"""Whom an invoice may name."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.invoice.tax_number import check_character, tax_number_of
from core.domain.invoice.title import TitleKind, title_of
from core.domain.refusals.invoices import InvoiceTitleUnfit, TaxNumberUnfit

# Tax numbers that companies have published.
KNOWN = ("91440300582733406C", "91330106MA2AYNWD8M", "91440101MA5APD8X8J", "91440300708461136T")


@pytest.mark.parametrize("number", KNOWN)
def test_a_known_number_is_taken_in_every_spelling(number: str) -> None:
    assert tax_number_of(number) == number
    assert tax_number_of(f" {number[:6]} {number[6:].lower()} ") == number


@pytest.mark.parametrize(
    "number", ["", "91440300582733406", "91440300582733406D", "9144030058273340 6C7", "9144O300582733406C"]
)
def test_what_is_none_is_refused(number: str) -> None:
    with pytest.raises(TaxNumberUnfit):
        tax_number_of(number)


@given(st.sampled_from(KNOWN), st.integers(0, 16), st.sampled_from(string.digits + "ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_never_passes(number: str, place: int, wrong: str) -> None:
    changed = number[:place] + wrong + number[place + 1 :]
    if changed != number:
        with pytest.raises(TaxNumberUnfit):
            tax_number_of(changed)


def test_the_check_character_is_the_one_of_the_standard() -> None:
    assert {check_character(number[:-1]) == number[-1] for number in KNOWN} == {True}


def test_a_person_needs_a_name_alone() -> None:
    title = title_of(TitleKind.PERSON, " 王 小明 ", "anything", email="wang@example.cn")
    assert (title.name, title.tax_number, title.email) == ("王 小明", "", "wang@example.cn")


@pytest.mark.parametrize(
    ("name", "email"),
    [("王", ""), ("", ""), ("名" * 101, ""), ("王小明", "nowhere"), ("王小明", "a@b"), ("王\x07明", "")],
)
def test_what_cannot_be_printed_is_refused(name: str, email: str) -> None:
    with pytest.raises(InvoiceTitleUnfit):
        title_of(TitleKind.PERSON, name, email=email)


def test_a_company_needs_its_number() -> None:
    with pytest.raises(TaxNumberUnfit):
        title_of(TitleKind.COMPANY, "昆明北站加油站有限公司")
    company = title_of(
        TitleKind.COMPANY, "昆明北站加油站有限公司", KNOWN[0].lower(), bank=" 招商银行  昆明分行 "
    )
    assert (company.tax_number, company.bank) == (KNOWN[0], "招商银行 昆明分行")
