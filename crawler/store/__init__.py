"""SQLite: schema, migrations, one file per table family, snapshot, backup, verify."""
