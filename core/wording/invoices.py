"""Sentences about invoices."""

from core.wording.catalogue import mark

SENTENCES = {
    "tax_number_unfit": mark(
        "{text} is no tax number: it has 18 characters, and one of them seems to be wrong."
    ),
    "invoice_title_unfit": mark(
        "{text} cannot stand on an invoice. Look at the name and the e-mail address."
    ),
    "invoice_title_not_found": mark("This invoice title does not exist."),
    "invoice_titles_too_many": mark("You keep {most} invoice titles already. Remove one first."),
    "tax_code_unfit": mark("{text} is no tax code (19 digits) or rate."),
    "invoice_not_found": mark("This invoice does not exist."),
    "nothing_to_invoice": mark(
        "There is nothing to invoice: nothing was paid, or its money has an invoice already."
    ),
    "already_invoiced": mark("This has been invoiced already, or its invoice is on its way."),
    "not_yet_invoiceable": mark("This is not completed yet. The invoice can be made after that."),
    "invoice_seller_not_set": mark(
        "The station cannot make invoices for {what} yet. Please ask at the counter."
    ),
    "invoices_of_several_sellers": mark(
        "These belong to different companies. Make one invoice for each company."
    ),
    "special_invoice_unfit": mark("A special VAT invoice is for companies, and not for prepaid money."),
    "top_up_not_invoiceable": mark("Here what you buy is invoiced, not the money that you pay in before."),
    "invoice_not_issued": mark("This invoice is not issued, or not any more."),
    "receipt_not_found": mark(
        "No sale is found for this code. It may still be on its way: please try again in a few minutes."
    ),
}
