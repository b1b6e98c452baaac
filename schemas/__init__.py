"""The contract between the services: events, topics, Redis keys and the codec. It imports nothing of ours."""
