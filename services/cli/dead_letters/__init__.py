"""How `clinicflow dlq` shows what it has."""
