"""billing: tells the billing system of each visit whose record is complete, once per content, and keeps the ledger of that."""
