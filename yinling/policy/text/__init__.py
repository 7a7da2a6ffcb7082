"""Reading policy texts: from TOML files to a checked pack, or to a list of problems with their lines."""
