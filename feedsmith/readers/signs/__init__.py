"""How each kind of file is recognised, a module for each family; nothing heavy is imported here."""
