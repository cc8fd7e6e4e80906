"""The learning platform: features below, `app` above (docs/architecture.md)."""
