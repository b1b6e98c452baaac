"""Every screen in every state: what `make screens` takes pictures of, and what is looked for on each. Patients are invented."""
