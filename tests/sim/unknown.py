"""The error of a simulator that is asked to change what it does not have."""


class Unknown(KeyError):
    """A test named a record that is not there."""
