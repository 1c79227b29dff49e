"""The composition root: settings, factory, error table, commands. It may import everything."""
