"""The wall's content as values. Pure: the standard library and `schemas` only."""
