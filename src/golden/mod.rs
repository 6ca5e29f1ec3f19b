//! Expected outputs: compare, update, report.
