"""What `clinicflow dlq` is made of."""
