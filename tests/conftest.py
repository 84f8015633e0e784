from config.attach import attach


def pytest_configure() -> None:
    """Tests run on the real database and broker of the data folder they were given."""
    attach()
