"""What every service needs to run: settings, clock, logs, Kafka, Redis, access, health."""
