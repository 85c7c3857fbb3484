"""Reports as PDF: adapter of ports.report_writer."""
