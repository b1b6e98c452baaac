"""The pure part of notify: which text is due, in which words, and what the ledger says of it."""
