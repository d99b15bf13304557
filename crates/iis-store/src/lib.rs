//! SQLite and PostgreSQL behind one transaction: migrations, queries, plans, audit rows.
