"""notify: the patients' texts. It reads alerts, plans texts, keeps their ledger and hands them to a gateway."""
