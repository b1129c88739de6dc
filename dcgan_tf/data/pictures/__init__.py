"""A folder of pictures: found, decoded, fitted to one size, and kept decoded for the next start."""
