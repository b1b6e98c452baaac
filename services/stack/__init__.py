"""The local stack: Kafka, Redis and every service as child processes on loopback, for people and tests."""
