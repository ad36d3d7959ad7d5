"""One file for each kind of source that a store can be made from."""
