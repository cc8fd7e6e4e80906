"""Real services for the tests: nothing is mocked that can be run."""
