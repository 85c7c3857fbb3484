"""Everything a person reads, in their language: screens, receipts, PDFs, the driver page."""
